import { z } from 'zod';
import { Priority } from '../budgets.js';
import type { JobFailure } from './failure.js';
import { JobOutcome } from './outcome.js';
import { SimulatedClock } from './simulated-clock.js';

/** One request that is due: about what, in its provider's words, and how urgent it is. */
export const DueRequest = z.object({ subject: z.string(), priority: Priority });
export type DueRequest = z.infer<typeof DueRequest>;

/** What is due of one source, or why nothing can be asked of it. */
export const DueSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('due'), dataSource: z.string(), requests: z.array(DueRequest).readonly() }),
  z.object({ kind: z.literal('skipped'), dataSource: z.string(), reason: z.string() }),
]);
export type DueSource = z.infer<typeof DueSource>;

/**
 * The kinds that a job collects request by request; scores come all at once. Line-ups and weather, whose subject is our id of a match, are asked for
 * by whoever follows it, and here where that came to nothing.
 */
export const CollectedKind = z.enum(['odds', 'injuries', 'lineups', 'weather']);
export type CollectedKind = z.infer<typeof CollectedKind>;

/** What one source is asked about, by a child of the job. */
export const CollectToldInput = z.strictObject({
  kind: CollectedKind,
  dataSource: z.string(),
  requests: z.array(DueRequest),
  bookmakers: z.array(z.string().min(1)).min(1).optional(),
  clock: SimulatedClock.optional(),
});
export type CollectToldInput = z.infer<typeof CollectToldInput>;

/** Records told by a source: told = stored + unchanged; `failed` counts requests that came to nothing. */
export const ToldCounts = z.object({
  requests: z.number().int(),
  failed: z.number().int(),
  told: z.number().int(),
  stored: z.number().int(),
  unchanged: z.number().int(),
  rejected: z.number().int(),
});
export type ToldCounts = z.infer<typeof ToldCounts>;

/** How one source ended; `failure` is the first request's that came to nothing. */
export interface CollectToldResult {
  readonly result: JobOutcome;
  readonly counts: ToldCounts;
  readonly failure?: JobFailure;
}

/** What became of one source of a job; `counts` is null where it was not asked. */
export const ToldSource = z.object({
  dataSource: z.string(),
  result: JobOutcome,
  counts: ToldCounts.nullable(),
});
export type ToldSource = z.infer<typeof ToldSource>;

export const CollectSourcesResult = z.object({ result: JobOutcome, sources: z.array(ToldSource) });
export type CollectSourcesResult = z.infer<typeof CollectSourcesResult>;

const names = z.array(z.string().min(1)).min(1).optional();

export const CollectOddsInput = z.strictObject({
  dataSources: names.describe('Absent: every source of prices that is configured'),
  matchIds: z
    .array(z.number().int().positive())
    .min(1)
    .optional()
    .describe('Our ids. Absent: every match ahead whose time has come. Named ones are asked about at once'),
  bookmakers: names.describe('As a source names them, in any case. Absent: all that it has'),
  clock: SimulatedClock.optional(),
});
export type CollectOddsInput = z.infer<typeof CollectOddsInput>;

export const CollectInjuriesInput = z.strictObject({
  divisions: names.describe('By our codes. Absent: every league that plays within a week'),
  clock: SimulatedClock.optional(),
});
export type CollectInjuriesInput = z.infer<typeof CollectInjuriesInput>;
