import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { CheckFailed } from '../../schemas/errors.js';
import type { LakeTable } from '../../schemas/tables/lake-table.js';
import { qualifiedName } from '../../schemas/tables/lake-table.js';
import type { Compression } from './duckdb.js';
import { isBelow, isInStore, placeBelow } from './lake-place.js';
import { columnInMonths, Month, monthGroups } from './months.js';
import { readRows } from './rows.js';
import { tagCommit } from './snapshots.js';
import { quoteIdentifier, quoteText } from './sql-text.js';
import { countRows, lakeName, shapeOf } from './tables.js';
import { inLakeTransaction } from './transaction.js';

/** A lake table that is partitioned by the months of an instant. */
export type MonthlyTable = LakeTable & { readonly partitionColumn: string };

export const isMonthly = (table: LakeTable): table is MonthlyTable => table.partitionColumn !== null;

const FileRow = z.object({ file: z.string() });

/** DuckLake lays months out so, and takes a file from elsewhere only where its path says the same. */
const monthOfPath = /\/year=(\d{4})\/month=(\d{1,2})\/[^/]+$/;

/** The months before the given one that have a file outside the cold location, oldest first. */
export async function monthsToMove(
  connection: DuckDBConnection,
  table: MonthlyTable,
  { coldPath, before }: { readonly coldPath: string; readonly before: Month },
): Promise<Month[]> {
  if ((await shapeOf(connection, table)) === 'missing') return [];
  const files = await readRows(
    connection,
    `select data_file as file from ducklake_list_files('lake', ${quoteText(table.name)}, schema => ${quoteText(table.layer)})`,
  );
  const months = files
    .map((row) => FileRow.parse(row).file)
    .filter((file) => !isBelow(coldPath, file))
    .flatMap((file) => {
      const [, year, month] = monthOfPath.exec(file) ?? [];
      return year === undefined || month === undefined
        ? []
        : [Month.parse(`${year}-${month.padStart(2, '0')}`)];
    });
  return [...new Set(months)].filter((month) => month < before).sort();
}

export interface ColdMove {
  readonly runId: string;
  readonly table: MonthlyTable;
  readonly months: readonly Month[];
  /** The lake's own folder in the cold location. */
  readonly coldFolder: string;
  readonly compression: Compression;
  readonly beforeCommit: () => Promise<void>;
  readonly onPhase: (phase: 'cold.write' | 'cold.commit', details: Record<string, string | number>) => void;
}

/** How many months one snapshot moves. */
const monthsPerSnapshot = 24;

/**
 * Writes months of a table to the cold location and lets the table read them from there, so many months a snapshot. A
 * reader sees the same rows before and after; older snapshots still read the files they had. Returns the rows moved. The
 * caller holds the table's lock. Throws {@link CheckFailed} where a file would hold other rows than the table has.
 */
export async function moveMonths(connection: DuckDBConnection, move: ColdMove): Promise<number> {
  let rows = 0;
  for (const months of monthGroups(move.months, monthsPerSnapshot)) {
    rows += await inLakeTransaction(connection, async () => {
      let moved = 0;
      for (const month of months) moved += await moveMonth(connection, move, month);
      await tagCommit(connection, `move ${qualifiedName(move.table)} to the cold location`, {
        job: 'move-to-cold',
        run_id: move.runId,
        table: qualifiedName(move.table),
        months,
        rows: moved,
      });
      await move.beforeCommit();
      move.onPhase('cold.commit', { table: move.table.name, months: months.length });
      return moved;
    });
  }
  return rows;
}

async function moveMonth(
  connection: DuckDBConnection,
  { table, coldFolder, compression, onPhase }: ColdMove,
  month: Month,
): Promise<number> {
  onPhase('cold.write', { table: table.name, month });
  const folder = placeBelow(
    coldFolder,
    table.layer,
    table.name,
    `year=${Number(month.slice(0, 4))}`,
    `month=${Number(month.slice(5))}`,
  );
  const file = placeBelow(folder, `part_${randomUUID()}.parquet`);
  if (!isInStore(folder)) await mkdir(folder, { recursive: true });
  const ofMonth = `${lakeName(table)} where ${columnInMonths(table.partitionColumn, [month])}`;
  const order = [table.partitionColumn, ...table.businessKey].map(quoteIdentifier).join(', ');
  await connection.run(
    `copy (from ${ofMonth} order by ${order}) to ${quoteText(file)} (format parquet, compression ${compression})`,
  );
  const contentOf = async (from: string): Promise<string> =>
    JSON.stringify(
      await readRows(connection, `select count(*) as n, sum(hash(r))::text as content from (${from}) as r`),
    );
  const written = await contentOf(`from read_parquet(${quoteText(file)}, hive_partitioning = false)`);
  if (written !== (await contentOf(`from ${ofMonth}`))) {
    throw new CheckFailed(`The cold file of ${qualifiedName(table)} ${month} would hold other rows`, {
      file,
      advice: 'Nothing was moved.',
    });
  }
  const rows = await countRows(connection, ofMonth);
  await connection.run(`delete from ${ofMonth}`);
  await connection.run(
    `call ducklake_add_data_files('lake', ${quoteText(table.name)}, ${quoteText(file)},
       schema => ${quoteText(table.layer)}, hive_partitioning => true)`,
  );
  const moved = await countRows(connection, ofMonth);
  if (moved !== rows) {
    throw new CheckFailed(`${qualifiedName(table)} ${month} would have ${moved} rows where it had ${rows}`, {
      file,
      advice: 'Nothing was moved.',
    });
  }
  return moved;
}
