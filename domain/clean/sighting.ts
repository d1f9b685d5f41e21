import type { CollectedQuote } from '../../schemas/records/collected-match.js';
import type { Instant } from '../../schemas/values.js';
import type { Kickoff } from '../clock/kickoff.js';
import { kickoffOf } from '../clock/kickoff.js';
import { checkQuote, legsOfQuote } from '../odds/check-quote.js';
import type { Hold } from './check-match.js';
import { checkHalfTime, holdOf, releasableHolds } from './check-match.js';
import type { Appearance, Finding, Version } from './history.js';
import { isAccepted } from './history.js';
import { tidyReferee } from './tidy-names.js';
import { unusualScore } from './unusual-score.js';

/** A quote that may enter `odds`. */
export interface AcceptedQuote {
  readonly quote: CollectedQuote;
  readonly suspicious: boolean;
}

/** What a good version of a match's row comes to once it is cleaned. */
export interface CleanVersion {
  readonly version: Version;
  readonly kickoff: Kickoff;
  readonly isPlayed: boolean;
  readonly homeHalfTimeScore: number | null;
  readonly awayHalfTimeScore: number | null;
  readonly referee: string | null;
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

/** Cleans one version of a row, whatever edition gave it. What a person has released is neither held nor stated again. */
export function cleanVersion(version: Version, leagueZone: string): Cleaned {
  const { match, problems, rawId } = version;
  const findings: Finding[] = problems.map(({ field, text, reason }) => ({
    ...findingOf(rawId, tableOf(field), 'unreadable_cell', field, `${JSON.stringify(text)} ${reason}`),
    data: { text },
  }));
  const hold = holdOf(match, problems);
  if (hold !== undefined && !isReleased(version, hold)) {
    findings.push({
      ...findingOf(rawId, 'matches', 'held', hold.field, hold.reason),
      severity: 'high',
      requiresReview: true,
    });
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
  const clean: CleanVersion = {
    version,
    kickoff: kickoffOf(match, leagueZone),
    isPlayed: match.homeScore !== null,
    homeHalfTimeScore: halfTime.home,
    awayHalfTimeScore: halfTime.away,
    referee: tidyReferee(match.referee),
    quotes: acceptedQuotes(version, findings),
  };
  return { clean, hold: undefined, findings };
}

const isReleased = (version: Version, { field }: Hold): boolean =>
  releasableHolds.has(field) && isAccepted(version, 'held', field);

function acceptedQuotes(version: Version, findings: Finding[]): AcceptedQuote[] {
  const { match, rawId } = version;
  const accepted: AcceptedQuote[] = [];
  for (const quote of match.quotes) {
    if (legsOfQuote(quote).every((price) => price === null)) continue;
    const verdict = checkQuote(quote);
    if (verdict.kind === 'plausible') {
      accepted.push({ quote, suspicious: false });
      continue;
    }
    const field = `${quote.bookmaker} ${quote.market} ${quote.phase}`;
    const isCleared = verdict.kind === 'suspicious' && isAccepted(version, verdict.doubt, field);
    if (verdict.kind === 'suspicious') accepted.push({ quote, suspicious: !isCleared });
    if (isCleared) continue;
    findings.push({
      ...findingOf(rawId, 'odds', verdict.doubt, field, verdict.message),
      severity: verdict.kind === 'refused' ? 'medium' : 'low',
      data: quote,
      requiresReview: true,
    });
  }
  return accepted;
}

const findingOf = (
  rawId: number,
  table: Finding['table'],
  errorType: string,
  field: string,
  message: string,
): Finding => ({
  rawId,
  editionId: null,
  table,
  errorType,
  severity: 'low',
  field,
  message,
  data: {},
  requiresReview: false,
});

const matchFields = new Set([
  'division',
  'time',
  'homeScore',
  'awayScore',
  'homeHalfTimeScore',
  'awayHalfTimeScore',
  'statedResult',
  'referee',
]);
const statisticFields = /^(home|away)(Shots|ShotsOnTarget|Corners|Fouls|YellowCards|RedCards)$/;

const tableOf = (field: string): Finding['table'] =>
  matchFields.has(field) ? 'matches' : statisticFields.test(field) ? 'match_statistics' : 'odds';

/** When an edition's word on a result counts: never before the result could be known. */
export function resultLearntAt({ clean, appearance, isEstimated }: Sighting): Instant {
  const { resultKnownAt } = clean.kickoff;
  return isEstimated || resultKnownAt > appearance.editionTime ? resultKnownAt : appearance.editionTime;
}
