import type { GroupImportance, ReportedModel } from '../../schemas/records/model-report.js';
import type { OutcomeClass, Probabilities } from '../../schemas/records/probabilities.js';
import type { PlayedMatch } from './model-match.js';
import { pairedDifference } from './paired-difference.js';
import { logLoss } from './scores.js';

/** The same match, of which nobody has told these features: the model is asked, not fitted, without them. */
export const withoutFeatures = (match: PlayedMatch, features: ReadonlySet<string>): PlayedMatch => ({
  ...match,
  feature: (name) => (features.has(name) ? Number.NaN : match.feature(name)),
});

/** What a model said of a match with all it reads, and without a group. */
export interface Ablated {
  readonly outcome: OutcomeClass;
  readonly whole: Probabilities;
  readonly without: Probabilities;
}

/**
 * What the log loss of a model gains by a group of features: mean without it less mean with it. Groups that say the same stand in for each other, so that
 * each alone may seem to be worth little.
 */
export function importanceOf(
  about: { readonly model: ReportedModel; readonly group: string; readonly features: number },
  matches: readonly Ablated[],
): GroupImportance {
  const { n, mean, standardError } = pairedDifference(
    matches.map(({ without, outcome }) => logLoss({ chances: without, outcome })),
    matches.map(({ whole, outcome }) => logLoss({ chances: whole, outcome })),
  );
  return { ...about, n, loss: mean, lossSe: standardError };
}
