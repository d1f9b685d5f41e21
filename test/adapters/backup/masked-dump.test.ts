import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDump } from '../../../adapters/backup/load-dump.js';
import { undeclaredColumns, writeMaskedDump } from '../../../adapters/backup/masked-dump.js';
import { databaseBeside, onDatabase } from '../../../adapters/backup/on-server.js';
import { makeDatabase } from '../../../adapters/backup/swap-databases.js';
import { findPostgresTools, type PostgresTools } from '../../../adapters/backup/tools.js';
import { readConfig } from '../../../config.js';
import { masking } from '../../../schemas/masking.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { rowsOf } from '../../support/restoring.js';
import { insertRow, matchRow, seedMatch } from '../../support/silver-rows.js';

let postgres: TestPostgres;
let folder: TestFolder;
let tools: PostgresTools;
beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  tools = await findPostgresTools({ ...readConfig().backup, major: 15 });
});
afterAll(async () => {
  await postgres.stop();
  await folder.remove();
});

it('every column that can hold words is declared, and nothing else is', async () => {
  const found = await onDatabase(postgres.url, undeclaredColumns);
  expect(found).toEqual({ undeclared: [], unknown: [] });
});

it('a column that is not declared is refused', async () => {
  const url = await postgres.freshDatabase();
  await rowsOf(url, 'alter table leagues add column chairman text');
  const target = createWriteStream(`${folder.path}/refused.sql`);
  await expect(
    writeMaskedDump(url, { tools, target, signal: new AbortController().signal }),
  ).rejects.toMatchObject({
    name: 'BadInput',
    subject: { object: 'leagues.chairman' },
  });
  target.destroy();
});

/** Writes a secret of its own into each masked column of each row of some tables, whatever their rules: nobody reads it but the dump. */
async function plantEverywhere(url: string): Promise<readonly string[]> {
  const planted: string[] = [];
  await onDatabase(url, async (client) => {
    await client.query(`set session_replication_role = replica`);
    for (const [table, declared] of Object.entries(masking)) {
      const { rows } = await client.query<{
        column: string;
        type: string;
        length: number | null;
        mask: boolean;
      }>(
        `select a.attname::text as column, a.atttypid::regtype::text as type, nullif(a.atttypmod, -1) - 4 as length
         from pg_attribute a where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped`,
        [table],
      );
      const masked =
        declared === 'excluded'
          ? rows
          : rows.filter(({ column }) =>
              (['person', 'text', 'emptied', 'noItems'] as const).some((mask) =>
                declared[mask]?.includes(column),
              ),
            );
      for (const { column, type, length } of masked) {
        const secret = `S3cret${planted.length}x`;
        if (length !== null && length < secret.length) continue;
        const value = type.includes('json')
          ? JSON.stringify(
              declared !== 'excluded' && declared.noItems?.includes(column) === true ? [secret] : { secret },
            )
          : secret;
        if (!/json|char|text/.test(type) || type.endsWith('[]')) continue;
        // Rows that are left out whole may have columns that take few words: one that is planted is enough.
        const done = await client
          .query(`update ${pg.escapeIdentifier(table)} set ${pg.escapeIdentifier(column)} = $1::${type}`, [
            value,
          ])
          .catch((error: unknown) => {
            if (declared === 'excluded') return { rowCount: 0 };
            throw error;
          });
        if ((done.rowCount ?? 0) > 0) planted.push(secret);
      }
    }
  });
  return planted;
}

it('no planted value is in the dump, which loads, with the rows and the plain values there', async () => {
  const url = await postgres.freshDatabase();
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  await insertRow(pool, 'matches', { ...matchRow(await seedMatch(pool)), referee: 'M Oliver' });
  await pool.end();
  await rowsOf(
    url,
    `insert into team_aliases (country, alias, team_id, added_by, reason) select 'England', 'The Gunners', min(id), 'Ada Lovelace', 'as she said' from teams;
     insert into error_logs (task_name, error_type, error_message, traceback) values ('collect', 'Away', 'x', 'y');
     insert into api_keys (name, role, prefix, key_hash, created_by) values ('grafana', 'reader', 'tlk_1', repeat('0', 64), 'x');
     insert into restore_audits (request, event, mode, file, person, os_user) values (gen_random_uuid(), 'planned', 'test', 'f', 'p', 'o');
     insert into data_collection_logs (data_source, collection_type, run_id, error_message, start_time) values ('a', 'b', 'c', 'x', now());
     insert into provider_polls (data_source, kind, subject, asked_at, error_message) values ('a', 'fixtures', 's', now(), 'x')`,
  );
  const planted = await plantEverywhere(url);
  expect(planted.length).toBeGreaterThan(10);
  const file = `${folder.path}/masked.sql`;
  const target = createWriteStream(file);
  const { rows: count, excluded } = await writeMaskedDump(url, {
    tools,
    target,
    signal: new AbortController().signal,
  });
  target.end();
  await finished(target);
  const text = await readFile(file, 'utf8');
  for (const secret of planted) expect(text.includes(secret), secret).toBe(false);
  expect(text).toContain('The Gunners');
  expect(excluded).toContain('api_keys');
  expect(count).toBeGreaterThan(3);
  await makeDatabase(postgres.url, 'developer');
  const developer = databaseBeside(postgres.url, 'developer');
  await loadDump(developer, Readable.from([text]), tools);
  expect(await rowsOf(developer, 'select count(*)::int as matches from matches')).toEqual([{ matches: 1 }]);
  expect(
    await rowsOf(developer, 'select alias, added_by like $$person_%$$ as hidden from team_aliases'),
  ).toEqual([{ alias: 'The Gunners', hidden: true }]);
});
