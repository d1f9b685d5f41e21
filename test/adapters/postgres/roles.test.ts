import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../../adapters/postgres/migrate.js';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { databaseRoles, roleName, roleUrls, type ByRole } from '../../../adapters/postgres/roles.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

let postgres: TestPostgres;
let owner: OpenDatabase;
let roles: ByRole<OpenDatabase>;

beforeAll(async () => {
  postgres = await startTestPostgres();
  const open = (url: string): OpenDatabase => openDatabase(url, { applicationName: 'test', max: 2 });
  const urls = await postgres.roleUrls();
  owner = open(postgres.url);
  roles = { reader: open(urls.reader), writer: open(urls.writer), admin: open(urls.admin) };
  await owner.pool.query(seed);
});

afterAll(async () => {
  for (const { db } of [owner, ...databaseRoles.map((role) => roles[role])]) await db.destroy();
  await postgres.stop();
});

/** One match with one price, in partitions that the maintenance function makes. */
const seed = `
  select ensure_month_partitions('matches', '2021-08-13Z', '2021-08-13Z');
  select ensure_month_partitions('odds', '2021-08-13Z', '2021-08-13Z');
  insert into leagues (code, name, country, level, time_zone) values ('E0', 'Premier League', 'England', 1, 'Europe/London');
  insert into teams (name, country) values ('Arsenal', 'England'), ('Chelsea', 'England');
  insert into match_registry (match_time, league_id, season, home_team_id, away_team_id)
    select '2021-08-13 19:00Z', l.id, '2021-22', h.id, a.id
    from leagues l, teams h, teams a where h.name = 'Arsenal' and a.name = 'Chelsea';
  insert into matches (id, match_time, kickoff_precision, league_id, season, home_team_id, away_team_id)
    select id, match_time, 'minute', league_id, season, home_team_id, away_team_id from match_registry;
  insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds,
      collected_at, recorded_at, known_at_basis, raw_id)
    select id, 'football_data', 'bet365', '1x2', 'book', 'prematch', 2.1, 3.4, 3.6, '2021-08-13 12:00Z', '2021-08-13 12:00Z',
      'observed', 1
    from match_registry;`;

const denied = { code: '42501' };

async function attempt(role: keyof typeof roles, statement: string): Promise<pg.QueryResult> {
  return roles[role].pool.query(statement);
}

/** Every table, view and materialized view that is no partition. */
async function relations(kinds: readonly string[]): Promise<string[]> {
  const { rows } = await owner.pool.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and not c.relispartition and c.relkind = any($1::"char"[]) order by 1`,
    [kinds],
  );
  return rows.map(({ name }) => name);
}

async function anyColumn(table: string): Promise<string> {
  const { rows } = await owner.pool.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attidentity = '' order by attnum limit 1`,
    [table],
  );
  return rows[0]?.name ?? '';
}

/** What tells which migrations ran and who was granted what. */
const notTheWriters = ['kysely_migration', 'kysely_migration_lock', 'permission_history'];

describe('each role', () => {
  it.each(databaseRoles)('logs in as itself, with a password of its own: %s', async (role) => {
    const { rows } = await attempt(role, 'select current_user, session_user');
    expect(rows).toEqual([{ current_user: roleName(role), session_user: roleName(role) }]);
    const url = new URL((await postgres.roleUrls())[role]);
    url.password = 'guessed';
    const { pool } = openDatabase(url.href, { applicationName: 'test', max: 1 });
    await expect(pool.query('select 1')).rejects.toMatchObject({ code: '28P01' });
    await pool.end();
  });

  it('has no attribute that would let it past its grants, but for the replication by which the admin backs up', async () => {
    const { rows } = await owner.pool.query(
      `select rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls from pg_roles
       where rolname ~ '^football_' order by 1`,
    );
    expect(rows).toEqual(
      ['football_admin', 'football_reader', 'football_writer'].map((rolname) => ({
        rolname,
        rolsuper: false,
        rolcreatedb: false,
        rolcreaterole: false,
        rolreplication: rolname === 'football_admin',
        rolbypassrls: false,
      })),
    );
  });

  it('can be taken on by the owner, and the session then has its rights and no others', async () => {
    const { pool } = openDatabase(roleUrls(postgres.url, undefined).reader, {
      applicationName: 'test',
      max: 1,
    });
    const { rows } = await pool.query("select current_user, current_setting('TimeZone') as zone");
    expect(rows).toEqual([{ current_user: 'football_reader', zone: 'UTC' }]);
    await expect(pool.query('delete from odds')).rejects.toMatchObject(denied);
    await pool.end();
  });
});

