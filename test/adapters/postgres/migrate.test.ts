import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listMigrations, migrate, migrateDown } from '../../../adapters/postgres/migrate.js';
import { openDatabase } from '../../../adapters/postgres/open-database.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

describe('the migrations', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());

  /** Every table, column, constraint, index and function of the house. */
  async function schemaOf(url: string): Promise<string[]> {
    const { pool } = openDatabase(url, { applicationName: 'test', max: 1 });
    const { rows } = await pool.query<{ line: string }>(`
      select concat_ws(' ', 'column', table_name, column_name, data_type, character_maximum_length, is_nullable, column_default) as line
        from information_schema.columns where table_schema = 'public' and table_name not like 'kysely%'
      union all select concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
        from pg_constraint where connamespace = 'public'::regnamespace and conrelid::regclass::text not like 'kysely%'
      union all select concat_ws(' ', 'index', indexdef) from pg_indexes
        where schemaname = 'public' and tablename not like 'kysely%'
      union all select concat_ws(' ', 'function', proname) from pg_proc where pronamespace = 'public'::regnamespace
      order by 1`);
    await pool.end();
    return rows.map(({ line }) => line);
  }

  it('go up, all the way down to nothing, and up again to the same schema', async () => {
    const url = await postgres.freshDatabase();
    const known = (await listMigrations(url)).map(({ name }) => name);
    const before = await schemaOf(url);
    const takenBack: string[] = [];
    for (let back = await migrateDown(url); back.length > 0; back = await migrateDown(url))
      takenBack.push(...back);
    expect(takenBack).toEqual([...known].reverse());
    expect(await schemaOf(url)).toEqual([]);
    expect(await migrate(url)).toEqual(known);
    expect(await schemaOf(url)).toEqual(before);
  });

  it('run once where several processes start together, and do nothing when all have run', async () => {
    const url = await postgres.freshDatabase();
    while ((await migrateDown(url)).length > 0);
    const ran = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    const known = (await listMigrations(url)).map(({ name }) => name);
    expect(ran.flat().sort()).toEqual(known);
    expect(await migrate(url)).toEqual([]);
  });

  it('fail as absence where Postgres is not there', async () => {
    const url = new URL(postgres.url);
    url.port = '1';
    await expect(migrate(url.href)).rejects.toMatchObject({ name: 'DependencyAway' });
  });
});
