import { InvariantBroken } from '../../schemas/errors.js';
import type { MultinomialLogistic } from '../../schemas/records/model.js';

const classes = [0, 1, 2] as const;

/**
 * The regression that stands halfway between two of the same matches, of which the second reads some of what the first does: its chances are in proportion to the
 * geometric mean of theirs. Throws InvariantBroken where the second reads something else.
 */
export function meanLogistic(all: MultinomialLogistic, some: MultinomialLogistic): MultinomialLogistic {
  const foreign = some.features.find((name) => !all.features.includes(name));
  if (foreign !== undefined)
    throw new InvariantBroken(`A regression without ${foreign} has no mean with one that reads it`, {
      field: foreign,
    });
  const coefficient = ({ features, weights }: MultinomialLogistic, c: number, place: number): number =>
    place < 0 ? 0 : (weights[c * (features.length + 1) + place] ?? 0);
  const intercept = (model: MultinomialLogistic, c: number): number =>
    coefficient(model, c, model.features.length);
  return {
    ...all,
    weights: classes.flatMap((c) => [
      ...all.features.map(
        (name, place) => (coefficient(all, c, place) + coefficient(some, c, some.features.indexOf(name))) / 2,
      ),
      (intercept(all, c) + intercept(some, c)) / 2,
    ]),
  };
}