describe('the reader', () => {
  it('reads every table and view', async () => {
    const names = await relations(['r', 'p', 'v', 'm']);
    expect(names).toContain('raw_match_data');
    for (const name of names) await attempt('reader', `select * from ${name} limit 1`);
  });

  it('writes none', async () => {
    for (const name of await relations(['r', 'p'])) {
      for (const statement of [
        `insert into ${name} default values`,
        `update ${name} set ${await anyColumn(name)} = null`,
        `delete from ${name}`,
        `truncate ${name}`,
        `copy ${name} from stdin`,
        `do $$ begin lock table ${name} in share row exclusive mode; end $$`,
      ]) {
        await expect(attempt('reader', statement), statement).rejects.toMatchObject(denied);
      }
    }
    await expect(attempt('reader', 'select id from matches for update')).rejects.toMatchObject(denied);
    await expect(attempt('reader', `select nextval('teams_id_seq')`)).rejects.toMatchObject(denied);
  });

  it('is lent nobody else’s rights, and calls nothing that changes anything', async () => {
    const { rows } = await owner.pool.query<{ call: string; lends: boolean }>(
      `select p.prosecdef as lends, format('%I(%s)', p.proname,
         (select string_agg(format('null::%s', t::regtype), ', ' order by n) from unnest(p.proargtypes) with ordinality as a (t, n))) as call
       from pg_proc p
       where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and (p.prosecdef or p.provolatile = 'v')
         and p.prorettype <> 'trigger'::regtype`,
    );
    expect(rows.filter(({ lends }) => lends)).toHaveLength(4);
    expect(rows.map(({ call }) => call)).toEqual(
      expect.arrayContaining(['adopt_objects()', 'withdraw_matches(null::bigint[])']),
    );
    for (const { call } of rows) {
      await expect(attempt('reader', `select ${call}`), call).rejects.toMatchObject({
        ...denied,
        message: expect.stringMatching(/^permission denied for function/) as unknown,
      });
    }
  });

  it.each([
    'create table mine (id integer)',
    'create temporary table mine (id integer)',
    'create schema mine',
    'create view mine as select 1 as x',
    'alter table odds add column mine integer',
    'drop table features',
    'select ensure_month_partitions($$odds$$, $$2019-01-01Z$$, $$2019-01-01Z$$)',
    `create function mine() returns integer language sql as 'select 1'`,
  ])('makes and changes nothing: %s', async (statement) => {
    await expect(attempt('reader', statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('refreshes no materialized view', async () => {
    await owner.pool.query('create materialized view mv_probe as select 1 as x');
    try {
      await migrate(postgres.url);
      expect((await attempt('reader', 'select x from mv_probe')).rows).toEqual([{ x: 1 }]);
      for (const role of ['reader', 'writer'] as const) {
        await expect(attempt(role, 'refresh materialized view mv_probe')).rejects.toMatchObject(denied);
      }
      await attempt('admin', 'refresh materialized view mv_probe');
    } finally {
      await attempt('admin', 'drop materialized view mv_probe');
    }
  });
});

describe('the writer', () => {
  it('reads, inserts and updates, through the sequences too', async () => {
    await attempt('writer', `insert into teams (name, country) values ('Leeds', 'England')`);
    const { rowCount } = await attempt(
      'writer',
      `update teams set home_venue = 'Elland Road' where name = 'Leeds'`,
    );
    expect(rowCount).toBe(1);
    const { rows } = await attempt('reader', `select home_venue from teams where name = 'Leeds'`);
    expect(rows).toEqual([{ home_venue: 'Elland Road' }]);
    const tables = (await relations(['r', 'p'])).filter((name) => !notTheWriters.includes(name));
    for (const name of tables) {
      const { rows: may } = await owner.pool.query<{ may: boolean }>(
        `select has_table_privilege('football_writer', $1, 'select') and has_table_privilege('football_writer', $1, 'insert')
           and has_table_privilege('football_writer', $1, 'update') as may`,
        [name],
      );
      expect(may, name).toEqual([{ may: true }]);
    }
  });

  it.each(notTheWriters)('rewrites neither what was migrated nor what was granted: %s', async (name) => {
    await attempt('writer', `select * from ${name} limit 1`);
    for (const statement of [
      `insert into ${name} default values`,
      `update ${name} set ${await anyColumn(name)} = null`,
      `delete from ${name}`,
    ]) {
      await expect(attempt('writer', statement), statement).rejects.toMatchObject(denied);
    }
  });

  it('moves a match to another month, though it may not delete', async () => {
    await attempt('writer', `update match_registry set match_time = '2021-08-20 19:00Z'`);
    const { rows } = await attempt('writer', 'select match_time from matches');
    expect(rows).toEqual([{ match_time: new Date('2021-08-20T19:00:00Z') }]);
  });

  it('gives itself nothing: a grant that it may not make grants nothing', async () => {
    await attempt('writer', 'grant delete, truncate on odds to football_writer, football_reader');
    const { rows } = await owner.pool.query(
      `select privileges from v_role_privileges where object_name = 'odds' and role_name <> 'football_admin' order by role_name`,
    );
    expect(rows).toEqual([{ privileges: ['SELECT'] }, { privileges: ['SELECT', 'INSERT', 'UPDATE'] }]);
  });

  it('deletes and empties nothing', async () => {
    for (const name of await relations(['r', 'p'])) {
      for (const statement of [`delete from ${name}`, `truncate ${name}`, `truncate ${name} cascade`]) {
        await expect(attempt('writer', statement), statement).rejects.toMatchObject(denied);
      }
    }
  });

  it.each([
    'create table mine (id integer)',
    'create schema mine',
    'create view mine as select 1 as x',
    'create index on odds (bookmaker)',
    `create function mine() returns integer language sql as 'select 1'`,
    'create extension citext',
    'alter table odds add column mine integer',
    'alter table odds disable trigger all',
    'alter table odds drop constraint uq_odds_quote',
    'alter table matches detach partition matches_2021_08',
    'alter table odds owner to football_writer',
    'alter sequence teams_id_seq restart',
    'drop table features',
    'drop index idx_fixture_revisions_known',
    'drop function ensure_month_partitions(regclass, timestamptz, timestamptz)',
    'comment on table odds is $$mine$$',
    'select ensure_month_partitions($$odds$$, $$2019-01-01Z$$, $$2019-01-01Z$$)',
    'set role football_admin',
    'set session_replication_role = replica',
    'alter role football_writer createrole',
    'create role mine',
  ])('changes no definition: %s', async (statement) => {
    await expect(attempt('writer', statement)).rejects.toMatchObject(denied);
  });

  it.each([
    'select * from pg_authid',
    `select pg_read_file('postgresql.conf')`,
    `copy teams to program 'cat'`,
    `copy teams to '/tmp/teams'`,
  ])('reads no secret and no file of the server: %s', async (statement) => {
    for (const role of databaseRoles) await expect(attempt(role, statement)).rejects.toMatchObject(denied);
  });
});

describe('a partition', () => {
  const refuses = async (role: 'reader' | 'writer', partition: string): Promise<void> => {
    await expect(attempt(role, `select * from ${partition}`)).rejects.toMatchObject(denied);
    await expect(attempt(role, `insert into ${partition} default values`)).rejects.toMatchObject(denied);
    await expect(attempt(role, `update ${partition} set updated_at = now()`)).rejects.toMatchObject(denied);
    await expect(attempt(role, `delete from ${partition}`)).rejects.toMatchObject(denied);
    await expect(attempt(role, `copy ${partition} to stdout`)).rejects.toMatchObject(denied);
  };

  it('is reached through its table, and not around it, whichever it is', async () => {
    const { rows } = await owner.pool.query<{ part: string; parent: string }>(
      `select i.inhrelid::regclass::text as part, i.inhparent::regclass::text as parent
       from pg_inherits i join pg_class c on c.oid = i.inhrelid where c.relkind = 'r'`,
    );
    expect(rows.map(({ part }) => part)).toEqual(
      expect.arrayContaining(['matches_default', 'odds_default', 'predictions_default', 'matches_2021_08']),
    );
    for (const { part, parent } of rows) {
      for (const role of ['reader', 'writer'] as const) {
        await expect(attempt(role, `select * from ${part}`), part).rejects.toMatchObject(denied);
        await expect(attempt(role, `insert into ${part} default values`), part).rejects.toMatchObject(denied);
        await attempt(role, `select * from ${parent} limit 1`);
      }
    }
  });

  it('made later by the admin is open through its table to both, and closed to both', async () => {
    const { rows } = await attempt(
      'admin',
      `select ensure_month_partitions('odds', '2030-01-05Z', '2030-02-05Z') as made`,
    );
    expect(rows).toEqual([{ made: 2 }]);
    await attempt(
      'writer',
      `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds,
         collected_at, recorded_at, known_at_basis, raw_id)
       select id, 'football_data', 'bet365', '1x2', 'book', 'live', 2.2, 3.4, 3.5, '2030-01-07Z', '2030-01-07Z', 'observed', 1
       from match_registry`,
    );
    expect((await owner.pool.query('select * from odds_2030_01')).rowCount).toBe(1);
    const through = await attempt('reader', `select home_odds from odds where collected_at = '2030-01-07Z'`);
    expect(through.rows).toEqual([{ home_odds: 2.2 }]);
    for (const role of ['reader', 'writer'] as const) await refuses(role, 'odds_2030_01');
    await attempt('admin', 'delete from odds_2030_01');
  });

  it('made by the owner by hand is closed when the database is next prepared', async () => {
    await owner.pool.query(
      `create table odds_2031_01 partition of odds for values from ('2031-01-01Z') to ('2031-02-01Z')`,
    );
    await migrate(postgres.url);
    for (const role of ['reader', 'writer'] as const) await refuses(role, 'odds_2031_01');
  });
});

describe('a table that comes later', () => {
  const grants = async (table: string): Promise<unknown> =>
    (
      await owner.pool.query(
        `select role_name, privileges, may_alter from v_role_privileges where object_name = $1 order by 1`,
        [table],
      )
    ).rows;
  const expected = [
    {
      role_name: 'football_admin',
      privileges: expect.arrayContaining(['DELETE', 'TRUNCATE']) as unknown,
      may_alter: true,
    },
    { role_name: 'football_reader', privileges: ['SELECT'], may_alter: false },
    { role_name: 'football_writer', privileges: ['SELECT', 'INSERT', 'UPDATE'], may_alter: false },
  ];

  it('gets its grants at once where the admin makes it', async () => {
    await attempt('admin', 'create table later_admin (id bigint generated always as identity, x integer)');
    expect(await grants('later_admin')).toEqual(expected);
    await attempt('writer', 'insert into later_admin (x) values (1)');
    expect((await attempt('reader', 'select id, x from later_admin')).rows).toEqual([{ id: 1, x: 1 }]);
    await expect(attempt('writer', 'delete from later_admin')).rejects.toMatchObject(denied);
  });

  it("gets them from a migration too, and is the admin's when the migration has run", async () => {
    await owner.pool.query('create table later_owner (id bigint generated always as identity, x integer)');
    await migrate(postgres.url);
    expect(await grants('later_owner')).toEqual(expected);
    await attempt('writer', 'insert into later_owner (x) values (1)');
    await attempt('admin', 'alter table later_owner add column y integer');
  });

  it("has the admin for its owner, as everything of the house but an extension's", async () => {
    await migrate(postgres.url);
    const { rows } = await owner.pool.query(
      `select distinct object_kind, object_name, grantee from v_permission_audit
       where privilege = 'OWNER' and grantee <> 'football_admin' and object_kind not in ('schema', 'database')`,
    );
    expect(rows).toEqual([]);
  });
});

describe('a database that was restored under its owner', () => {
  it("is the admin's again when it is next prepared, with the lake's catalogue, and nobody gained anything", async () => {
    const state = async (): Promise<unknown> =>
      (
        await owner.pool.query(
          'select object_name, role_name, privileges, may_alter from v_role_privileges order by 1, 2',
        )
      ).rows;
    await attempt('admin', 'create schema lake_catalog');
    await attempt('admin', 'create table lake_catalog.ducklake_probe (x integer)');
    await migrate(postgres.url);
    const before = await state();
    await owner.pool.query('reassign owned by football_admin to current_user');
    await owner.pool.query(
      'revoke all on all tables in schema public, lake_catalog from football_reader, football_writer',
    );
    await owner.pool.query('revoke all on all sequences in schema public from football_writer');
    await owner.pool.query('revoke all on schema lake_catalog from football_reader');
    await expect(attempt('reader', 'select * from matches')).rejects.toMatchObject(denied);
    await migrate(postgres.url);
    expect(await state()).toEqual(before);
    await attempt('reader', 'select * from lake_catalog.ducklake_probe');
    await expect(attempt('writer', 'select * from lake_catalog.ducklake_probe')).rejects.toMatchObject(
      denied,
    );
    await attempt('admin', 'drop schema lake_catalog cascade');
  });
});

describe('granting and revoking', () => {
  it('is for the admin alone', async () => {
    for (const role of ['reader', 'writer'] as const) {
      for (const call of [
        `grant_role_set('odds')`,
        `revoke_role_set('odds')`,
        `give_role_set('odds', array['football_writer'])`,
        'record_permissions()',
        'adopt_objects()',
        `close_partition('odds')`,
      ]) {
        await expect(attempt(role, `select ${call}`), call).rejects.toMatchObject(denied);
      }
    }
  });

  it('gives and takes the set of a role on an object, and what was taken stays taken', async () => {
    await attempt('admin', 'create table granted (x integer)');
    await attempt('admin', `select revoke_role_set('granted', array['football_writer'])`);
    await expect(attempt('writer', 'select x from granted')).rejects.toMatchObject(denied);
    await attempt('reader', 'select x from granted');
    await migrate(postgres.url);
    await expect(attempt('writer', 'select x from granted')).rejects.toMatchObject(denied);
    await attempt('admin', `select grant_role_set('granted')`);
    await attempt('writer', 'insert into granted values (1)');
  });

  it('refuses a partition, and a role that has no set', async () => {
    await expect(attempt('admin', `select grant_role_set('odds_default')`)).rejects.toThrow(
      'through its table',
    );
    await expect(attempt('admin', `select grant_role_set('odds', array['public'])`)).rejects.toThrow(
      'set of grants',
    );
  });

  it('is seen in the audit, and as a change over time', async () => {
    await attempt('admin', 'create table watched (x integer)');
    await attempt('admin', 'select record_permissions()');
    await attempt('admin', 'grant delete on watched to football_writer');
    await attempt('admin', 'select record_permissions()');
    await attempt('admin', 'revoke delete on watched from football_writer');
    await attempt('admin', 'select record_permissions()');
    const audit = await attempt(
      'reader',
      `select owner, grantee, privilege from v_permission_audit where object_name = 'watched' order by 2, 3`,
    );
    expect(audit.rows).toEqual([
      { owner: 'football_admin', grantee: 'football_admin', privilege: 'OWNER' },
      { owner: 'football_admin', grantee: 'football_reader', privilege: 'SELECT' },
      { owner: 'football_admin', grantee: 'football_writer', privilege: 'INSERT' },
      { owner: 'football_admin', grantee: 'football_writer', privilege: 'SELECT' },
      { owner: 'football_admin', grantee: 'football_writer', privilege: 'UPDATE' },
    ]);
    const changes = await attempt(
      'reader',
      `select change, grantee, privilege from v_permission_changes
       where object_name = 'watched' and privilege = 'DELETE' order by changed_at`,
    );
    expect(changes.rows).toEqual([
      { change: 'granted', grantee: 'football_writer', privilege: 'DELETE' },
      { change: 'revoked', grantee: 'football_writer', privilege: 'DELETE' },
    ]);
    expect((await attempt('admin', 'select record_permissions() as changed')).rows).toEqual([{ changed: 0 }]);
  });
});
