import type { PriceTriple, Probabilities } from '../../schemas/records/probabilities.js';

/** The ways a bookmaker's margin is taken out of 1x2 prices. */
export const devigMethods = ['proportional', 'power', 'shin'] as const;
export type DevigMethod = (typeof devigMethods)[number];

/** Halvings of an interval after which a double cannot tell its ends apart. */
const halvings = 60;

const impliedBy = ([away, draw, home]: PriceTriple): Probabilities => [1 / away, 1 / draw, 1 / home];
const each = ([away, draw, home]: Probabilities, change: (value: number) => number): Probabilities => [
  change(away),
  change(draw),
  change(home),
];
const sum = ([away, draw, home]: Probabilities): number => away + draw + home;
const normalised = (values: Probabilities): Probabilities => {
  const total = sum(values);
  return each(values, (value) => value / total);
};

/** Where a falling function of [low, high] passes zero. */
function zeroOf(falling: (x: number) => number, low: number, high: number): number {
  let [left, right] = [low, high];
  for (let step = 0; step < halvings; step += 1) {
    const middle = (left + right) / 2;
    if (falling(middle) > 0) left = middle;
    else right = middle;
  }
  return (left + right) / 2;
}

/** Divides each implied probability by their sum: the margin is the same share of every outcome. */
export const proportional = (prices: PriceTriple): Probabilities => normalised(impliedBy(prices));

/** Raises each implied probability to the power that makes them sum to 1: longshots carry more of the margin. */
export function power(prices: PriceTriple): Probabilities {
  const implied = impliedBy(prices);
  const excess = (exponent: number): number => sum(each(implied, (value) => value ** exponent)) - 1;
  let high = 2;
  while (excess(high) > 0 && high < 2 ** 20) high *= 2;
  const exponent = zeroOf(excess, 0, high);
  return normalised(each(implied, (value) => value ** exponent));
}

/**
 * Shin's model: the margin is the bookmaker's defence against a share z of bettors who know the result. With implied
 * probabilities q that sum to B, p = (√(z² + 4(1 − z) q²/B) − z) / (2(1 − z)), and z is what makes the p sum to 1.
 * Prices without a margin (B ≤ 1) know no such z; they are divided in proportion.
 *
 * Sources: H. S. Shin, "Measuring the incidence of insider trading in a market for state-contingent claims", The
 * Economic Journal 103 (1993); the form solved here is that of B. Jullien and B. Salanié, "Measuring the incidence of
 * insider trading: a comment on Shin", The Economic Journal 104 (1994).
 */
export function shin(prices: PriceTriple): Probabilities {
  const implied = impliedBy(prices);
  const total = sum(implied);
  if (total <= 1) return normalised(implied);
  const chances = (z: number): Probabilities =>
    each(implied, (q) => (Math.sqrt(z * z + (4 * (1 - z) * q * q) / total) - z) / (2 * (1 - z)));
  const z = zeroOf((share) => sum(chances(share)) - 1, 0, 1 - 2 ** -30);
  return normalised(chances(z));
}

const methods: Readonly<Record<DevigMethod, (prices: PriceTriple) => Probabilities>> = {
  proportional,
  power,
  shin,
};

/** The chances that prices (each above 1) imply once the margin is out. Their order is that of the prices. */
export const devig = (method: DevigMethod, prices: PriceTriple): Probabilities => methods[method](prices);
