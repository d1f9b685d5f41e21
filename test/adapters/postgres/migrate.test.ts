import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listMigrations, migrate, migrateDown, migrateUp } from '../../../adapters/postgres/migrate.js';
import { openDatabase } from '../../../adapters/postgres/open-database.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

describe('the migrations', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());

  /**
   * All that the migrations made: columns, constraints, indexes, functions with their text, triggers, views, materialised views,
   * partitions, sequences, and who may do what.
   */
  async function schemaOf(url: string): Promise<string[]> {
    // Grants that were never touched and the same grants made anew are one state: pg_dump tells no difference either.
    const rights = (acl: string, kind: string, owner: string): string =>
      `${owner}::regrole, (select string_agg(a::text, ' ' order by a::text) from unnest(coalesce(${acl}, acldefault(${kind}, ${owner}))) a)`;
    const ofRelation = rights('relacl', `(case relkind when 'S' then 's' else 'r' end)::"char"`, 'relowner');
    const { pool } = openDatabase(url, { applicationName: 'test', max: 1 });
    const { rows } = await pool.query<{ line: string }>(`
      with ours as (
        select * from pg_class where relnamespace = 'public'::regnamespace and relname not like 'kysely%'
      )
      select concat_ws(' ', 'column', table_name, column_name, data_type, character_maximum_length, collation_name,
          is_nullable, column_default, is_identity, identity_generation) as line
        from information_schema.columns where table_schema = 'public' and table_name not like 'kysely%'
      union all select concat_ws(' ', 'relation', relname, relkind, relispartition, pg_get_expr(relpartbound, oid),
          pg_get_partkeydef(oid), ${ofRelation}) from ours
      union all select concat_ws(' ', 'inherits', inhrelid::regclass, inhparent::regclass)
        from pg_inherits where inhrelid in (select oid from ours)
      union all select concat_ws(' ', 'constraint', conrelid::regclass, conname, conislocal, pg_get_constraintdef(oid))
        from pg_constraint where conrelid in (select oid from ours)
      union all select concat_ws(' ', 'index', indexdef) from pg_indexes
        where schemaname = 'public' and tablename not like 'kysely%'
      union all select concat_ws(' ', 'function', pg_get_functiondef(oid), ${rights('proacl', `'f'`, 'proowner')})
        from pg_proc where pronamespace = 'public'::regnamespace and prokind = 'f'
      union all select concat_ws(' ', 'trigger', pg_get_triggerdef(oid), tgenabled)
        from pg_trigger where not tgisinternal and tgrelid in (select oid from ours)
      union all select concat_ws(' ', 'view', relname, pg_get_viewdef(oid)) from ours where relkind in ('v', 'm')
      union all select concat_ws(' ', 'sequence', sequencename, data_type, start_value, increment_by, max_value)
        from pg_sequences where schemaname = 'public'
      union all select concat_ws(' ', 'default privileges', defaclobjtype, defaclacl::text) from pg_default_acl
      union all select concat_ws(' ', 'extension', extname) from pg_extension
      union all select concat_ws(' ', 'schema', nspname, nspacl::text) from pg_namespace
        where nspname !~ '^pg_(toast|temp)'
      order by 1`);
    await pool.end();
    return rows.map(({ line }) => line);
  }

  const downToNothing = async (url: string): Promise<string[]> => {
    const takenBack: string[] = [];
    for (let back = await migrateDown(url); back.length > 0; back = await migrateDown(url))
      takenBack.push(...back);
    return takenBack;
  };

  it('go up, all the way down to what was there before, and up again to the same schema', async () => {
    const url = await postgres.freshDatabase();
    const known = (await listMigrations(url)).map(({ name }) => name);
    const before = await schemaOf(url);
    expect(await downToNothing(url)).toEqual([...known].reverse());
    expect(await migrate(url)).toEqual(known);
    expect(await schemaOf(url)).toEqual(before);
  });

  it('each go up, down to the schema before it, and up again to the same', async () => {
    const url = await postgres.freshDatabase();
    await downToNothing(url);
    for (;;) {
      const before = await schemaOf(url);
      const [name] = await migrateUp(url);
      if (name === undefined) break;
      const after = await schemaOf(url);
      expect(after, name).not.toEqual(before);
      expect(await migrateDown(url)).toEqual([name]);
      expect(await schemaOf(url), `${name} down`).toEqual(before);
      expect(await migrateUp(url)).toEqual([name]);
      expect(await schemaOf(url), `${name} up again`).toEqual(after);
    }
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
