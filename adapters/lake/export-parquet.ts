import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { BadInput } from '../../schemas/errors.js';
import type { LakeTable } from '../../schemas/tables/lake-table.js';
import { qualifiedName } from '../../schemas/tables/lake-table.js';
import { lakeTables } from '../../schemas/tables/lake-tables.js';
import { lakeVersionOf } from '../../schemas/tables/lake-versions.js';
import type { Compression } from './duckdb.js';
import { isInStore } from './lake-place.js';
import { readRows } from './rows.js';
import { quoteIdentifier, quoteText } from './sql-text.js';
import { countRows, lakeName, shapeOf } from './tables.js';

export interface ExportedTable {
  readonly layer: string;
  readonly table: string;
  /** The version of its columns. */
  readonly version: number;
  readonly rows: number;
}

/** What to export where. */
export interface ExportPlan {
  readonly snapshot: number;
  readonly folder: string;
  readonly compression: Compression;
}

/** The file that says of which snapshot an export is; a folder that has it may be exported to again. */
const manifestName = 'touchline-export.json';

const YearRow = z.object({ year: z.number() });

async function exportTable(
  connection: DuckDBConnection,
  table: LakeTable,
  { snapshot, folder: root, compression }: ExportPlan,
): Promise<ExportedTable> {
  const folder = path.join(root, table.layer, table.name);
  await mkdir(folder, { recursive: true });
  const source = `${lakeName(table)} at (version => ${snapshot})`;
  const rows = await countRows(connection, source);
  if (table.partitionColumn === null || rows === 0) {
    await connection.run(
      `copy (from ${source}) to ${quoteText(path.join(folder, `${table.name}.parquet`))} (format parquet, compression ${compression})`,
    );
  } else {
    const instant = quoteIdentifier(table.partitionColumn);
    const years = await readRows(
      connection,
      `select distinct year(${instant}) as year from ${source} order by year`,
    );
    // A year at a time: each month that is open for writing holds its rows in memory.
    for (const { year } of years.map((row) => YearRow.parse(row))) {
      await connection.run(
        `copy (select *, strftime(${instant}, '%Y') as year, strftime(${instant}, '%m') as month from ${source}
           where year(${instant}) = ${year} order by ${instant})
         to ${quoteText(folder)} (format parquet, compression ${compression}, partition_by (year, month), overwrite_or_ignore,
           filename_pattern 'part_{uuid}')`,
      );
    }
  }
  return { layer: table.layer, table: table.name, version: lakeVersionOf(qualifiedName(table)), rows };
}

async function refuseForeignFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return;
  const entries = found.isDirectory() ? await readdir(folder) : ['a file'];
  if (entries.length > 0 && !entries.includes(manifestName)) {
    throw new BadInput('The folder to export to holds something else', {
      file: folder,
      advice: 'Name a new or an empty folder, or one that holds an earlier export.',
    });
  }
}

/**
 * Writes every table of one snapshot as plain Parquet: `{folder}/{layer}/{table}/year=2024/month=01/*.parquet`, small
 * tables as one file. The folder appears, or is replaced, in one step when all is written. Throws {@link BadInput}
 * where it is no folder, or holds something that is not an earlier export.
 */
export async function exportTables(connection: DuckDBConnection, plan: ExportPlan): Promise<ExportedTable[]> {
  const { snapshot } = plan;
  if (isInStore(plan.folder)) {
    throw new BadInput('An export goes to a folder', {
      file: plan.folder,
      advice: 'Name a folder of this machine; what is there can be copied to a store.',
    });
  }
  const target = path.resolve(plan.folder);
  await refuseForeignFolder(target);
  await mkdir(path.dirname(target), { recursive: true });
  const unfinished = `${target}.unfinished-${randomUUID()}`;
  try {
    await mkdir(unfinished);
    const exported: ExportedTable[] = [];
    for (const table of lakeTables) {
      if ((await shapeOf(connection, table)) === 'missing') continue;
      exported.push(await exportTable(connection, table, { ...plan, folder: unfinished }));
    }
    await writeFile(
      path.join(unfinished, manifestName),
      `${JSON.stringify({ snapshot, tables: exported }, null, 2)}\n`,
    );
    const replaced = `${target}.replaced-${randomUUID()}`;
    await rename(target, replaced).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    });
    await rename(unfinished, target);
    await rm(replaced, { recursive: true, force: true });
    return exported;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
