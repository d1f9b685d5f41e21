import { likeliest } from '../../schemas/records/probabilities.js';
import type { Judged } from './scores.js';

const classes = [0, 1, 2] as const;

/**
 * Precision and recall of the likeliest result, over the three results, each weighed by how often it came (MODEL-4). A result that was never said
 * has precision 0. Recall so weighed is accuracy.
 */
export function precisionAndRecall(matches: readonly Judged[]): {
  readonly precision: number;
  readonly recall: number;
} {
  let precision = 0;
  let recall = 0;
  for (const result of classes) {
    const came = matches.filter(({ outcome }) => outcome === result).length;
    const said = matches.filter(({ chances }) => likeliest(chances) === result);
    const right = said.filter(({ outcome }) => outcome === result).length;
    precision += said.length === 0 ? 0 : (came / matches.length) * (right / said.length);
    recall += right / matches.length;
  }
  return { precision, recall };
}
