import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { useOwnStack, answerOf } from '../support/own-stack.js';

const { call, ask } = useOwnStack();
const Made = z.object({ key: z.string(), name: z.string(), role: z.string(), prefix: z.string() });
const Listed = z.array(z.looseObject({ name: z.string(), revokedAt: z.string().nullable() }));

let url = '';
beforeAll(async () => {
  url = z.object({ api: z.object({ url: z.string() }) }).parse(await ask('status')).api.url;
});

const status = async (key?: string): Promise<number> =>
  (await fetch(`${url}/api/v1/matches`, key === undefined ? {} : { headers: { 'x-api-key': key } })).status;

it('a key is told once, listed without itself, opens the API, and opens nothing once it is revoked', async () => {
  expect(answerOf(await call(['keys', '--json']))).toEqual([]);
  expect(await status()).toBe(200);
  const made = Made.parse(await ask('keys', 'create', 'grafana'));
  expect(made).toMatchObject({ name: 'grafana', role: 'reader', prefix: made.key.slice(0, 9) });
  await expect.poll(() => status(), { timeout: 20_000 }).toBe(401);
  expect(await status(made.key)).toBe(200);
  const shown = await call(['keys', 'list']);
  expect(shown.stdout).toContain('grafana');
  expect(shown.stdout).not.toContain(made.key);
  const other = Made.parse(
    await ask('keys', 'create', 'ada', '--role', 'admin', '--expires', '2099-01-01T00:00:00Z'),
  );
  expect(other.role).toBe('admin');
  expect(await ask('keys', 'revoke', 'grafana')).toMatchObject({ name: 'grafana', revokedBy: 'ada' });
  await expect.poll(() => status(made.key), { timeout: 20_000 }).toBe(401);
  expect(await status(other.key)).toBe(200);
  expect(
    Listed.parse(await ask('keys', 'list')).map(({ name, revokedAt }) => [name, revokedAt !== null]),
  ).toEqual([
    ['grafana', true],
    ['ada', false],
  ]);
});

it('a name that is taken, a role that there is not, an expiry that has passed and a key that nobody made are refused', async () => {
  const refusals = [
    [['keys', 'create', 'ada'], /A key is called ada already/],
    [['keys', 'create', 'x', '--role', 'owner'], /role/],
    [['keys', 'create', 'x', '--expires', '2020-01-01T00:00:00Z'], /has expired already/],
    [['keys', 'create', 'x', '--expires', 'soon'], /not an instant/],
    [['keys', 'create', "x'; drop table api_keys; --"], /A name has up to 100/],
    [['keys', 'revoke', 'nobody'], /No key is called nobody/],
  ] as const;
  for (const [args, said] of refusals) {
    const ended = await call(args);
    expect(ended.code, args.join(' ')).not.toBe(0);
    expect(ended.stderr).toMatch(said);
  }
});
