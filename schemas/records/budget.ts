import { z } from 'zod';
import type { ByPriority, Priority } from '../budgets.js';
import { Instant, type KickoffPrecision } from '../values.js';

/** The units of one period: how many there are, and how many are gone. */
export interface PeriodAccount {
  /** What is declared, or less where the provider's own count says so. */
  readonly limit: number;
  readonly spent: number;
}

/** A provider's account at an instant: its day of UTC, its minute, and what is left of the day's plan. */
export interface AccountState {
  readonly at: Instant;
  readonly day: PeriodAccount;
  readonly minute: PeriodAccount;
  /** Units that are planned for the rest of the day and not spent yet. */
  readonly planned: ByPriority<number>;
}

/**
 * Why a request is not made: `day_spent`, the day's units do not suffice; `kept_for_higher`, they do, but are kept for higher
 * priorities; `above_limit`, no minute or day would ever have as many.
 */
export const SkipReason = z.enum(['day_spent', 'kept_for_higher', 'above_limit']);
export type SkipReason = z.infer<typeof SkipReason>;

/** Whether a request may be made now, must wait until the next minute, or is not made today. */
export const SpendVerdict = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('granted'),
    /** When it was granted: of that day and minute are the units. */
    at: Instant,
  }),
  z.strictObject({ outcome: z.literal('wait'), until: Instant }),
  z.strictObject({
    outcome: z.literal('skipped'),
    reason: SkipReason,
    /** Units left of the day, and how many of them are kept for higher priorities. */
    left: z.int(),
    kept: z.int(),
  }),
]);
export type SpendVerdict = z.infer<typeof SpendVerdict>;

/** A match as a plan for the day needs it. */
export interface PlannedFixture {
  /** With precision `day`: the first instant of the day in the league's zone. */
  readonly kickoff: Instant;
  readonly precision: KickoffPrecision;
}

/** What is left to plan of a day of UTC: from an instant to its end, with so many units. */
export interface RestOfDay {
  readonly from: Instant;
  readonly unitsLeft: number;
}

/** What a priority wants of the rest of a day, and what it gets. */
export interface PlannedUnits {
  readonly wanted: number;
  readonly granted: number;
  /** Wanted, and not granted. */
  readonly cut: number;
}

/** The plan of one provider for the rest of a day. */
export type DayPlan = ByPriority<PlannedUnits>;

/**
 * Names one sending: the attempt of a task that makes it, and which request of the attempt it is, from 0. An attempt that asks again without
 * having sent anything gives the same key; what was sent, or may have been by an attempt that died, has another one the next time.
 */
export interface RequestKey {
  readonly taskName: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly activityId: string;
  readonly retryCount: number;
  readonly requestNo: number;
}

/** A request that asks for units before it is made. */
export interface SpendRequest {
  readonly priority: Priority;
  /** Units that it takes, a whole number; 0 where the provider lets us ask it for nothing. */
  readonly cost: number;
  readonly key: RequestKey;
  /** The path that is asked, without a key. */
  readonly endpoint: string;
}
