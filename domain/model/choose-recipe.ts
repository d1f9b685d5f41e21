import type { Trial, TrialRow } from '../../schemas/jobs/tune-model.js';
import { InvariantBroken } from '../../schemas/errors.js';
import { pairedDifference } from './paired-difference.js';
import { meanOf } from './scores.js';

/** What both models lost on each match, on the mean. */
const lossesOf = ({ losses: { withoutPrices, withPrices } }: Trial): number[] =>
  withoutPrices.map((loss, match) => (loss + (withPrices[match] ?? Number.NaN)) / 2);

/**
 * Sets recipes beside the present one, trial 0, on the same matches, best first, and chooses: the best, where it is ahead by more than the standard error of its lead;
 * else the present one stays. Of many that are equally good one always seems better, so a lead must at least be more than what chance gives a single one.
 *
 * Throws InvariantBroken where trial 0 is missing, RangeError where trials are not of the same matches.
 */
export function chooseRecipe(trials: readonly Trial[]): {
  readonly rows: TrialRow[];
  readonly chosen: number;
} {
  const present = trials.find(({ trial }) => trial === 0);
  if (present === undefined) throw new InvariantBroken('The present recipe was not tried');
  const itself = (loss: number): number => loss;
  const rows = trials
    .map((one): TrialRow => {
      const losses = lossesOf(one);
      const { n, mean, standardError } = pairedDifference(losses, lossesOf(present));
      return {
        ...{ trial: one.trial, recipe: one.recipe, n, difference: mean, standardError },
        withoutPrices: meanOf(one.losses.withoutPrices, itself),
        withPrices: meanOf(one.losses.withPrices, itself),
        mean: meanOf(losses, itself),
      };
    })
    .sort((a, b) => a.mean - b.mean || a.trial - b.trial);
  const best = rows[0];
  const isAhead = best !== undefined && best.difference < -best.standardError;
  return { rows, chosen: isAhead ? best.trial : 0 };
}
