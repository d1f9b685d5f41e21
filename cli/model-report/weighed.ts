import type { PoolRow } from '../../schemas/jobs/evaluate-model.js';
import { grouped } from '../table.js';

const partnerOf = {
  'model-with-prices': 'the market',
  'model-without-prices': 'the regression',
} as const;

/** How much the booster counts beside its partner in one test season. A weight that may be none adds nothing. */
export function weighedLine({ season, model, matches, booster, partner }: PoolRow): string {
  const beside = partnerOf[model];
  const high = booster.high === null ? '?' : booster.high.toFixed(2);
  const adds = booster.low > 0 ? '' : `: it adds nothing to ${beside}`;
  return `${season} ${model}: the booster weighs ${booster.weight.toFixed(2)} (${booster.low.toFixed(2)} to ${high}) beside ${beside} with ${partner.weight.toFixed(2)}, by ${grouped(matches)} matches before${adds}.`;
}

/** The same of every test season, a sentence each. */
export const weighed = (pools: readonly PoolRow[]): string => pools.map(weighedLine).join('\n');
