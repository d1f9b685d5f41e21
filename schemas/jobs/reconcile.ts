import { z } from 'zod';
import { CollectFixturesInput } from './collect-fixtures.js';
import { JobOutcome } from './outcome.js';

/** As of the job that collects: absent is every source, the running season and every division. */
export const ReconcileInput = CollectFixturesInput;
export type ReconcileInput = z.infer<typeof ReconcileInput>;

const count = z.number().int().nonnegative();

/** What one list came to; `fillable` of the gaps wait for no person. */
export const ListComparison = z.object({ matches: count, found: count, fillable: count });
export type ListComparison = z.infer<typeof ListComparison>;

/** found = filled + left. */
export const SourceReconciliation = z.object({ found: count, filled: count, left: count });
export type SourceReconciliation = z.infer<typeof SourceReconciliation>;

export const ReconcileResult = z.object({
  result: JobOutcome,
  sources: z.array(
    z.object({
      dataSource: z.string(),
      result: JobOutcome,
      lists: count,
      matches: count,
      /** Null where the source was not asked. */
      gaps: SourceReconciliation.nullable(),
    }),
  ),
});
export type ReconcileResult = z.infer<typeof ReconcileResult>;
