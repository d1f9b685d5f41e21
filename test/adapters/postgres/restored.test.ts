import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { expect, it } from 'vitest';
import { startPostgres } from '../../../adapters/embedded/postgres.js';
import { migrate } from '../../../adapters/postgres/migrate.js';
import { roleUrls, type DatabaseRole } from '../../../adapters/postgres/roles.js';
import { readConfig } from '../../../config.js';
import { makeTestFolder } from '../../support/folder.js';
import { untouchedDatabase } from '../../support/migrated-home.js';
import { startTestPostgres } from '../../support/postgres.js';

async function rowsOf<T extends pg.QueryResultRow>(url: string, text: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Who may do what with each object, the database, the schemas and what comes later. */
const rightsOf = (url: string): Promise<unknown[]> =>
  rowsOf(
    url,
    `select object_kind, object_schema, object_name, owner, grantee, privilege, is_grantable from v_permission_audit
     order by 1, 2, 3, 5, 6`,
  );

/** What a restore may lose, done to a database by hand: whoever restored it owns everything. */
const forgetOwners = 'reassign owned by football_admin to current_user';
/** Every grant and every default privilege, and a function that nobody touched is everyone's. */
const forgetGrants = `
  drop owned by football_reader, football_writer;
  revoke all on all tables in schema public, lake_catalog from football_admin;
  revoke all on schema public, lake_catalog from football_admin;
  alter default privileges for role football_admin revoke all on tables from football_reader;
  update pg_class set relacl = null where relnamespace in ('public'::regnamespace, 'lake_catalog'::regnamespace);
  update pg_proc set proacl = null where pronamespace = 'public'::regnamespace`;

type Losses = readonly string[];

const byHand: readonly (readonly [name: string, losses: Losses])[] = [
  ['its grants', [forgetGrants]],
  ['its owners', [forgetOwners]],
  ['its owners and its grants', [forgetOwners, forgetGrants]],
  [
    'its owners, its grants and the roles themselves',
    [
      forgetOwners,
      'drop owned by football_reader, football_writer, football_admin',
      'drop role football_reader, football_writer, football_admin',
    ],
  ],
  [
    'the roles, and its functions are everyone’s',
    [
      forgetOwners,
      'drop owned by football_reader, football_writer, football_admin',
      'drop role football_reader, football_writer, football_admin',
      `update pg_proc set proacl = null where pronamespace = 'public'::regnamespace`,
    ],
  ],
];

const lake = `create schema lake_catalog; create table lake_catalog.ducklake_probe (x integer)`;
const as = (url: string, role: DatabaseRole): string => roleUrls(url, undefined)[role];
const denied = { code: '42501' };

/** What the rights are for, tried. */
async function expectHouse(url: string): Promise<void> {
  await rowsOf(as(url, 'reader'), 'select * from lake_catalog.ducklake_probe');
  await expect(rowsOf(as(url, 'reader'), `select withdraw_matches(array[1])`)).rejects.toMatchObject(denied);
  await expect(rowsOf(as(url, 'writer'), `select adopt_objects()`)).rejects.toMatchObject(denied);
  await rowsOf(as(url, 'writer'), `select withdraw_matches(array[1])`);
  await rowsOf(
    as(url, 'admin'),
    `create table public.later (x integer); select ensure_month_partitions('odds', '2019-01-01Z', '2019-01-01Z')`,
  );
  await rowsOf(as(url, 'writer'), 'insert into later values (1)');
  await expect(rowsOf(as(url, 'writer'), 'delete from later')).rejects.toMatchObject(denied);
}

it.each(byHand)('a database that lost %s has them again when it is next prepared', async (_, losses) => {
  const postgres = await startTestPostgres();
  try {
    // It needs the roles that are dropped.
    await rowsOf(postgres.url, `drop database ${untouchedDatabase}`);
    await rowsOf(as(postgres.url, 'admin'), lake);
    await migrate(postgres.url);
    const before = await rightsOf(postgres.url);
    for (const loss of losses) await rowsOf(postgres.url, loss);
    expect(await rightsOf(postgres.url)).not.toEqual(before);
    await migrate(postgres.url);
    expect(await rightsOf(postgres.url)).toEqual(before);
    await expectHouse(postgres.url);
  } finally {
    await postgres.stop();
  }
});

const run = promisify(execFile);

/** The dump tools of this machine serve where they are as new as the server: the embedded one is 15. */
const dumpsServe =
  readConfig().postgresBinaries === undefined &&
  (await run('pg_dump', ['--version']).then(
    ({ stdout }) => Number(/\d+/.exec(stdout)?.[0]) >= 15,
    () => false,
  ));

it.each(dumpsServe ? [['with its grants'], ['without privileges', '--no-privileges']] : [])(
  'a dump taken %s and restored on a server that has no roles is the same house when it is prepared',
  async (_, ...options) => {
    const postgres = await startTestPostgres();
    const folder = await makeTestFolder();
    const server = await startPostgres({ home: folder.path, settings: { fsync: 'off' } });
    try {
      await rowsOf(as(postgres.url, 'admin'), lake);
      await rowsOf(postgres.url, `insert into teams (name, country) values ('Arsenal', 'England')`);
      await migrate(postgres.url);
      const file = path.join(folder.path, 'dump.sql');
      await run('pg_dump', [...options, '--file', file, postgres.url]);
      await run('psql', ['--quiet', '--file', file, server.url]);
      expect(await rowsOf(server.url, 'select name from teams')).toEqual([{ name: 'Arsenal' }]);
      expect(await migrate(server.url)).toEqual([]);
      expect(await rightsOf(server.url)).toEqual(await rightsOf(postgres.url));
      await expectHouse(server.url);
    } finally {
      await server.stop();
      await folder.remove();
      await postgres.stop();
    }
  },
);
