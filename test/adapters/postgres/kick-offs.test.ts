import { afterAll, beforeAll, expect, it } from 'vitest';
import { kickOffsTogether } from '../../../adapters/postgres/kick-offs.js';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { instantFromIso } from '../../../schemas/values.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { registerMatches } from '../../support/told-matches.js';

let postgres: TestPostgres;
let database: OpenDatabase;
beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(postgres.url, { applicationName: 'test', max: 2 });
  await registerMatches(database.pool, 20);
});
afterAll(async () => {
  await database.pool.end();
  await postgres.stop();
});

it('those who ask at about the same time have one answer between them, and whoever asks later sees what has changed since', async () => {
  const ask = kickOffsTogether(database.pool);
  const kickOff = instantFromIso('2021-08-14T14:00:00Z');
  const answers = await Promise.all(Array.from({ length: 20 }, (_, place) => ask([place + 1, 999])));
  expect(answers.map((answer, place) => answer.get(place + 1))).toEqual(answers.map(() => kickOff));
  expect(answers.some((answer) => answer.has(999))).toBe(false);
  expect(new Set(answers).size).toBe(1);
  await database.pool.query(`update match_registry set match_time = '2021-08-15 14:00:00+00' where id = 1`);
  expect((await ask([1])).get(1)).toBe(instantFromIso('2021-08-15T14:00:00Z'));
});

it('a question that fails fails whoever asked it, and the next is asked all the same', async () => {
  const ask = kickOffsTogether(database.pool);
  await expect(ask([Number.NaN])).rejects.toThrow();
  expect((await ask([2])).has(2)).toBe(true);
});
