import type { DuckDBConnection } from '@duckdb/node-api';
import type { ArchiveTable } from '../../schemas/tables/archive.js';
import { qualifiedName } from '../../schemas/tables/lake-table.js';
import { startOf, type Month } from './months.js';
import { tagCommit } from './snapshots.js';
import { quoteIdentifier } from './sql-text.js';
import { countRows, lakeName, shapeOf } from './tables.js';
import { inLakeTransaction } from './transaction.js';

const before = (table: ArchiveTable, month: Month): string =>
  `${lakeName(table)} where ${quoteIdentifier(table.partitionColumn)} < ${startOf(month)}`;

/** How many rows an archive has from before a month. */
export async function rowsBefore(
  connection: DuckDBConnection,
  table: ArchiveTable,
  month: Month,
): Promise<number> {
  if ((await shapeOf(connection, table)) === 'missing') return 0;
  return countRows(connection, before(table, month));
}

/**
 * Takes the rows from before a month out of an archive. They stay in the snapshots made before. Returns how many. The
 * caller holds the table's lock.
 */
export async function forgetMonths(
  connection: DuckDBConnection,
  table: ArchiveTable,
  {
    runId,
    month,
    beforeCommit,
  }: { readonly runId: string; readonly month: Month; readonly beforeCommit: () => Promise<void> },
): Promise<number> {
  const rows = await rowsBefore(connection, table, month);
  if (rows === 0) return 0;
  await inLakeTransaction(connection, async () => {
    await connection.run(`delete from ${before(table, month)}`);
    await tagCommit(connection, `forget ${qualifiedName(table)} before ${month}`, {
      job: 'forget',
      run_id: runId,
      table: qualifiedName(table),
      before: month,
      rows,
    });
    await beforeCommit();
  });
  return rows;
}
