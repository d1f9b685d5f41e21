import type { DuckDBConnection } from '@duckdb/node-api';
import type { SuiteResult } from '../../schemas/records/validation.js';
import type { LakeTable } from '../../schemas/tables/lake-table.js';
import { suites } from '../../schemas/tables/suites.js';
import type { Month } from './months.js';
import { readRows } from './rows.js';
import { runSuite } from './suite-pass.js';
import { lakeName } from './tables.js';

/**
 * Holds the months that a transaction has written against the suites of their tables, as it sees them: what it is about to make visible. A
 * table without a suite has no result.
 * @param lookUp the relation in which the rows of another table are looked up
 */
export async function judgeMonths(
  connection: DuckDBConnection,
  written: ReadonlyMap<LakeTable, readonly Month[]>,
  lookUp: (table: LakeTable) => string,
): Promise<SuiteResult[]> {
  const ask = (sql: string) => readRows(connection, sql);
  const results: SuiteResult[] = [];
  for (const suite of suites) {
    const months = written.get(suite.table);
    if (months === undefined || months.length === 0) continue;
    results.push(await runSuite(ask, suite, { from: lakeName(suite.table), months, lookUp }));
  }
  return results;
}
