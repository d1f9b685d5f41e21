import { z } from 'zod';
import { JobOutcome } from './outcome.js';
import { SimulatedClock } from './simulated-clock.js';

export const CollectLiveScoresInput = z.strictObject({
  matchIds: z
    .array(z.number().int().positive())
    .min(1)
    .optional()
    .describe('Our ids. Absent: every match. Those outside their window are not asked about, named or not'),
  window: z
    .enum(['open', 'over'])
    .default('open')
    .describe(
      'over: of the named matches those whose window is over, as the job reconcile asks for them, out of what the budget leaves',
    ),
  liveOnly: z
    .boolean()
    .default(false)
    .describe(
      'Only matches in play, where the feed can choose: what has not begun or is over is not told then',
    ),
  clock: SimulatedClock.optional(),
});
export type CollectLiveScoresInput = z.infer<typeof CollectLiveScoresInput>;

/** Scores told = stored + unchanged; and the matches of those stored, known to us and not yet. */
export const ScoreCounts = z.object({
  told: z.number().int().nonnegative(),
  stored: z.number().int().nonnegative(),
  unchanged: z.number().int().nonnegative(),
  rejected: z.number().int().nonnegative(),
  changedMatches: z.number().int().nonnegative(),
  unknownMatches: z.number().int().nonnegative(),
});
export type ScoreCounts = z.infer<typeof ScoreCounts>;

/** `dataSource` is null where no feed is configured, `counts` where nothing was asked. */
export const CollectLiveScoresResult = z.object({
  result: JobOutcome,
  dataSource: z.string().nullable(),
  counts: ScoreCounts.nullable(),
});
export type CollectLiveScoresResult = z.infer<typeof CollectLiveScoresResult>;
