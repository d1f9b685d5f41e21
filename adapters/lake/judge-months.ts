import type { DuckDBConnection } from '@duckdb/node-api';
import type { SuiteResult } from '../../schemas/records/validation.js';
import { qualifiedName, type LakeTable } from '../../schemas/tables/lake-table.js';
import { suites } from '../../schemas/tables/suites.js';
import { releasedContracts } from './contracts.js';
import { keepContracts, withContracts } from './keep-contracts.js';
import type { Month } from './months.js';
import { readRows } from './rows.js';
import { runSuite } from './suite-pass.js';
import { columnsInLake, lakeName } from './tables.js';

/**
 * Holds the months that a transaction has written against the suites of their tables, and the tables against their contracts, as it sees them: what it is
 * about to make visible. Of a table of which nothing was written there is no result.
 * @param lookUp the relation in which the rows of another table are looked up
 */
export async function judgeMonths(
  connection: DuckDBConnection,
  written: ReadonlyMap<LakeTable, readonly Month[]>,
  lookUp: (table: LakeTable) => string,
): Promise<SuiteResult[]> {
  const judged = suites.filter(({ table }) => (written.get(table)?.length ?? 0) > 0);
  if (judged.length === 0) return [];
  const ask = (sql: string) => readRows(connection, sql);
  const inLake = await columnsInLake(connection);
  const results: SuiteResult[] = [];
  for (const suite of judged) {
    const { table } = suite;
    const columns = [...(inLake.get(qualifiedName(table))?.keys() ?? [])];
    const months = written.get(table) ?? [];
    results.push(await runSuite(ask, suite, { from: lakeName(table), months, columns, lookUp }));
  }
  const names = new Set(results.map(({ table }) => table));
  const contracts = (await releasedContracts()).filter(({ dataset }) => names.has(dataset));
  return withContracts(results, keepContracts(contracts, inLake));
}
