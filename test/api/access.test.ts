import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey, revokeKey } from '../../adapters/postgres/api-keys.js';
import { BadInput } from '../../schemas/errors.js';
import { openTestApi, type TestApi } from '../support/api.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openTestLake, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
let folder: TestFolder;
beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
});
afterAll(async () => {
  await postgres.stop();
  await folder.remove();
});

/** An API over a database of its own, for the length of some work. */
async function withApi(
  work: (api: TestApi, lake: TestLake) => Promise<void>,
  prepare: (lake: TestLake) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const lake = await openTestLake(await postgres.freshDatabase(), folder.path);
  try {
    await prepare(lake);
    const api = await openTestApi(lake, `${folder.path}/models`);
    await work(api, lake).finally(() => api.close());
  } finally {
    await lake.close();
  }
}

const makeKey = (lake: TestLake, role: 'reader' | 'operator' | 'admin'): Promise<string> =>
  createKey(lake.house.pool, { name: role, role, by: 'ada', expiresAt: null }).then(({ key }) => key);

describe('while there is no key', () => {
  it('whoever is on this machine may ask', async () => {
    await withApi(async ({ app }) => {
      const answer = await app.inject({ url: '/api/v1/matches', headers: { host: '127.0.0.1:8000' } });
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({ success: true, data: { items: [], next_cursor: null } });
    });
  });

  it('a name that another site has given this machine opens nothing', async () => {
    await withApi(async ({ app }) => {
      const answer = await app.inject({ url: '/api/v1/matches', headers: { host: 'evil.example' } });
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toMatchObject({ success: false, data: null, code: 'key_missing', status: 401 });
      for (const host of [
        ...['localhost.evil.example', 'evil.localhost', 'localhost@evil.example', 'evil.example:8000', ' '],
        ...['127.0.0.1.evil.example', '127.1', '0x7f.0.0.1', '2130706433', '0.0.0.0', '[::ffff:127.0.0.1]'],
        ...[
          '[::1].evil.example',
          'localhost:80:80',
          'localhost,evil.example',
          'local\u017fost',
          'localhost.',
        ],
      ]) {
        const other = await app.inject({ url: '/api/v1/matches', headers: { host } });
        expect([host, other.statusCode]).toEqual([host, 401]);
      }
    });
  });

  it('an address that others can reach is refused', async () => {
    const lake = await openTestLake(await postgres.freshDatabase(), folder.path);
    try {
      await expect(openTestApi(lake, `${folder.path}/models`, { host: '0.0.0.0' })).rejects.toThrow(BadInput);
    } finally {
      await lake.close();
    }
  });
});

describe('once there is a key', () => {
  it('everybody needs one, in either header', async () => {
    let key = '';
    await withApi(
      async ({ app }) => {
        const ask = (headers: Record<string, string>) => app.inject({ url: '/api/v1/matches', headers });
        expect((await ask({})).statusCode).toBe(401);
        expect((await ask({ authorization: `Bearer ${key}x` })).statusCode).toBe(401);
        expect((await ask({ authorization: `Bearer ${key}` })).statusCode).toBe(200);
        expect((await ask({ 'x-api-key': key })).statusCode).toBe(200);
        expect((await ask({ 'x-api-key': key, authorization: 'Bearer other' })).statusCode).toBe(401);
        expect((await app.inject({ url: '/health/live' })).statusCode).toBe(200);
      },
      async (lake) => {
        key = await makeKey(lake, 'reader');
      },
    );
  });

  it('one that was revoked opens nothing in a process that starts', async () => {
    let key = '';
    await withApi(
      async ({ app }) => {
        const answer = await app.inject({ url: '/api/v1/matches', headers: { 'x-api-key': key } });
        expect(answer.statusCode).toBe(401);
      },
      async (lake) => {
        key = await makeKey(lake, 'reader');
        await makeKey(lake, 'admin');
        await revokeKey(lake.house.pool, 'reader', 'ada');
      },
    );
  });

  it('no key is kept anywhere in the database', async () => {
    const lake = await openTestLake(await postgres.freshDatabase(), folder.path);
    try {
      const key = await makeKey(lake, 'reader');
      const { rows } = await lake.house.pool.query('select t::text as row from api_keys t');
      expect(JSON.stringify(rows)).not.toContain(key);
      expect(JSON.stringify(rows)).toContain(key.slice(0, 9));
    } finally {
      await lake.close();
    }
  });
});
