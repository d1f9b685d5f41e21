import type { DuckDBConnection } from '@duckdb/node-api';
import type { SuiteResult } from '../../schemas/records/validation.js';
import { qualifiedName, type LakeTable } from '../../schemas/tables/lake-table.js';
import { suites } from '../../schemas/tables/suites.js';
import { releasedContracts } from './contracts.js';
import { keepContracts, withContracts } from './keep-contracts.js';
import { withLookedUp } from './looked-up.js';
import type { Month } from './months.js';
import { readRows } from './rows.js';
import { runSuite } from './suite-pass.js';
import { lakeName, sqlType, type ColumnsInLake } from './tables.js';

/**
 * The columns of the snapshot to be: who writes a table has ensured in the same transaction that it is as declared, and to ask for its columns again takes longer than
 * a suite. What they are held against are the released contracts, so that a declaration that took a column back is held up here too.
 */
const asDeclared = (tables: readonly LakeTable[]): ColumnsInLake =>
  new Map(
    tables.map((table) => [
      qualifiedName(table),
      new Map(table.columns.map(({ name, type }) => [name, sqlType(type)])),
    ]),
  );

/**
 * Holds the months that a transaction has written against the suites of their tables, and the tables against their contracts, as it sees them: what it is
 * about to make visible. Of a table of which nothing was written there is no result.
 * @param lookUp the relation in which the rows of another table are looked up
 * @param rowsOf the relation that has the rows of a table that was written, where it is not the lake's
 */
export async function judgeMonths(
  connection: DuckDBConnection,
  written: ReadonlyMap<LakeTable, readonly Month[]>,
  lookUp: (table: LakeTable) => string,
  rowsOf: (table: LakeTable) => string = lakeName,
): Promise<SuiteResult[]> {
  const judged = suites.filter(({ table }) => (written.get(table)?.length ?? 0) > 0);
  if (judged.length === 0) return [];
  const ask = (sql: string) => readRows(connection, sql);
  const inLake = asDeclared(judged.map(({ table }) => table));
  const results: SuiteResult[] = [];
  await withLookedUp(connection, { suites: judged, lookUp }, async (lookedUp) => {
    for (const suite of judged) {
      const { table } = suite;
      const columns = table.columns.map(({ name }) => name);
      const months = written.get(table) ?? [];
      const what = { from: rowsOf(table), months, columns, lookUp: lookedUp };
      results.push(await runSuite(ask, suite, what));
    }
  });
  const names = new Set(results.map(({ table }) => table));
  const contracts = (await releasedContracts()).filter(({ dataset }) => names.has(dataset));
  return withContracts(results, keepContracts(contracts, inLake));
}
