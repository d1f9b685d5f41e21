import { afterAll, beforeAll, expect, it } from 'vitest';
import { correlated } from '../../../adapters/correlation.js';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

let postgres: TestPostgres;
let database: OpenDatabase;
beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(postgres.url, { applicationName: 'test-correlation', max: 1 });
});
afterAll(async () => {
  await database.db.destroy();
  await postgres.stop();
});

const itself = 'select query from pg_stat_activity where pid = pg_backend_pid()';
async function asPostgresSees(asked: string | { text: string; name?: string }): Promise<string | undefined> {
  const { rows } = await database.pool.query<{ query: string }>(asked);
  return rows[0]?.query;
}

it('a statement carries the id of what asks for it, and none where nothing is asked for', async () => {
  expect(await asPostgresSees(itself)).toBe(itself);
  expect(await correlated('request-4711', () => asPostgresSees(itself))).toBe(
    `${itself}\n/*correlation_id='request-4711'*/`,
  );
  expect(await correlated('request-4711', () => asPostgresSees({ text: `${itself} -- so` }))).toContain(
    "\n/*correlation_id='request-4711'*/",
  );
});

it('a prepared statement keeps its text under every id, and an id that would end the comment is not written', async () => {
  const prepared = { name: 'itself', text: itself };
  expect(await correlated('request-1', () => asPostgresSees(prepared))).toBe(itself);
  expect(await correlated('request-2', () => asPostgresSees(prepared))).toBe(itself);
  expect(await correlated('*/ drop table x; --', () => asPostgresSees(itself))).toBe(itself);
});
