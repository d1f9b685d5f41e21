import { afterAll, beforeAll, expect, it } from 'vitest';
import { awaitLanded, tellLanded } from '../../../adapters/postgres/streams/landed.js';
import { openHouse, type TestHouse } from '../../support/house.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

let postgres: TestPostgres;
let house: TestHouse;
beforeAll(async () => {
  postgres = await startTestPostgres();
  house = openHouse(postgres.url);
});
afterAll(async () => {
  await house.close();
  await postgres.stop();
});

const tell = async (): Promise<void> => {
  const teller = await house.pool.connect();
  await tellLanded(teller);
  teller.release();
};
const { signal } = new AbortController();

it('what is told while it looks, and does not see it yet, is heard', async () => {
  const heard = await awaitLanded(house.pool, {
    ...{ forMs: 60_000, signal },
    look: async (client) => {
      await client.query('begin isolation level repeatable read');
      await client.query('select');
      await tell();
      // The news comes with this answer.
      await client.query('commit');
      return false;
    },
  });
  expect(heard).toBe(true);
}, 60_000);

it('nothing is told: it ends when its time is over, or when it is told to', async () => {
  const nothing = (): Promise<boolean> => Promise.resolve(false);
  expect(await awaitLanded(house.pool, { forMs: 10, signal, look: nothing })).toBe(false);
  const ended = AbortSignal.abort();
  expect(await awaitLanded(house.pool, { forMs: 60_000, signal: ended, look: nothing })).toBe(false);
}, 60_000);
