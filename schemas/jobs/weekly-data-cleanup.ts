import { z } from 'zod';
import { qualifiedName } from '../tables/lake-table.js';
import { lakeTables } from '../tables/lake-tables.js';

/** `dry-run` says what `apply` would do, and changes nothing. */
export const CleanupMode = z.enum(['apply', 'dry-run']);
export type CleanupMode = z.infer<typeof CleanupMode>;

/**
 * - `archive` moves old rows of Postgres to the lake
 * - `cold`    moves old months of the lake to the cold location
 * - `tidy`    takes rows out of the lake whose time there is over, and removes files that no snapshot names
 */
export const CleanupStep = z.enum(['archive', 'cold', 'tidy']);
export type CleanupStep = z.infer<typeof CleanupStep>;

const tableNames = lakeTables.map(qualifiedName);

const TableName = z
  .string()
  .refine((name) => tableNames.includes(name), 'there is no such table of the lake');

export const WeeklyDataCleanupInput = z.strictObject({
  mode: CleanupMode.default('apply').describe('dry-run says what apply would do, and changes nothing'),
  steps: z
    .array(CleanupStep)
    .min(1)
    .default(CleanupStep.options)
    .describe(
      'Archive old rows of Postgres in the lake, move old months to the cold location, tidy the lake',
    ),
  tables: z
    .array(TableName)
    .min(1)
    .optional()
    .describe('As gold.predictions. Absent: every table of the lake'),
});
export type WeeklyDataCleanupInput = z.infer<typeof WeeklyDataCleanupInput>;

const Count = z.number().int().nonnegative();
const MonthsOfTable = z.object({ table: z.string(), months: z.array(z.string()), rows: Count });

/** What was done, or in a dry run would be. Tables for which there was nothing to do are not listed. */
export const CleanupResult = z.object({
  mode: CleanupMode,
  /** Months that left Postgres for the lake. */
  archived: z.array(MonthsOfTable),
  /** Months that went to the cold location. */
  movedToCold: z.array(z.object({ table: z.string(), months: z.array(z.string()) })),
  /** Rows that left the lake: those from before the month. */
  forgotten: z.array(z.object({ table: z.string(), before: z.string(), rows: Count })),
  orphans: z.object({ files: Count, bytes: Count }),
});
export type CleanupResult = z.infer<typeof CleanupResult>;
