import path from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { readRows, type JsonRow } from '../../adapters/lake/rows.js';
import { quoteText } from '../../adapters/lake/sql-text.js';
import { goldTables } from '../../schemas/tables/gold.js';
import type { LakeTable } from '../../schemas/tables/lake-table.js';
import { silverTables } from '../../schemas/tables/silver.js';

/** A table of two lakes that do not say the same. */
export interface TableDifference {
  readonly table: string;
  readonly onlyInFirst: number;
  readonly onlyInSecond: number;
  /** A few of those rows, by business key. */
  readonly samples: readonly JsonRow[];
}

/** How many rows were compared in all, and where they differ. */
export interface LakeComparison {
  readonly rows: number;
  readonly differences: readonly TableDifference[];
}

/** Numbers that each database gives out by itself. */
const surrogates = ['id', 'raw_id', 'edition_id'];

/**
 * Compares two exports of a lake (touchline lake export) row for row: matches, teams and leagues by their names, surrogate
 * ids left out, everything else to the last digit.
 */
export async function compareExports(first: string, second: string): Promise<LakeComparison> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB' });
  const connection = await instance.connect();
  try {
    await connection.run("set TimeZone = 'UTC'");
    await openExport(connection, 'first', first);
    await openExport(connection, 'second', second);
    const differences: TableDifference[] = [];
    let rows = 0;
    for (const table of [...silverTables, ...goldTables]) {
      const [counted] = await readRows(connection, `select count(*) as n from (${named('first', table)})`);
      rows += Number(counted?.['n'] ?? 0);
      const difference = await differenceOf(connection, table);
      if (difference !== undefined) differences.push(difference);
    }
    return { rows, differences };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function openExport(connection: DuckDBConnection, schema: string, folder: string): Promise<void> {
  await connection.run(`create schema ${schema}`);
  for (const { layer, name, columns } of [...silverTables, ...goldTables]) {
    const files = quoteText(path.join(folder, layer, name, '**', '*.parquet'));
    await connection.run(
      `create view ${schema}.${name} as select ${columns.map(({ name: column }) => `"${column}"`).join(', ')}
       from read_parquet(${files}, hive_partitioning = true, union_by_name = true)`,
    );
  }
}

function named(schema: string, table: LakeTable): string {
  const columns = table.columns
    .map(({ name }) => name)
    .filter((name) => !surrogates.includes(name))
    .map((name) => {
      if (name === 'match_id') return 'mk.key as match';
      if (name === 'league_id')
        return `(select code from ${schema}.leagues where id = t.league_id) as league`;
      if (/^(home_|away_)?team_id$/.test(name)) {
        return `(select country || ' ' || name from ${schema}.teams where id = t.${name}) as ${name.slice(0, -3)}`;
      }
      return `t."${name}"`;
    });
  const keys = `(select m.id, concat_ws('/', l.code, m.season, h.name, a.name, m.ordinal) as key
     from ${schema}.matches m
     join ${schema}.leagues l on l.id = m.league_id
     join ${schema}.teams h on h.id = m.home_team_id
     join ${schema}.teams a on a.id = m.away_team_id)`;
  const hasMatch = table.columns.some(({ name }) => name === 'match_id');
  const join = hasMatch ? `left join ${keys} mk on mk.id = t.match_id` : '';
  return `select ${columns.join(', ')} from ${schema}.${table.name} t ${join}`;
}

async function differenceOf(
  connection: DuckDBConnection,
  table: LakeTable,
): Promise<TableDifference | undefined> {
  await connection.run(
    `create or replace temp table missing as ${named('first', table)} except all ${named('second', table)}`,
  );
  await connection.run(
    `create or replace temp table extra as ${named('second', table)} except all ${named('first', table)}`,
  );
  const [counted] = await readRows(
    connection,
    'select (select count(*) from missing) as missing, (select count(*) from extra) as extra',
  );
  const onlyInFirst = Number(counted?.['missing'] ?? 0);
  const onlyInSecond = Number(counted?.['extra'] ?? 0);
  if (onlyInFirst + onlyInSecond === 0) return undefined;
  const samples = await readRows(
    connection,
    `(select 'first' as lake, * from missing order by all limit 2) union all (select 'second', * from extra order by all limit 2)`,
  );
  return { table: `${table.layer}.${table.name}`, onlyInFirst, onlyInSecond, samples };
}
