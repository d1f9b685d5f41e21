import type { Instant, MatchStatus } from '../../schemas/values.js';
import type { Kickoff } from '../clock/kickoff.js';
import type { Hold } from './check-match.js';
import { checkHalfTime, holdOf, isReleasedHold, statusOf } from './check-match.js';
import { cleanKickoff } from './clean-kickoff.js';
import type { AcceptedQuote } from './clean-quote.js';
import { acceptQuotes } from './clean-quote.js';
import type { Appearance, Finding, Version } from './history.js';
import { findingOf, nothingAccepted } from './history.js';
import { holdOfMovedCells } from './moved-cells.js';
import type { Reading } from './reading.js';
import { tidyReferee, tidyVenue } from './tidy-names.js';
import { unusualScore } from './unusual-score.js';

/** What a good version of a match's row comes to once it is cleaned. */
export interface CleanVersion {
  readonly version: Version;
  readonly kickoff: Kickoff;
  readonly status: MatchStatus;
  readonly homeHalfTimeScore: number | null;
  readonly awayHalfTimeScore: number | null;
  readonly referee: string | null;
  readonly venue: string | null;
  readonly quotes: readonly AcceptedQuote[];
}

/** A clean version in the edition that gave it. */
export interface Sighting {
  readonly clean: CleanVersion;
  readonly appearance: Appearance;
  /** In the first edition of a season file: nothing in it was observed as it happened, its times are estimated. */
  readonly isEstimated: boolean;
}

export interface Cleaned {
  /** Undefined where the version is held. */
  readonly clean: CleanVersion | undefined;
  readonly hold: Hold | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Cleans one version of a row, whatever edition gave it. What a person has released is neither held nor stated again. Never throws, but on
 * a league zone of ours that is none.
 * @param accepted the doubts that a person has released, by {@link doubtName}; only what could not be stored is held all the same
 */
export function cleanVersion(
  version: Version,
  leagueZone: string,
  accepted: ReadonlySet<string> = version.accepted ?? nothingAccepted,
): Cleaned {
  const { match, problems, rawId } = version;
  const findings: Finding[] = problems.map(({ field, text, reason }) => ({
    ...findingOf(rawId, tableOf(field), 'unreadable_cell', field, `${JSON.stringify(text)} ${reason}`),
    data: { text },
  }));
  const kickoff = cleanKickoff(match, leagueZone);
  const moved = holdOfMovedCells(match.quotes);
  const movedHold = moved === undefined || isReleasedHold(moved, accepted) ? undefined : moved;
  const hold = 'reason' in kickoff ? kickoff : (holdOf(match, problems, accepted) ?? movedHold);
  if ('reason' in kickoff || hold !== undefined) {
    if (hold !== undefined) findings.push(heldFinding(rawId, hold));
    return { clean: undefined, hold, findings };
  }

  const { halfTime, doubt } = checkHalfTime(match);
  if (doubt !== undefined) {
    findings.push(findingOf(rawId, 'matches', 'implausible_half_time', 'homeHalfTimeScore', doubt));
  }
  const unusual = unusualScore(match.homeScore, match.awayScore);
  if (unusual !== undefined) {
    findings.push({
      ...findingOf(rawId, 'matches', 'unusual_score', 'homeScore', unusual),
      data: { homeScore: match.homeScore, awayScore: match.awayScore },
      requiresReview: true,
    });
  }
  const named = (field: 'referee' | 'venue', name: Reading<string | null>): string | null => {
    if ('value' in name) return name.value;
    findings.push(findingOf(rawId, 'matches', 'unreadable_cell', field, name.reason));
    return null;
  };
  const clean: CleanVersion = {
    version,
    kickoff,
    status: statusOf(match),
    homeHalfTimeScore: halfTime.home,
    awayHalfTimeScore: halfTime.away,
    referee: named('referee', tidyReferee(match.referee)),
    venue: named('venue', tidyVenue(match.venue)),
    quotes: acceptQuotes(version, findings, accepted),
  };
  return { clean, hold: undefined, findings };
}

const heldFinding = (rawId: number, { field, reason }: Hold): Finding => ({
  ...findingOf(rawId, 'matches', 'held', field, reason),
  severity: 'high',
  requiresReview: true,
});

const matchFields = new Set([
  'division',
  'date',
  'time',
  'timeZone',
  'homeScore',
  'awayScore',
  'homeHalfTimeScore',
  'awayHalfTimeScore',
  'statedResult',
  'referee',
  'venue',
  'status',
]);
const statisticFields = /^(home|away)(Shots|ShotsOnTarget|Corners|Fouls|YellowCards|RedCards)$/;

const tableOf = (field: string): Finding['table'] =>
  matchFields.has(field) ? 'matches' : statisticFields.test(field) ? 'match_statistics' : 'odds';

/** When an edition's word on a result counts: never before the result could be known. */
export function resultLearntAt({ clean, appearance, isEstimated }: Sighting): Instant {
  const { resultKnownAt } = clean.kickoff;
  return isEstimated || resultKnownAt > appearance.editionTime ? resultKnownAt : appearance.editionTime;
}
