import type { PriceTriple } from './probabilities.js';

/** The prices a model is judged against: phase, then source, as gold.market_prices names them. */
export const benchmarkNames = [
  'prematch_average',
  'prematch_bet365',
  'closing_average',
  'closing_bet365',
] as const;
export type BenchmarkName = (typeof benchmarkNames)[number];

/** Null where the match carries no such price. */
export type BenchmarkPrices = Readonly<Partial<Record<BenchmarkName, PriceTriple | null>>>;
