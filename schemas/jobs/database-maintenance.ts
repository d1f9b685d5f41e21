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

/** The materialised views of Postgres. */
export const MaterializedView = z.enum(['mv_team_recent_performance', 'mv_odds_trends']);
export type MaterializedView = z.infer<typeof MaterializedView>;

/** Each view has a cadence of its own (DB-8). */
export const RefreshViewsInput = z.strictObject({
  views: z.array(MaterializedView).min(1).default(MaterializedView.options).describe('Which are refreshed'),
});
export type RefreshViewsInput = z.infer<typeof RefreshViewsInput>;

const RefreshedView = z.object({
  view: MaterializedView,
  rows: z.number().int().nonnegative(),
  tookMs: z.number().int(),
});
export type RefreshedView = z.infer<typeof RefreshedView>;

/** The materialised views as a refresh left them. */
export const RefreshViewsResult = z.object({ views: z.array(RefreshedView) });
export type RefreshViewsResult = z.infer<typeof RefreshViewsResult>;
