import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadInput, PrerequisiteMissing } from '../../../schemas/errors.js';
import { readRows } from '../../../adapters/lake/rows.js';
import { quoteText } from '../../../adapters/lake/sql-text.js';
import { goldTables } from '../../../schemas/tables/gold.js';
import { lakeVersionOf } from '../../../schemas/tables/lake-versions.js';
import { silverTables } from '../../../schemas/tables/silver.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;

beforeAll(async () => {
  postgres = await startTestPostgres();
  folder = await makeTestFolder();
  lake = await openTestLake(await postgres.freshDatabase(), folder.path);
  await importToSilver(lake.house, folder.path, testLeague(), 'import/1');
  await lake.publish('publish/1');
});

afterAll(async () => {
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

describe('a question to the lake', () => {
  it('is one SELECT, with the schema alone or with the lake before it', async () => {
    const expected = [{ n: 140 }];
    expect(await lake.lake.query('select count(*) as n from silver.matches')).toEqual(expected);
    expect(await lake.lake.query('select count(*) as n from lake.silver.matches;')).toEqual(expected);
    expect(await lake.lake.query('from silver.leagues select count(*) as n')).toEqual([{ n: 32 }]);
    expect(await lake.lake.query('describe silver.matches')).toHaveLength(18);
  });

  it('is answered in JSON: instants with Z, decimals as numbers', async () => {
    const [row] = await lake.lake.query(
      `select match_time, true as yes, 1.50::decimal(10,3) as price, null as nothing, [1, 2] as list
       from silver.matches order by match_time limit 1`,
    );
    expect(row).toEqual({
      match_time: expect.stringMatching(/^2026-08-\d\dT\d\d:\d\d:00\.000Z$/) as unknown,
      yes: true,
      price: 1.5,
      nothing: null,
      list: [1, 2],
    });
  });

  it.each([
    'delete from silver.matches',
    'update silver.matches set season = null',
    'insert into silver.leagues select * from silver.leagues',
    'drop table silver.matches',
    'create table silver.mine as select 1 as x',
    'create temp table mine as select 1 as x',
    "copy silver.leagues to '/tmp/leagues.csv'",
    "attach 'other.db'",
    'set threads = 1',
    'pragma database_list',
    "call lake.set_option('x', 'y')",
    "load 'httpfs'",
    'begin transaction',
    'select 1; drop table silver.matches',
    'select $1',
    '',
    'select 1 from',
    'select nonsense from silver.matches',
  ])('is refused as bad input where it is not: %s', async (text) => {
    await expect(lake.lake.query(text)).rejects.toThrow(BadInput);
    expect(await lake.lake.query('select count(*) as n from silver.matches')).toEqual([{ n: 140 }]);
  });

  it.each([
    "select * from read_text('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from read_csv('/etc/passwd')",
    "select * from glob('/etc/*')",
    "select * from postgres_query('__ducklake_metadata_lake', 'select pg_read_file(''/etc/passwd'')')",
    `select * from "POSTGRES_QUERY"('__ducklake_metadata_lake', 'select 1')`,
    "select * from postgres_execute('__ducklake_metadata_lake', 'commit; delete from features')",
    "select * from postgres_scan('host=127.0.0.1', 'public', 'matches')",
    'select * from __ducklake_metadata_lake.public.matches',
    'with m as (select * from __ducklake_metadata_lake.public.matches) select count(*) from m',
    "select * from query('select * from postgres_query(''__ducklake_metadata_lake'', ''select 1'')')",
    "select (select count(*) from query_table('silver.matches'))",
    "describe select * from postgres_query('__ducklake_metadata_lake', 'select 1')",
    "select * from ducklake_expire_snapshots('lake', older_than => now())",
  ])('reads nothing of the machine or of Postgres beside the lake: %s', async (text) => {
    await expect(lake.lake.query(text)).rejects.toThrow(BadInput);
  });

  it('shows no password', async () => {
    const password = new URL(postgres.url).password;
    expect(password).not.toBe('');
    for (const text of ['from duckdb_secrets()', 'from duckdb_databases()', 'from duckdb_settings()']) {
      expect(JSON.stringify(await lake.lake.query(text)), text).not.toContain(password);
    }
  });
});

describe('the files of a table', () => {
  it('are listed with their sizes, one a month, under year and month', async () => {
    const files = await lake.lake.listFiles('silver.matches');
    expect(files).toHaveLength(5);
    expect(files.every(({ bytes }) => bytes > 0)).toBe(true);
    for (const { path: file } of files) {
      expect(path.relative(lake.dataPath, file)).toMatch(
        /^silver\/matches\/year=2026\/month=\d{1,2}\/[^/]+\.parquet$/,
      );
    }
    expect(await lake.lake.listFiles('lake.silver.matches')).toEqual(files);
  });

  it('can be listed as of a snapshot', async () => {
    const [first] = await lake.jobSnapshots();
    expect(await lake.lake.listFiles('silver.odds', first?.id)).toHaveLength(4);
    await expect(lake.lake.listFiles('silver.odds', 4_711)).rejects.toThrow(BadInput);
  });

  it('are refused for what is no table of the lake', async () => {
    await expect(lake.lake.listFiles('matches')).rejects.toThrow(BadInput);
    await expect(lake.lake.listFiles('silver.nothing')).rejects.toThrow(BadInput);
  });
});

describe('an export', () => {
  it('is plain Parquet that a reader without DuckLake reads, months padded, and says its snapshot', async () => {
    const target = path.join(folder.path, 'export');
    const { snapshot, tables } = await lake.lake.exportParquet(target);
    expect(tables).toEqual(
      Object.entries(await lake.counts(silverTables)).map(([name, rows]) => ({
        layer: 'silver',
        table: name.slice('silver.'.length),
        version: lakeVersionOf(name),
        rows,
      })),
    );
    expect(await readdir(path.join(target, 'silver', 'matches', 'year=2026'))).toContain('month=08');
    expect(await readdir(path.join(target, 'silver', 'leagues'))).toEqual(['leagues.parquet']);
    const manifest = await readFile(path.join(target, 'touchline-export.json'), 'utf8');
    expect(JSON.parse(manifest)).toEqual({ snapshot, tables });

    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    try {
      for (const { layer, table, rows } of tables) {
        const files = quoteText(path.join(target, layer, table, '**', '*.parquet'));
        expect(
          await readRows(
            connection,
            `select count(*) as n from read_parquet(${files}, hive_partitioning = true)`,
          ),
        ).toEqual([{ n: rows }]);
      }
      const [wrong] = await readRows(
        connection,
        `select count(*) as n from read_parquet(${quoteText(path.join(target, 'silver', 'odds', '**', '*.parquet'))},
           hive_partitioning = true, hive_types_autocast = false)
         where strftime(collected_at at time zone 'UTC', '%Y-%m') <> year || '-' || month`,
      );
      expect(wrong).toEqual({ n: 0 });
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  });

  it('replaces an earlier one, and refuses a folder that holds something else', async () => {
    const target = path.join(folder.path, 'export-again');
    await lake.lake.exportParquet(target);
    await writeFile(path.join(target, 'silver', 'left-over.txt'), '');
    await lake.lake.exportParquet(target);
    expect(await readdir(path.join(target, 'silver'))).not.toContain('left-over.txt');
    const siblings = (await readdir(folder.path)).filter((name) => name.startsWith('export-again'));
    expect(siblings).toEqual(['export-again']);

    await expect(lake.lake.exportParquet(lake.dataPath)).rejects.toThrow(BadInput);
  });
});

describe('a lake that is not there yet', () => {
  it('has no snapshot and no table, and says so when it is asked', async () => {
    const empty = await openTestLake(await postgres.freshDatabase(), path.join(folder.path, 'empty'));
    try {
      expect(await empty.lake.snapshots()).toEqual([]);
      expect(await empty.lake.status([...silverTables, ...goldTables])).toEqual({
        snapshot: null,
        tables: [],
      });
      await expect(empty.lake.query('select 1 as x')).rejects.toThrow(PrerequisiteMissing);
      await expect(empty.lake.exportParquet(path.join(folder.path, 'none'))).rejects.toThrow(
        PrerequisiteMissing,
      );
      expect(await readdir(folder.path)).not.toContain('none');
    } finally {
      await empty.close();
    }
  });
});
