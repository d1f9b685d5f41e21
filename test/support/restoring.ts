import pg from 'pg';
import { confirmRestore, agreedRestore, planRestore } from '../../adapters/backup/restore-audit.js';
import { databaseBeside, databaseOf, onDatabase, onServer } from '../../adapters/backup/on-server.js';
import type { ProductionRestore } from '../../adapters/backup/restore-production.js';
import { dropDatabase } from '../../adapters/backup/swap-databases.js';
import { migrate } from '../../adapters/postgres/migrate.js';
import { copyDatabase } from './copy-database.js';

/** Rows of a query, as their names and values. */
export const rowsOf = (url: string, text: string): Promise<readonly Record<string, unknown>[]> =>
  onDatabase(url, async (client) => (await client.query<Record<string, unknown>>(text)).rows);

/** A team that tells one database from another. */
export const markDatabase = (url: string, name: string): Promise<unknown> =>
  rowsOf(url, `insert into teams (name, country) values (${pg.escapeLiteral(name)}, 'England')`);

export const marksOf = async (url: string): Promise<readonly unknown[]> =>
  (await rowsOf(url, 'select name from teams order by name')).map(({ name }) => name);

/** A backup stands in as a database of the same server, which is copied: the steps around it are the real ones. */
export async function restoreFromCopy(
  url: string,
  backup: string,
  more: Partial<ProductionRestore> = {},
): Promise<ProductionRestore> {
  const wanted = { file: 'full/full_backup_20260103_040506', identity: 'a'.repeat(64), targetTime: null };
  const agreed = await onDatabase(url, async (client) => {
    const plan = await planRestore(client, { ...wanted, person: 'ada' });
    await confirmRestore(client, { ...plan, person: 'grace' });
    return agreedRestore(client, plan.request, wanted);
  });
  return {
    url,
    agreed,
    expected: { rowCounts: { teams: 1 }, schemaVersion: null, lakeFileExists: undefined },
    load: async (incoming) => {
      await dropDatabase(url, databaseOf(incoming));
      await copyDatabase(databaseBeside(url, backup), databaseOf(incoming));
    },
    migrate,
    saveCurrent: () => Promise.resolve('full_backup_20260104_040506'),
    now: new Date('2026-01-04T04:05:06Z'),
    ...more,
  };
}

/** The names of the server's databases that belong to a production. */
export const databasesOf = (url: string): Promise<readonly string[]> =>
  onServer(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'select datname::text as name from pg_database where starts_with(datname, $1) order by 1',
      [databaseOf(url)],
    );
    return rows.map(({ name }) => name);
  });
