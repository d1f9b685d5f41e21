import type { DuckDBConnection } from '@duckdb/node-api';
import { goldTables } from '../../schemas/tables/gold.js';
import { silverTables } from '../../schemas/tables/silver.js';
import { tagCommit } from './snapshots.js';
import { countRows, createTable, lakeName, shapeOf } from './tables.js';
import { inLakeTransaction } from './transaction.js';

/**
 * Empties every table of the lake in one transaction: tables are dropped and made anew as they are declared, so that a
 * reader finds them empty, never missing. Tables that are empty already stay; then there is no snapshot.
 */
export async function emptyLake(
  connection: DuckDBConnection,
  options: { readonly beforeCommit: () => Promise<void> },
): Promise<void> {
  await inLakeTransaction(connection, async () => {
    let emptied = 0;
    for (const table of [...silverTables, ...goldTables]) {
      const shape = await shapeOf(connection, table);
      if (shape === 'missing') continue;
      if (shape === 'as-declared' && (await countRows(connection, lakeName(table))) === 0) continue;
      await connection.run(`drop table ${lakeName(table)}`);
      await createTable(connection, table);
      emptied += 1;
    }
    if (emptied > 0) await tagCommit(connection, 'clear the lake', { job: 'clear-lake' });
    await options.beforeCommit();
  });
}
