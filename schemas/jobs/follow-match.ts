import { z } from 'zod';
import { Instant, KickoffPrecision } from '../values.js';
import { JobOutcome } from './outcome.js';
import { SimulatedClock } from './simulated-clock.js';

/** What is done for a match before it begins (SCH-2), in order of time. */
export const MatchStep = z.enum(['weather', 'lineups', 'features', 'prediction']);
export type MatchStep = z.infer<typeof MatchStep>;
export const matchSteps = MatchStep.options;

/**
 * - `ahead` it is to be played, or in play
 * - `over`  it has a result
 * - `off`   it was postponed, called off, abandoned, or its sources have it no more
 */
export const MatchState = z.enum(['ahead', 'over', 'off']);
export type MatchState = z.infer<typeof MatchState>;

/** When a match is played, as is known now. Of two plans of a match the one with the higher version counts. */
export const MatchPlan = z.object({
  version: z.int().positive(),
  kickoff: Instant,
  /** With `day` the kick-off is the first instant of the day in the league's zone. */
  precision: KickoffPrecision,
  state: MatchState,
  /** The clock by which the match is followed; without one, real time. */
  clock: SimulatedClock.optional(),
});
export type MatchPlan = Readonly<z.infer<typeof MatchPlan>>;

const matchId = z.int().positive();

/** How a step ended, and for which kick-off it was made. */
export const StepReport = z.object({ step: MatchStep, kickoff: Instant, result: JobOutcome });
export type StepReport = z.infer<typeof StepReport>;

export const FollowMatchInput = z.strictObject({
  matchId,
  plan: MatchPlan,
  steps: z.array(MatchStep).default([...matchSteps]),
  /** What a follower before this one, which failed, had made: it is not made again for the same kick-off. */
  made: z.array(StepReport).default([]),
});
export type FollowMatchInput = z.input<typeof FollowMatchInput>;

/** `unfinished`: no source told a result in time; whoever verifies predictions finds it later. */
export const FollowedMatch = z.object({
  matchId,
  end: z.enum(['over', 'off', 'unfinished']),
  plan: MatchPlan,
  steps: z.array(StepReport),
  /** Predictions that the result verified. */
  verified: z.int().nonnegative(),
});
export type FollowedMatch = z.infer<typeof FollowedMatch>;

/** The workflow that follows a match. */
export const followerOf = (id: number): string => `match/${id}`;
/** The signal that tells it a newer plan. */
export const replannedSignalName = 'replanned';
/** What a follower keeps in its memo, where it outlives a failure of its code: the steps that it has made. */
export const FollowerMemo = z.object({ made: z.array(StepReport).default([]) });
/** The query that tells how its steps ended so far. */
export const stepsQueryName = 'steps';

/** What is told of one match: a step of the workflow that follows it, or asked for by hand. */
export const CollectMatchFactsInput = z.strictObject({
  matchId: matchId.describe('Ours, of matches'),
  kind: z.enum(['weather', 'lineups']).describe('What is asked for'),
  kickoff: Instant.optional().describe(
    'Until then it is asked for again, in ms since 1970. Absent: it is asked for once',
  ),
  clock: SimulatedClock.optional(),
});
export type CollectMatchFactsInput = z.infer<typeof CollectMatchFactsInput>;

export const PlanMatchesInput = z.strictObject({
  hoursAhead: z
    .number()
    .positive()
    .max(720)
    .default(48)
    .describe('Matches that begin within these hours are followed'),
  steps: z
    .array(MatchStep)
    .default([...matchSteps])
    .describe('What is done for each before it begins'),
  clock: SimulatedClock.optional(),
});
export type PlanMatchesInput = z.input<typeof PlanMatchesInput>;

export const PlanMatchesResult = z.object({
  /** Matches that are followed now. */
  followed: z.int().nonnegative(),
  /** Those of them that were told something: a plan that is new, or has changed. */
  told: z.int().nonnegative(),
  /** Providers whose day was planned anew. */
  plannedProviders: z.array(z.string()),
});
export type PlanMatchesResult = z.infer<typeof PlanMatchesResult>;

export const VerifyPredictionsInput = z.strictObject({ clock: SimulatedClock.optional() });
export type VerifyPredictionsInput = z.infer<typeof VerifyPredictionsInput>;

/** Predictions that were held against a result; those of a corrected result again. */
export const VerifyPredictionsResult = z.object({ verified: z.int().nonnegative() });
export type VerifyPredictionsResult = z.infer<typeof VerifyPredictionsResult>;
