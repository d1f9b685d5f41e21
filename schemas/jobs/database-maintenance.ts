import { z } from 'zod';

/** What a maintenance of the database did. */
export const DatabaseMaintenanceResult = z.object({
  /** Rows that a default partition had caught: somebody wrote to a month that nobody had prepared. Moved by now. */
  caughtByDefault: z.array(z.object({ table: z.string(), rows: z.number().int() })),
  partitionsMade: z.number().int().nonnegative(),
  removed: z.array(z.object({ table: z.string(), rows: z.number().int().nonnegative() })),
  /** Rules broken in the last seven days, and how often (CON-16). */
  violations: z.array(
    z.object({ constraint: z.string(), table: z.string(), lastWeek: z.number().int().positive() }),
  ),
  tablesAnalyzed: z.number().int().nonnegative(),
});
export type DatabaseMaintenanceResult = z.infer<typeof DatabaseMaintenanceResult>;

/** The materialised views as a refresh left them. */
export const RefreshViewsResult = z.object({
  views: z.array(
    z.object({ view: z.string(), rows: z.number().int().nonnegative(), tookMs: z.number().int() }),
  ),
});
export type RefreshViewsResult = z.infer<typeof RefreshViewsResult>;
