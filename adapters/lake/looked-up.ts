import type { DuckDBConnection } from '@duckdb/node-api';
import type { Suite } from '../../schemas/tables/expectations.js';
import { qualifiedName, type LakeTable } from '../../schemas/tables/lake-table.js';
import { quoteIdentifier } from './sql-text.js';

/** What suites read of whole tables: the columns of each. */
function columnsLookedUp(suites: readonly Suite[]): ReadonlyMap<LakeTable, ReadonlySet<string>> {
  const wanted = new Map<LakeTable, Set<string>>();
  const want = (table: LakeTable, ...columns: readonly string[]): void => {
    wanted.set(table, new Set([...(wanted.get(table) ?? []), ...columns]));
  };
  for (const { table: own, expectations } of suites) {
    for (const expectation of expectations) {
      switch (expectation.type) {
        case 'expect_column_values_to_refer_to':
          want(expectation.table, expectation.key);
          break;
        case 'expect_rows_to_agree_with':
          want(expectation.table, expectation.key, ...expectation.others);
          break;
        case 'expect_compound_columns_to_be_unique':
          // A key without the instant of its month may be in any other.
          if (own.partitionColumn !== null && !expectation.columns.includes(own.partitionColumn))
            want(own, own.partitionColumn, ...expectation.columns);
          break;
        case 'expect_column_to_exist':
        case 'expect_column_values_to_not_be_null':
        case 'expect_column_values_to_be_between':
        case 'expect_column_values_to_be_in_set':
        case 'expect_rows_to_satisfy':
        case 'expect_rows_to_follow_each_other':
          break;
      }
    }
  }
  return wanted;
}

/**
 * Reads what suites look up in other tables once, into temporary tables of the connection, and has the work use these: the files of a table that many refer to are
 * not opened by each.
 */
export async function withLookedUp<T>(
  connection: DuckDBConnection,
  { suites, lookUp }: { readonly suites: readonly Suite[]; readonly lookUp: (table: LakeTable) => string },
  work: (lookUp: (table: LakeTable) => string) => Promise<T>,
): Promise<T> {
  const names = new Map<string, string>();
  try {
    for (const [table, columns] of columnsLookedUp(suites)) {
      const name = `temp.${quoteIdentifier(`looked_up_${table.layer}_${table.name}`)}`;
      names.set(qualifiedName(table), name);
      await connection.run(
        `create or replace temp table ${name.slice('temp.'.length)} as select ${[...columns].map(quoteIdentifier).join(', ')} from ${lookUp(table)}`,
      );
    }
    return await work((table) => names.get(qualifiedName(table)) ?? lookUp(table));
  } finally {
    await drop(connection, [...names.values()]);
  }
}

/** Where that fails, the error that led here matters; temporary tables end with the connection. */
async function drop(connection: DuckDBConnection, names: readonly string[]): Promise<void> {
  try {
    for (const name of names) await connection.run(`drop table if exists ${name}`);
  } catch {
    return;
  }
}
