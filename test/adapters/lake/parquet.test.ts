import path from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeBelow } from '../../../adapters/lake/lake-place.js';
import { readRows } from '../../../adapters/lake/rows.js';
import { quoteText } from '../../../adapters/lake/sql-text.js';
import { goldTables } from '../../../schemas/tables/gold.js';
import type { LakeTable } from '../../../schemas/tables/lake-table.js';
import { silverTables } from '../../../schemas/tables/silver.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';
import { importToSilver, openTestLake, reachFilesOf, testLeague, type TestLake } from '../../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
let plain: DuckDBInstance;
let connection: DuckDBConnection;
const tables: readonly LakeTable[] = [...silverTables, ...goldTables];
let exported: string;

beforeAll(async () => {
  postgres = await startTestPostgres();
  folder = await makeTestFolder();
  lake = await openTestLake(await postgres.freshDatabase(), folder.path);
  await importToSilver(lake.house, folder.path, testLeague(), 'import/1');
  // Every table has rows, and so files. A match that has no result yet is missing from none.
  await lake.house.pool.query(
    `insert into quarantines (table_name, match_id, quarantined_by, quarantined_why) select 'matches', max(id), 'ada', 'A test' from matches where match_status = 'scheduled'`,
  );
  await lake.publish('publish/1');
  await lake.buildGold('build/1');
  exported = path.join(folder.path, 'export');
  await lake.lake.exportParquet(exported);
  plain = await DuckDBInstance.create(':memory:');
  connection = await plain.connect();
  await reachFilesOf(lake, connection);
});

