import type { MatchPlan, MatchStep } from '../../schemas/jobs/follow-match.js';
import { instant, type Instant } from '../../schemas/values.js';

const minute = 60_000;
const hour = 60 * minute;

/** How long before kick-off each step is due, in milliseconds (SCH-2). */
export const stepLead: Readonly<Record<MatchStep, number>> = {
  weather: 6 * hour,
  lineups: 2 * hour,
  features: hour,
  prediction: 30 * minute,
};

/**
 * Predictions are asked for so long before their time: matches that begin together gather, and their prediction begins for all of them at its time,
 * however long it takes to ask for each.
 */
const gathering = 5 * minute;

/** How long before kick-off a step is asked for, in milliseconds. */
export const askedLead: Readonly<Record<MatchStep, number>> = {
  ...stepLead,
  prediction: stepLead.prediction + gathering,
};

/** Without an hour there is none to forecast, and line-ups of which nobody knows when they are told. */
const needsTheHour: ReadonlySet<MatchStep> = new Set(['weather', 'lineups']);

export type StepDue =
  | { readonly kind: 'later'; readonly at: Instant }
  | { readonly kind: 'now' }
  | { readonly kind: 'left-out'; readonly reason: string };

/**
 * Whether a step is to be asked for. One whose time has passed is made at once (a match that is discovered late, or moved earlier), but nothing
 * after kick-off (SCH-3).
 */
export function stepDue(
  step: MatchStep,
  { kickoff, precision }: Pick<MatchPlan, 'kickoff' | 'precision'>,
  now: Instant,
): StepDue {
  if (precision === 'day' && needsTheHour.has(step)) {
    return { kind: 'left-out', reason: 'the hour of its kick-off is not known' };
  }
  if (now >= kickoff) {
    const found = precision === 'day' ? 'on its day, and the hour is not known' : 'after kick-off';
    return { kind: 'left-out', reason: `it was found ${found}` };
  }
  const at = instant(kickoff - askedLead[step]);
  return now < at ? { kind: 'later', at } : { kind: 'now' };
}

/**
 * Most line-ups are told about an hour before kick-off: who did not have them at first asks then, and every quarter of an hour after. What is
 * asked for earlier is asked again half-hourly.
 */
const seldom = 30 * minute;
const often = 15 * minute;

/** When what was not told yet of a match is asked for next; undefined where the match will have begun. */
export function nextPoll(kickoff: Instant, now: Instant): Instant | undefined {
  const next = now < kickoff - stepLead.lineups ? now + seldom : Math.max(kickoff - hour, now + often);
  return next < kickoff ? instant(next) : undefined;
}

const longestFollowed = 12 * hour;
const day = 24 * hour;

/** From here on nobody follows a match any more that has no result: half a day after its kick-off, or after its day where the hour is not known. */
export const followedUntil = ({ kickoff, precision }: Pick<MatchPlan, 'kickoff' | 'precision'>): Instant =>
  instant(kickoff + longestFollowed + (precision === 'day' ? day : 0));
