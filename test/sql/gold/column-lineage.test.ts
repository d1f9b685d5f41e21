import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { goldColumns } from '../../../activities/derive-columns.js';
import { computeModels, dropModels, type GoldBuild } from '../../../adapters/lake/gold-compute.js';
import { readRows } from '../../../adapters/lake/rows.js';
import { edgesOf, reachedFrom, type ColumnEdge } from '../../../domain/lineage/column-graph.js';
import { CheckFailed } from '../../../schemas/errors.js';
import { goldTables } from '../../../schemas/tables/gold.js';
import { silverTables } from '../../../schemas/tables/silver.js';
import type { LakeColumn } from '../../../schemas/tables/lake-table.js';
import { fillSilver, goldOfTheHouse, openSilver } from '../../support/gold-duckdb.js';
import { historyOf, plan } from '../../support/gold-history.js';

let connection: DuckDBConnection;
let build: GoldBuild;
let edges: ColumnEdge[];
beforeAll(async () => {
  connection = await openSilver();
  const house = await goldOfTheHouse();
  build = { ...house, models: house.models.map((model) => ({ ...model, checks: [] })) };
  edges = edgesOf(await goldColumns(connection, house.models));
  // A history of one seed: the same on every machine.
  const [history = []] = fc.sample(fc.array(plan, { minLength: 150, maxLength: 150, size: 'max' }), {
    seed: 7,
    numRuns: 1,
  });
  await fillSilver(connection, historyOf(history));
  await connection.run('update silver.odds set id = rowid');
  await connection.run(`update silver.odds set bookmaker = 'bet365' where bookmaker = 'bet1'`);
  await connection.run(
    `insert into silver.quarantined_rows
     select rowid, 'odds', match_id, data_source, bookmaker, market_type, line_value, collected_at, recorded_at, null, collected_at
     from silver.odds where match_id % 5 = 0`,
  );
  await connection.run(
    `insert into silver.quarantined_rows (id, table_name, match_id) select 100000 + id, 'matches', id from silver.matches where id % 23 = 0`,
  );
});
afterAll(() => {
  connection.closeSync();
});

/** Ways to change a column, the plainest first: each row's value, or that of some rows. */
function changesOf(table: string, { name, type }: LakeColumn): string[] {
  const ofSome = (value: string): string => `case when rowid % 3 = 0 then ${value} else ${name} end`;
  if (name === 'season') return [`(left(season, 4)::integer - 1)::varchar || '-x'`];
  switch (type) {
    case 'BOOLEAN':
      return [`not ${name}`, ofSome(`not coalesce(${name}, false)`)];
    case 'TIMESTAMPTZ':
      return [
        `${name} + interval 40 minute`,
        ofSome(`${name} + interval 9 day`),
        ofSome(`${name} - interval 9 day`),
      ];
    case 'INTEGER':
    case 'BIGINT':
      return [
        `coalesce(${name}, 1) + 1`,
        ofSome(`coalesce(${name}, 0) + 1 + rowid % 4`),
        ofSome('null'),
        `${name} + 1000`,
      ];
    case 'VARCHAR': {
      // A value of another row means something here.
      const [least, most] = ['min', 'max'].map((end) => `(select ${end}(${name}) from silver.${table})`);
      const another = `case when ${name} = ${most} then ${least} else ${most} end`;
      return [ofSome(another), another, ofSome(`'Z' || coalesce(${name}, '')`), ofSome('null')];
    }
    case 'VARCHAR[]':
      return [`list_append(${name}, 'Z')`, ofSome('null')];
    case 'DECIMAL(10,3)':
    case 'DECIMAL(5,2)':
    case 'DECIMAL(5,4)':
    case 'DOUBLE':
      return [`${name} + 0.25`, ofSome(`coalesce(${name}, 1) + 1`), ofSome('null')];
  }
}

/** Null of a table without rows, and of a column without a value. */
const Sums = z.record(z.string(), z.string().nullable());

/**
 * The published columns, each as one number over its values, each with the match and the side that it is of. Where matches are called otherwise the values stand
 * alone: their names moved, and not what is said of them.
 */
async function contents(isNamed: boolean): Promise<Map<string, string>> {
  await computeModels(connection, build);
  const found = new Map<string, string>();
  for (const { name: table, columns } of goldTables) {
    const names = columns.map(({ name }) => name);
    const keys = isNamed ? names.filter((name) => name === 'match_id' || name === 'team_type') : [];
    const sums = names.map((name) => `sum(hash(${[...keys, name].join(', ')})::hugeint)::varchar as ${name}`);
    const [row] = await readRows(connection, `select ${sums.join(', ')} from temp.${table}`);
    const contentOf = Sums.parse(row);
    for (const name of names) found.set(`football_db.gold/lake.${table}.${name}`, contentOf[name] ?? 'empty');
  }
  await dropModels(connection, build.models);
  return found;
}

const untouched = new Map<boolean, Map<string, string>>();

/** The published columns that come out otherwise where this is done to silver; none where gold refuses to be built of it. */
async function movedBy(statements: readonly string[], isNamed: boolean): Promise<Set<string>> {
  const before = untouched.get(isNamed) ?? (await contents(isNamed));
  untouched.set(isNamed, before);
  await connection.run('begin');
  try {
    for (const statement of statements) await connection.run(statement);
    const after = await contents(isNamed);
    return new Set(
      [...before].flatMap(([column, content]) => (after.get(column) === content ? [] : [column])),
    );
  } catch (error) {
    if (error instanceof CheckFailed) return new Set();
    throw error;
  } finally {
    await connection.run('rollback');
  }
}

const silverColumns = silverTables.flatMap(({ name: table, columns }) =>
  columns.map((column) => ({ table, column })),
);
const keyOf = ({ table, column }: (typeof silverColumns)[number]): string =>
  `football_db.silver/lake.${table}.${column.name}`;

describe.each(silverTables.map(({ name }) => name))('of silver.%s', (asked) => {
  it('every column that moves with one is declared to come of it, and each that is declared to be made of it moves', async () => {
    const undeclared: string[] = [];
    const unmoved: string[] = [];
    const unread: string[] = [];
    for (const one of silverColumns.filter(({ table }) => table === asked)) {
      const reached = reachedFrom([keyOf(one)], edges, { direction: 'down' });
      const direct = [...reached].flatMap(([column, { isDirect }]) => (isDirect ? [column] : []));
      if (reached.size === 0)
        unread.push(
          `update silver.${one.table} set ${one.column.name} = ${changesOf(one.table, one.column)[0] ?? 'null'}`,
        );
      const waiting = new Set(direct);
      for (const change of reached.size === 0 ? [] : changesOf(one.table, one.column)) {
        const statement = `update silver.${one.table} set ${one.column.name} = ${change}`;
        const moved = await movedBy([statement], keyOf(one) !== 'football_db.silver/lake.matches.id');
        for (const column of moved) {
          waiting.delete(column);
          if (!reached.has(column)) undeclared.push(`${statement}: ${column}`);
        }
        if (waiting.size === 0) break;
      }
      unmoved.push(...[...waiting].map((column) => `${keyOf(one)} > ${column}`));
    }
    expect({ undeclared, unmoved }).toEqual({ undeclared: [], unmoved: [] });
    expect([...(await movedBy(unread, true))]).toEqual([]);
  }, 400_000);
});
