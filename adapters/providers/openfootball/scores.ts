import type { CollectedMatch, FieldProblem } from '../../../schemas/records/collected-match.js';
import { shortText } from '../wire/short-text.js';

type Properties = Readonly<Record<string, unknown>>;
export type Scores = Pick<
  CollectedMatch,
  'homeScore' | 'awayScore' | 'homeHalfTimeScore' | 'awayHalfTimeScore'
>;

/** The parts of a score as they are written; undefined where they are not. */
export interface WrittenScore {
  readonly fullTime: unknown;
  readonly halfTime: unknown;
  /** After extra time or penalties. */
  readonly decider: unknown;
}

const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.every((side) => side === null));

const firstWritten = (...parts: readonly unknown[]): unknown => parts.find((part) => !isBlank(part));

/**
 * Finds the score in any of the forms that the files had: `score: {ft, ht, et, p}`, `score: [2, 1]`, or, in the older one, `score1` and
 * `score2` with `score1i` (half-time), `score1et` and `score1p`.
 */
export function writtenScore(raw: Properties): WrittenScore {
  const score = raw['score'];
  const pair = (suffix: string): unknown[] => [
    raw[`score1${suffix}`] ?? null,
    raw[`score2${suffix}`] ?? null,
  ];
  const part = (name: string): unknown =>
    typeof score === 'object' && score !== null && !Array.isArray(score) && name in score
      ? Object.entries(score).find(([known]) => known === name)?.[1]
      : undefined;
  const bare = typeof score === 'object' && !Array.isArray(score) ? undefined : score;
  return {
    fullTime: firstWritten(part('ft'), bare, pair('')),
    halfTime: firstWritten(part('ht'), pair('i')),
    decider: firstWritten(part('et'), part('p'), pair('et'), pair('p')),
  };
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 1000;

const readPair = (value: unknown): readonly [number, number] | undefined =>
  Array.isArray(value) && value.length === 2 && isCount(value[0]) && isCount(value[1])
    ? [value[0], value[1]]
    : undefined;

/** The score after 90 minutes and at half-time; what cannot be read is added to the problems. */
export function readScore(raw: Properties, problems: FieldProblem[]): Scores {
  const { fullTime, halfTime, decider } = writtenScore(raw);
  const read = (field: keyof Scores, value: unknown): readonly [number | null, number | null] => {
    if (value === undefined) return [null, null];
    const pair = readPair(value);
    if (pair === undefined) {
      const reason = 'is not two whole numbers below 1000';
      problems.push({ field, text: shortText(value), reason });
    }
    return pair ?? [null, null];
  };
  if (fullTime === undefined && decider !== undefined) {
    const reason = 'stands without the score after 90 minutes';
    problems.push({ field: 'homeScore', text: shortText(decider), reason });
  }
  const [homeScore, awayScore] = read('homeScore', fullTime);
  const [homeHalfTimeScore, awayHalfTimeScore] = read('homeHalfTimeScore', halfTime);
  return { homeScore, awayScore, homeHalfTimeScore, awayHalfTimeScore };
}
