import { InvariantBroken } from '../../schemas/errors.js';
import type { NumericColumns } from '../../schemas/numeric-columns.js';
import { benchmarkNames, type BenchmarkPrices } from '../../schemas/records/benchmark.js';
import type { FeatureMatrix } from '../../schemas/records/booster.js';
import type { OutcomeClass, PriceTriple, Probabilities } from '../../schemas/records/probabilities.js';
import { shin } from '../odds/devig.js';
import {
  bookFeatures,
  differenceOf,
  divisionFeature,
  formFeatures,
  isDivisionFeature,
  marketFeatures,
  squareOf,
} from './feature-set.js';

/** A match as a model sees it. */
export interface ModelMatch {
  readonly matchId: number;
  /** Epoch milliseconds. */
  readonly kickOff: number;
  readonly seasonStart: number;
  readonly division: string;
  readonly simulated: boolean;
  /** Null of a match not yet played. */
  readonly outcome: OutcomeClass | null;
  /** Values by feature name; NaN where unknown. */
  readonly feature: (name: string) => number;
  /** What the books' mean prices at the cutoff imply (Shin); null without prices. */
  readonly market: Probabilities | null;
  /** What it is judged against, as known now. */
  readonly benchmarks: BenchmarkPrices;
}

/** A match that has been played. */
export type PlayedMatch = ModelMatch & { readonly outcome: OutcomeClass };

export const isPlayed = (match: ModelMatch): match is PlayedMatch => match.outcome !== null;

const outcomeOf = (value: number): OutcomeClass | null =>
  value === 0 ? 0 : value === 1 ? 1 : value === 2 ? 2 : null;

const pricesOf = (away: number, draw: number, home: number): PriceTriple | null =>
  away > 1 && draw > 1 && home > 1 ? [away, draw, home] : null;

/**
 * What a model sees of a match of a division whose values are told by name, NaN or undefined where there is none: its own, what is made of the books' mean prices, and which
 * division it is of. A name that is none of these is no 0: `feature` throws {@link InvariantBroken}.
 */
export function seenBy(
  valueOf: (name: string) => number | undefined,
  division: string,
): Pick<ModelMatch, 'feature' | 'market'> {
  const price = (leg: string): number => valueOf(`${leg}_odds_avg`) ?? Number.NaN;
  const books = pricesOf(price('away'), price('draw'), price('home'));
  const market = books === null ? null : shin(books);
  const own = divisionFeature(division);
  const feature = (name: string): number => {
    const value = valueOf(name);
    if (value !== undefined) return value;
    const root = squareOf(name);
    if (root !== undefined) return feature(root) ** 2;
    const sides = differenceOf(name);
    if (sides !== undefined) return feature(sides[0]) - feature(sides[1]);
    const leg = marketFeatures.indexOf(name);
    if (leg >= 0) return Math.log(market?.[leg] ?? Number.NaN);
    if (isDivisionFeature(name)) return name === own ? 1 : 0;
    throw new InvariantBroken(`No match has a feature ${name}`, { field: name });
  };
  return { market, feature };
}

/** The first of the features that nothing is known by, of matches that have these columns; undefined where all are known. */
export function unknownFeature(
  features: readonly string[],
  columns: ReadonlySet<string>,
): string | undefined {
  const isKnown = (name: string): boolean => {
    const root = squareOf(name);
    return (
      columns.has(name) ||
      marketFeatures.includes(name) ||
      isDivisionFeature(name) ||
      (root !== undefined && isKnown(root)) ||
      (differenceOf(name)?.every(isKnown) ?? false)
    );
  };
  return features.find((name) => !isKnown(name));
}

/**
 * The matches in the columns that adapters/lake/model-matches.ts reads; `division` there is a position in `divisions`.
 * Throws {@link InvariantBroken} where a column is missing.
 */
export function matchesOf(columns: NumericColumns, divisions: readonly string[]): ModelMatch[] {
  const column = (name: string): Float64Array => {
    const values = columns[name];
    if (values === undefined) {
      throw new InvariantBroken(`The matches have no column ${name}`, { object: 'gold.match_features' });
    }
    return values;
  };
  const at = (name: string, row: number): number => column(name)[row] ?? Number.NaN;
  for (const name of [...formFeatures, ...bookFeatures]) column(name);

  return Array.from(column('match_id'), (matchId, row) => {
    const division = divisions[at('division', row)];
    if (division === undefined) throw new InvariantBroken(`Match ${matchId} has no division`);
    const seen = seenBy((name) => columns[name]?.[row], division);
    const benchmarks = Object.fromEntries(
      benchmarkNames.map((name) => [
        name,
        pricesOf(at(`${name}_away`, row), at(`${name}_draw`, row), at(`${name}_home`, row)),
      ]),
    );
    return {
      matchId,
      kickOff: at('match_time', row),
      seasonStart: at('season_start', row),
      division,
      simulated: at('simulated', row) === 1,
      outcome: outcomeOf(at('outcome', row)),
      ...seen,
      benchmarks,
    };
  });
}

/** The named features of matches, a row each. */
export function featureMatrix(matches: readonly ModelMatch[], features: readonly string[]): FeatureMatrix {
  const values = new Float32Array(matches.length * features.length);
  let at = 0;
  for (const match of matches) {
    for (const name of features) {
      values[at] = match.feature(name);
      at += 1;
    }
  }
  return { rows: matches.length, columns: features.length, values };
}

/** The chances of row `row` in what a booster answered, on doubles so that they sum to 1. */
export function chancesAt(answers: Float32Array, row: number): Probabilities {
  const leg = (index: number): number => answers[row * 3 + index] ?? Number.NaN;
  const total = leg(0) + leg(1) + leg(2);
  return [leg(0) / total, leg(1) / total, leg(2) / total];
}
