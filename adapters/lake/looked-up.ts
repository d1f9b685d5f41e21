import type { DuckDBConnection } from '@duckdb/node-api';
import { lookedUpBy, type Suite } from '../../schemas/tables/expectations.js';
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
      const other = lookedUpBy(expectation);
      if (other !== undefined) want(other.table, ...other.columns);
      // A key without the instant of its month may be in any other.
      if (
        expectation.type === 'expect_compound_columns_to_be_unique' &&
        own.partitionColumn !== null &&
        !expectation.columns.includes(own.partitionColumn)
      )
        want(own, own.partitionColumn, ...expectation.columns);
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
