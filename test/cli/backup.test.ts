import { readdir, readFile, stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { readStatus } from '../../adapters/embedded/stack/status.js';
import { useOwnStack } from '../support/own-stack.js';
import { databasesOf, markDatabase, marksOf, rowsOf } from '../support/restoring.js';

const { ask, call, placeOf } = useOwnStack({}, (place) => ({
  BACKUP_DIR: place('backups'),
  BACKUP_RATE_MB_PER_SECOND: '0',
}));

const Listed = z.array(z.object({ method: z.string(), name: z.string() }));
const Plan = z.object({ request: z.string(), code: z.string() });

async function production(): Promise<string> {
  const status = await readStatus(placeOf('home'));
  return status?.postgres.url ?? '';
}
/** Has two people agree to a restore of production. */
async function agree(...what: readonly string[]): Promise<string> {
  const { request, code } = Plan.parse(await ask('restore', 'plan', ...what, '--by', 'ada'));
  expect(await ask('restore', 'confirm', request, '--code', code, '--by', 'grace')).toMatchObject({
    ...{ plannedBy: 'ada', confirmedBy: 'grace' },
  });
  return request;
}
/** When the server committed a team, between whose instant and the next one's a restore may aim. */
async function committedAt(name: string): Promise<number> {
  const [row] = await rowsOf(
    await production(),
    `select pg_xact_commit_timestamp(xmin) as at from teams where name = '${name}'`,
  );
  return z.date().parse(row?.['at']).getTime();
}

it('backups are made, listed, told of, verified, and kept', async () => {
  await markDatabase(await production(), 'First');
  expect(await ask('backup', 'all')).toMatchObject({
    outcome: 'succeeded',
    made: ['dump', 'base', 'shipping', 'chain'].map((method) => ({ outcome: 'succeeded', method })),
  });
  const methods = ['dump', 'base', 'shipping', 'chain'].map((method) => ({ method, fault: null }));
  expect(await ask('backup', 'list')).toMatchObject(methods);
  expect(await ask('backup', 'status')).toMatchObject({
    ...{ folder: placeOf('backups'), archiving: 'on', failures: [], drill: null },
    kinds: ['full', 'incremental', 'wal'].map((kind) => ({
      kind,
      running: 0,
      last_success: expect.any(String) as string,
    })),
  });
  expect(await ask('backup', 'verify', '--deep')).toMatchObject({
    faults: [],
    unopened: [],
    sound: { length: 4 },
  });
  expect(await ask('backup', 'clean')).toEqual({ mode: 'apply', backups: [], wal: [] });

  const masked = placeOf('development.sql');
  expect(await ask('backup', 'masked', masked)).toMatchObject({ file: masked });
  expect(await readFile(masked, 'utf8')).toContain('COPY public."matches"');
  expect((await stat(masked)).mode & 0o777).toBe(0o600);
});

it('a dump is read to its end, tried beside production, and replaces it where two people agreed: what came after it is kept aside', async () => {
  const url = await production();
  const listed = Listed.parse(await ask('backup', 'list'));
  const dump = listed.find(({ method }) => method === 'dump')?.name ?? '';
  await markDatabase(url, 'Second');
  expect(await ask('restore', '--validate', dump)).toMatchObject({
    mode: 'validate',
    rowCounts: { teams: 1 },
  });
  expect(await ask('restore', '--test-only', dump)).toMatchObject({ mode: 'test', findings: [] });
  expect(await marksOf(url)).toEqual(['First', 'Second']);

  const alone = Plan.parse(await ask('restore', 'plan', dump, '--by', 'ada'));
  const { code, stderr } = await call(['restore', '--force', dump, '--request', alone.request]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('No second person has confirmed')]);
  expect(await marksOf(url)).toEqual(['First', 'Second']);

  const request = await agree(dump);
  expect(await ask('restore', '--force', dump, '--request', request)).toMatchObject({
    mode: 'production',
    file: dump,
  });
  expect(await marksOf(url)).toEqual(['First']);
  const [, kept = ''] = await databasesOf(url);
  expect(await marksOf(url.replace(/[^/]+$/, kept))).toEqual(['First', 'Second']);
});

it('production goes back to an instant, in a house that works on after each restore, and to none that its log does not reach', async () => {
  const url = await production();
  for (const name of ['Third', 'Fourth']) await markDatabase(url, name);
  const to = new Date((await committedAt('Third')) + 1).toISOString();
  expect(to < new Date(await committedAt('Fourth')).toISOString()).toBe(true);
  await ask('backup', 'incremental');
  expect(await ask('restore', '--to', to)).toMatchObject({
    mode: 'test',
    to,
    findings: [],
    rowCounts: { teams: 2 },
  });
  const request = await agree('--to', to);
  await ask('restore', '--force', '--to', to, '--request', request);
  expect(await marksOf(url)).toEqual(['First', 'Third']);
  expect(await ask('restore', '--list')).toMatchObject({
    restores: expect.arrayContaining([
      expect.objectContaining({ request, event: 'succeeded', mode: 'production', to }),
    ]) as unknown[],
  });
  const { code, stderr } = await call(['restore', '--to', '2020-01-01T00:00:00Z']);
  expect([code, stderr]).toEqual([1, expect.stringContaining('cannot be reached')]);
});

it('a drill of the house as it is then finds what it should, and is told of by the status', async () => {
  expect(await ask('drill', 'restore', '--seconds', '1')).toMatchObject({
    passed: true,
    rounds: [{ findings: [] }],
  });
  const drilled = z
    .looseObject({ drill: z.string() })
    .parse(await ask('run', 'restore-drill', '--input', '{"seconds": 1}'));
  expect(drilled).toMatchObject({ passed: true, rounds: 1, findings: [] });
  expect(await ask('backup', 'status')).toMatchObject({
    drill: {
      id: drilled.drill,
      passed: true,
      rto_seconds: expect.any(Number) as number,
      rpo_seconds: expect.any(Number) as number,
    },
  });
  expect((await readdir(placeOf('backups/restore'))).filter((name) => name.includes('scratch'))).toEqual([]);
});
