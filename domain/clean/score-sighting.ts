import type { Instant, MatchStatus } from '../../schemas/values.js';
import type { HalfTime, Hold } from './check-match.js';
import { checkHalfTime, holdOf } from './check-match.js';
import type { Finding } from './history.js';
import { findingOf, nothingAccepted } from './history.js';
import { unusualScore } from './unusual-score.js';

/** How a feed of scores said that the match stood. */
export interface ScoreSighting {
  readonly rawScoreId: number;
  /** When it was told. */
  readonly at: Instant;
  readonly status: MatchStatus;
  readonly home: number | null;
  readonly away: number | null;
  readonly halfTime: HalfTime;
  /** The doubts about it that a person has released, by {@link doubtName}. */
  readonly accepted?: ReadonlySet<string> | undefined;
}

/** What a sighting comes to once it is cleaned. */
export interface CleanedScore {
  /** The sighting, without a half-time score that cannot be one. */
  readonly score: ScoreSighting;
  /** Why nothing of it may enter silver; undefined where it may. */
  readonly hold: Hold | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Cleans what a feed says of a score, by the rules that rows of files are cleaned by.
 * @param rawId the payload by which its match is known
 */
export function cleanScoreSighting(score: ScoreSighting, rawId: number): CleanedScore {
  const { rawScoreId, status, home: homeScore, away: awayScore, halfTime, accepted } = score;
  const hold = holdOf({ status, homeScore, awayScore, statedResult: null }, [], accepted ?? nothingAccepted);
  if (hold !== undefined) {
    const { field, reason } = hold;
    const held: Finding = {
      ...findingOf(rawId, 'matches', 'held', field, reason),
      rawScoreId,
      severity: 'high',
      requiresReview: true,
    };
    return { score, hold, findings: [held] };
  }
  const findings: Finding[] = [];
  const checked = checkHalfTime({
    homeScore,
    awayScore,
    homeHalfTimeScore: halfTime.home,
    awayHalfTimeScore: halfTime.away,
  });
  if (checked.doubt !== undefined) {
    findings.push({
      ...findingOf(rawId, 'matches', 'implausible_half_time', 'homeHalfTimeScore', checked.doubt),
      rawScoreId,
    });
  }
  const unusual = unusualScore(homeScore, awayScore);
  if (unusual !== undefined) {
    findings.push({
      ...findingOf(rawId, 'matches', 'unusual_score', 'homeScore', unusual),
      rawScoreId,
      data: { homeScore, awayScore },
      requiresReview: true,
    });
  }
  return { score: { ...score, halfTime: checked.halfTime }, hold, findings };
}

/** Whether two sightings say the same of the match; the minute is no news. */
export const isSameScore = (a: ScoreSighting, b: ScoreSighting): boolean =>
  a.status === b.status &&
  a.home === b.home &&
  a.away === b.away &&
  a.halfTime.home === b.halfTime.home &&
  a.halfTime.away === b.halfTime.away;
