import type { Probabilities } from '../../schemas/records/probabilities.js';

/**
 * The divergence of what was said of a match from its true chances, in nats: the log loss that is lost on average by saying it. Never below 0, and 0 only where both
 * are equal; infinite where what can happen was said to be impossible. Chances of either sum to 1.
 * Source: S. Kullback and R. A. Leibler, "On information and sufficiency", Annals of Mathematical Statistics 22 (1951).
 */
export function divergence(truth: Probabilities, said: Probabilities): number {
  let sum = 0;
  for (const c of [0, 1, 2] as const) {
    const chance = truth[c];
    // Σ p ln(p/q) − p + q is the same where both sum to 1, and no term of it is below 0: rounding cannot make the sum negative.
    sum += (chance === 0 ? 0 : chance * Math.log(chance / said[c])) - chance + said[c];
  }
  return Math.max(0, sum);
}
