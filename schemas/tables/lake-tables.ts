import { archiveTables } from './archive.js';
import { goldTables } from './gold.js';
import type { LakeTable } from './lake-table.js';
import { silverTables } from './silver.js';

/** Every table of the lake: those copied and made, and those that old rows of Postgres move to. */
export const lakeTables: readonly LakeTable[] = [...silverTables, ...goldTables, ...archiveTables];
