import { z } from 'zod';
import { ReconciledKind, ReconciledToldKind } from '../records/reconciliation.js';
import { CollectFixturesInput } from './collect-fixtures.js';
import { JobOutcome } from './outcome.js';

/** As of the job that collects: absent is every source, the running season and every division. */
export const ReconcileInput = z.strictObject({
  ...CollectFixturesInput.shape,
  kinds: z
    .array(ReconciledKind)
    .min(1)
    .optional()
    .describe(
      'What is compared: the lists of matches; scores, line-ups, injuries and weather of the last four weeks; prices of the matches ahead. Absent: all',
    ),
});
export type ReconcileInput = z.infer<typeof ReconcileInput>;

const count = z.number().int().nonnegative();

/** What one list came to; `fillable` of the gaps wait for no person. */
export const ListComparison = z.object({ matches: count, found: count, fillable: count });
export type ListComparison = z.infer<typeof ListComparison>;

/** A source of what is told while the season runs, or why it cannot be asked. */
export const ToldSourceState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ready'), kind: ReconciledToldKind, dataSource: z.string() }),
  z.object({
    state: z.literal('missing'),
    kind: ReconciledToldKind,
    dataSource: z.string(),
    reason: z.string(),
  }),
]);
export type ToldSourceState = z.infer<typeof ToldSourceState>;

/** How many matches were compared. */
export const ToldComparison = z.object({ matches: count });
export type ToldComparison = z.infer<typeof ToldComparison>;

/** found = filled + left. */
export const SourceReconciliation = z.object({ found: count, filled: count, left: count });
export type SourceReconciliation = z.infer<typeof SourceReconciliation>;

export const ReconcileResult = z.object({
  result: JobOutcome,
  sources: z.array(
    z.object({
      dataSource: z.string(),
      kind: ReconciledKind,
      result: JobOutcome,
      /** Of matches alone. */
      lists: count,
      matches: count,
      /** Null where the source was not asked. */
      gaps: SourceReconciliation.nullable(),
    }),
  ),
});
export type ReconcileResult = z.infer<typeof ReconcileResult>;
