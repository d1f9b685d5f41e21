import type { CollectedMatch, FieldProblem } from '../../schemas/records/collected-match.js';
import type { MatchStatus } from '../../schemas/values.js';
import { cleanScore } from './clean-score.js';
import { doubtName, nothingAccepted } from './history.js';

/** Why nothing of a version may enter silver. */
export interface Hold {
  readonly field: string;
  readonly reason: string;
}

/** What a word on a match says of its result. */
export type StatedResult = Pick<CollectedMatch, 'status' | 'homeScore' | 'awayScore' | 'statedResult'>;

/** What a word on a match says of its score at half-time, and the score to compare it with. */
export type StatedHalfTime = Pick<
  CollectedMatch,
  'homeScore' | 'awayScore' | 'homeHalfTimeScore' | 'awayHalfTimeScore'
>;

/** The fields in which a person may know better than the rule. The others hold what cannot be stored, whoever says so. */
export const releasableHolds: ReadonlySet<string> = new Set([
  'statedResult',
  'status',
  'homeHalfTimeScore',
  'awayHalfTimeScore',
  'quotes',
]);

/** Whether a person has said that the version stands all the same. */
export const isReleasedHold = ({ field }: Hold, accepted: ReadonlySet<string>): boolean =>
  releasableHolds.has(field) && accepted.has(doubtName({ errorType: 'held', field }));

const resultOf = (home: number, away: number): 'H' | 'D' | 'A' =>
  home > away ? 'H' : home < away ? 'A' : 'D';

/** The status that counts: the one that is stated, else what the score says. */
export const statusOf = (match: CollectedMatch): MatchStatus =>
  match.status ?? (match.homeScore === null ? 'scheduled' : 'completed');

/**
 * Why a version of a match is held, or undefined where it stands: a score that cannot be read, is outside 0..99, is half a score, contradicts
 * the stated result or status, or is missing where a result or full time is stated (COR-7),
 * and one at half-time that is the letter of a result. Total on every input.
 * @param accepted the doubts that a person has released, by {@link doubtName}; only {@link releasableHolds} give way
 */
export function holdOf(
  match: StatedResult,
  problems: readonly FieldProblem[],
  accepted: ReadonlySet<string> = nothingAccepted,
): Hold | undefined {
  for (const hold of [...holdsOfScores(match, problems), ...holdsOfResult(match, problems)]) {
    if (!isReleasedHold(hold, accepted)) return hold;
  }
  return undefined;
}

/** A result stands two cells after the half-time score. */
const resultLetter = /^[HDA]$/i;

function* holdsOfScores(match: StatedResult, problems: readonly FieldProblem[]): Generator<Hold> {
  const moved = problems.find(
    ({ field, text }) =>
      (field === 'homeHalfTimeScore' || field === 'awayHalfTimeScore') && resultLetter.test(text.trim()),
  );
  if (moved !== undefined) {
    const reason = `The half-time score is ${JSON.stringify(moved.text)}, which is a result: the cells of the row look moved`;
    yield { field: moved.field, reason };
  }
  for (const field of ['homeScore', 'awayScore'] as const) {
    const problem = problems.find((candidate) => candidate.field === field);
    if (problem !== undefined) {
      const reason = `The score ${JSON.stringify(problem.text)} cannot be read: ${problem.reason}`;
      yield { field, reason };
    }
    const score = cleanScore(match[field]);
    if ('reason' in score) yield { field, reason: score.reason };
  }
  const { homeScore, awayScore } = match;
  if ((homeScore === null) !== (awayScore === null)) {
    const field = homeScore === null ? 'homeScore' : 'awayScore';
    yield { field, reason: 'Only one side has a score' };
  }
}

/** A match in one of these has no goals. */
const withoutScore: ReadonlySet<MatchStatus> = new Set(['scheduled', 'postponed', 'cancelled']);

function* holdsOfResult(match: StatedResult, problems: readonly FieldProblem[]): Generator<Hold> {
  const { homeScore, awayScore, statedResult, status } = match;
  const problem = problems.find(({ field }) => field === 'status');
  if (problem !== undefined) {
    yield {
      field: 'status',
      reason: `The status ${JSON.stringify(problem.text)} cannot be read: ${problem.reason}`,
    };
  }
  if (homeScore === null || awayScore === null) {
    if (statedResult !== null)
      yield { field: 'statedResult', reason: `The result ${statedResult} is stated without a score` };
    if (status === 'completed')
      yield { field: 'status', reason: 'The match is stated to be completed, without a score' };
    return;
  }
  const result = resultOf(homeScore, awayScore);
  if (statedResult !== null && statedResult !== result) {
    yield {
      field: 'statedResult',
      reason: `The stated result ${statedResult} contradicts the score ${homeScore}-${awayScore}, which is ${result}`,
    };
  }
  if (status !== null && withoutScore.has(status)) {
    yield {
      field: 'status',
      reason: `The match is stated to be ${status}, with the score ${homeScore}-${awayScore}`,
    };
  }
}

export interface HalfTime {
  readonly home: number | null;
  readonly away: number | null;
}

const noHalfTime: HalfTime = { home: null, away: null };

/**
 * The half-time score, if it can be one: both sides given, neither more than at full time, and a full-time score to compare with.
 * Otherwise the doubt, and no half-time score.
 */
export function checkHalfTime(match: StatedHalfTime): {
  readonly halfTime: HalfTime;
  readonly doubt?: string;
} {
  const { homeScore, awayScore, homeHalfTimeScore: home, awayHalfTimeScore: away } = match;
  if (home === null && away === null) return { halfTime: noHalfTime };
  const written = `The half-time score ${home ?? 'blank'}-${away ?? 'blank'}`;
  if ([home, away].some((goals) => 'reason' in cleanScore(goals))) {
    return { halfTime: noHalfTime, doubt: `${written} is not one` };
  }
  if (home === null || away === null) return { halfTime: noHalfTime, doubt: `${written} is half a score` };
  if (homeScore === null || awayScore === null) {
    return { halfTime: noHalfTime, doubt: `${written} stands without a score` };
  }
  if (home > homeScore || away > awayScore) {
    return { halfTime: noHalfTime, doubt: `${written} is above the score ${homeScore}-${awayScore}` };
  }
  return { halfTime: { home, away } };
}
