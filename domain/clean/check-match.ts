import type { CollectedMatch, FieldProblem } from '../../schemas/records/collected-match.js';

/** CLN-1: the scores that are believed. */
export const highestScore = 99;

/** CON-10: a match is later than this day. The files begin in 1993. */
export const oldestDay = '1990-01-01';

/** Why nothing of a version may enter silver. */
export interface Hold {
  readonly field: string;
  readonly reason: string;
}

/** The fields in which a person may know better than the rule. The others hold what cannot be stored, whoever says so. */
export const releasableHolds: ReadonlySet<string> = new Set(['statedResult']);

const resultOf = (home: number, away: number): 'H' | 'D' | 'A' =>
  home > away ? 'H' : home < away ? 'A' : 'D';

/**
 * Why a version of a match is held, or undefined where it stands: a score that cannot be read, is outside 0..99, is half a score, contradicts
 * the stated result, or is missing where a result is stated (COR-7); or a day before any that can be. Total on every input.
 */
export function holdOf(match: CollectedMatch, problems: readonly FieldProblem[]): Hold | undefined {
  const { date, homeScore, awayScore, statedResult } = match;
  if (date <= oldestDay) return { field: 'date', reason: `The day ${date} is not after ${oldestDay}` };
  for (const field of ['homeScore', 'awayScore'] as const) {
    const problem = problems.find((candidate) => candidate.field === field);
    if (problem !== undefined) {
      return { field, reason: `The score ${JSON.stringify(problem.text)} cannot be read: ${problem.reason}` };
    }
    const score = match[field];
    if (score !== null && !(score >= 0 && score <= highestScore)) {
      return { field, reason: `The score ${score} is outside 0 to ${highestScore}` };
    }
  }
  if (homeScore === null || awayScore === null) {
    if (homeScore !== null || awayScore !== null) {
      return { field: homeScore === null ? 'homeScore' : 'awayScore', reason: 'Only one side has a score' };
    }
    return statedResult === null
      ? undefined
      : { field: 'statedResult', reason: `The result ${statedResult} is stated without a score` };
  }
  const result = resultOf(homeScore, awayScore);
  return statedResult === null || statedResult === result
    ? undefined
    : {
        field: 'statedResult',
        reason: `The stated result ${statedResult} contradicts the score ${homeScore}-${awayScore}, which is ${result}`,
      };
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
export function checkHalfTime(match: CollectedMatch): {
  readonly halfTime: HalfTime;
  readonly doubt?: string;
} {
  const { homeScore, awayScore, homeHalfTimeScore: home, awayHalfTimeScore: away } = match;
  if (home === null && away === null) return { halfTime: noHalfTime };
  const written = `The half-time score ${home ?? 'blank'}-${away ?? 'blank'}`;
  if (home === null || away === null) return { halfTime: noHalfTime, doubt: `${written} is half a score` };
  if (homeScore === null || awayScore === null) {
    return { halfTime: noHalfTime, doubt: `${written} stands without a score` };
  }
  if (home > homeScore || away > awayScore) {
    return { halfTime: noHalfTime, doubt: `${written} is above the score ${homeScore}-${awayScore}` };
  }
  return { halfTime: { home, away } };
}
