import type { OutcomeClass, Probabilities } from '../../schemas/records/probabilities.js';
import { likeliest } from '../../schemas/records/probabilities.js';

/** What was said of one match, and what came. */
export interface Judged {
  readonly chances: Probabilities;
  readonly outcome: OutcomeClass;
}

/** A chance of nothing is counted as this, so that one mistake costs much and not everything. */
const leastChance = 1e-15;

/** −ln of the chance given to what came. Lower is better; ln 3 = 1.0986 is knowing nothing. */
export const logLoss = ({ chances, outcome }: Judged): number =>
  -Math.log(Math.max(chances[outcome], leastChance));

/**
 * Ranked probability score of three ordered results: half the sum of squared differences of the cumulative chances.
 * 0 is perfect, 1 the worst. Source: E. S. Epstein, Journal of Applied Meteorology 8 (1969).
 */
export function rankedProbabilityScore({ chances: [away, draw], outcome }: Judged): number {
  const first = away - (outcome === 0 ? 1 : 0);
  const second = away + draw - (outcome <= 1 ? 1 : 0);
  return (first * first + second * second) / 2;
}

/** Brier's score over the three results: the sum of squared differences, 0 to 2. Source: G. W. Brier (1950). */
export function brierScore({ chances: [away, draw, home], outcome }: Judged): number {
  const difference = (chance: number, came: boolean): number => (chance - (came ? 1 : 0)) ** 2;
  return difference(away, outcome === 0) + difference(draw, outcome === 1) + difference(home, outcome === 2);
}

/** Whether the likeliest result came. */
export const isHit = ({ chances, outcome }: Judged): boolean => likeliest(chances) === outcome;

const bins = 10;

/**
 * Expected calibration error: the three chances of every match in ten bins of equal width; the mean, weighted by how many
 * chances a bin holds, of the distance between their mean and the share that came. 0 is perfect.
 */
export function calibrationError(matches: readonly Judged[]): number {
  const chance = new Float64Array(bins);
  const came = new Float64Array(bins);
  for (const { chances, outcome } of matches) {
    for (const [index, value] of chances.entries()) {
      const bin = Math.min(bins - 1, Math.floor(value * bins));
      chance[bin] = (chance[bin] ?? 0) + value;
      came[bin] = (came[bin] ?? 0) + (index === outcome ? 1 : 0);
    }
  }
  return (
    chance.reduce((total, value, bin) => total + Math.abs(value - (came[bin] ?? 0)), 0) / (3 * matches.length)
  );
}

/** The means of every score over some matches. */
export interface Scores {
  readonly n: number;
  readonly logLoss: number;
  readonly rps: number;
  readonly brier: number;
  readonly accuracy: number;
  readonly ece: number;
}

/** The mean of a value over a list; NaN of an empty one. */
export const meanOf = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((total, item) => total + value(item), 0) / items.length;

/** Every score over at least one match. */
export const scoreAll = (matches: readonly Judged[]): Scores => ({
  n: matches.length,
  logLoss: meanOf(matches, logLoss),
  rps: meanOf(matches, rankedProbabilityScore),
  brier: meanOf(matches, brierScore),
  accuracy: meanOf(matches, (match) => (isHit(match) ? 1 : 0)),
  ece: calibrationError(matches),
});