afterAll(async () => {
  connection.closeSync();
  plain.closeSync();
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

/** The codecs of every column chunk below a folder. */
const codecsBelow = async (root: string): Promise<unknown[]> =>
  (
    await readRows(
      connection,
      `select distinct compression from parquet_metadata(${quoteText(placeBelow(root, '**', '*.parquet'))})`,
    )
  ).map(({ compression }) => compression);

describe('the Parquet of the lake', () => {
  it('is compressed with snappy, that of an export too', async () => {
    expect(await codecsBelow(lake.dataPath)).toEqual(['SNAPPY']);
    expect(await codecsBelow(exported)).toEqual(['SNAPPY']);
  });

  it('is compressed with zstd from the day on that says so; what is there is read as before', async () => {
    const other = await openTestLake(lake.url, folder.path, { compression: 'zstd' });
    try {
      const before = await lake.counts(silverTables);
      await lake.house.pool.query(
        `insert into lake_dirty_partitions (table_name, month) values ('matches', '2026-09-01')`,
      );
      await other.publish('publish/zstd');
      expect((await codecsBelow(placeBelow(lake.dataPath, 'silver', 'matches'))).toSorted()).toEqual([
        'SNAPPY',
        'ZSTD',
      ]);
      expect(await lake.counts(silverTables)).toEqual(before);
    } finally {
      await other.close();
    }
  });

  it('says in its own terms what each column is: instants in UTC, prices as decimals, nothing of an engine', async () => {
    const expected: Readonly<Record<string, string>> = {
      BOOLEAN: 'BOOLEAN',
      INTEGER: 'INT32 INT_32',
      BIGINT: 'INT64 INT_64',
      DOUBLE: 'DOUBLE',
      VARCHAR: 'BYTE_ARRAY UTF8',
      TIMESTAMPTZ:
        'INT64 TIMESTAMP_MICROS TimestampType(isAdjustedToUTC=1, unit=TimeUnit(MILLIS=<null>, MICROS=MicroSeconds(), NANOS=<null>))',
      'DECIMAL(10,3)': 'INT64 DECIMAL DecimalType(scale=3, precision=10)',
      'DECIMAL(5,2)': 'INT32 DECIMAL DecimalType(scale=2, precision=5)',
    };
    const nodes = ({ name, type }: LakeTable['columns'][number]): string[] =>
      type.endsWith('[]')
        ? [`${name} LIST`, `element ${expected[type.slice(0, -2)]}`]
        : [`${name} ${expected[type]}`];
    for (const table of tables) {
      for (const root of [
        placeBelow(lake.dataPath, table.layer, table.name),
        path.join(exported, table.layer, table.name),
      ]) {
        // The root and the repeated layer of a list are bare groups: they have neither a type nor a meaning.
        const found = await readRows(
          connection,
          `select distinct concat_ws(' ', name, type, converted_type, logical_type) as node
           from parquet_schema(${quoteText(placeBelow(root, '**', '*.parquet'))})
           where coalesce(type, converted_type, logical_type) is not null`,
        );
        expect(new Set(found.map(({ node }) => node)), table.name).toEqual(
          new Set(table.columns.flatMap(nodes)),
        );
      }
    }
  });
});

describe('a question about a range of dates', () => {
  const filesRead = async (condition: string): Promise<number> => {
    const plan = await lake.lake.write((writing) =>
      readRows(writing, `explain analyze select count(home_odds) from silver.odds where ${condition}`),
    );
    return Number(/Total Files Read: (\d+)/.exec(JSON.stringify(plan))?.[1]);
  };

  it('reads the files of its months and no other', async () => {
    const all = (await lake.lake.listFiles('silver.odds')).length;
    expect(all).toBe(4);
    expect(await filesRead('true')).toBe(all);
    const from = (instant: string): string => `collected_at >= timestamptz '${instant} 00:00:00+00'`;
    const before = (instant: string): string => `collected_at < timestamptz '${instant} 00:00:00+00'`;
    expect(await filesRead(`${from('2026-09-01')} and ${before('2026-10-01')}`)).toBe(1);
    expect(await filesRead(`${from('2026-09-20')} and ${before('2026-10-03')}`)).toBe(2);
  });
});

describe('the same aggregate', () => {
  const both = async (sql: string): Promise<{ readonly lake: unknown; readonly postgres: unknown }> => {
    const { rows } = await lake.house.pool.query(sql.replaceAll('silver.', ''));
    return { lake: await lake.lake.query(sql), postgres: JSON.parse(JSON.stringify(rows)) };
  };

  const table = `
    with played as (
      select m.*, s.home as is_home,
        case when s.home then m.home_team_id else m.away_team_id end as team_id,
        case when s.home then m.home_score else m.away_score end as goals_for,
        case when s.home then m.away_score else m.home_score end as goals_against
      from silver.matches m cross join (values (true), (false)) as s (home)
      where m.match_status = 'completed'
    )
    select l.code, p.season, t.name, count(*)::integer as played,
      sum(case when goals_for > goals_against then 3 when goals_for = goals_against then 1 else 0 end)::integer as points,
      sum(goals_for)::integer as goals_for, sum(goals_against)::integer as goals_against,
      max(match_time) as last_played
    from played p join silver.teams t on t.id = p.team_id join silver.leagues l on l.id = p.league_id
    group by l.code, p.season, t.name
    order by l.code, p.season, points desc, sum(goals_for) - sum(goals_against) desc, t.name`;

  it('in DuckDB over the lake and in Postgres gives the same table of the season', async () => {
    const { lake: inLake, postgres: inPostgres } = await both(table);
    expect(inLake).toHaveLength(20);
    expect(inLake).toEqual(inPostgres);
  });

  it('gives the same price of each bookmaker, to the last digit of its sum', async () => {
    const { lake: inLake, postgres: inPostgres } = await both(
      `select bookmaker, market_type, price_phase, count(*)::integer as quotes,
         sum(home_odds)::text as home, sum(draw_odds)::text as draw, sum(away_odds)::text as away,
         round(avg(home_odds)::numeric(18, 9), 6)::float8 as mean
       from silver.odds group by 1, 2, 3 order by 1, 2, 3`,
    );
    expect(inLake).not.toEqual([]);
    expect(inLake).toEqual(inPostgres);
  });

  it('gives the same counts a month, where a month is one of UTC', async () => {
    const { lake: inLake, postgres: inPostgres } = await both(
      `select extract(year from collected_at)::integer as year, extract(month from collected_at)::integer as month,
         count(*)::integer as quotes, count(distinct match_id)::integer as matches
       from silver.odds group by 1, 2 order by 1, 2`,
    );
    expect(inLake).toHaveLength(4);
    expect(inLake).toEqual(inPostgres);
  });

  it('of gold is what Postgres makes of its own silver: the results and the mean price of the books', async () => {
    const results = await lake.house.pool.query(
      `select count(*)::int as n, sum(home_score)::int as home, sum(away_score)::int as away,
         count(*) filter (where home_score > away_score)::int as home_wins
       from matches where match_status = 'completed'`,
    );
    expect(
      await lake.lake.query(
        `select count(*) as n, sum(home_score)::int as home, sum(away_score)::int as away,
           count(*) filter (where outcome = 'home') as home_wins from gold.match_results`,
      ),
    ).toEqual(results.rows);
    const prices = `select count(*)::int as n, sum(home_odds)::text as home, sum(draw_odds)::text as draw`;
    const market = await lake.house.pool.query(
      `${prices} from odds where bookmaker = 'bet365' and market_type = '1x2' and price_phase = 'closing'
         and not suspicious_odds`,
    );
    expect(
      await lake.lake.query(
        `${prices} from gold.market_prices where source = 'bet365' and phase = 'closing'`,
      ),
    ).toEqual(market.rows);
  });
});
