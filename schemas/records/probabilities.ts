/** Chances of the three results in class order (0 away, 1 draw, 2 home), each 0 to 1, together 1. */
export type Probabilities = readonly [away: number, draw: number, home: number];

/** Decimal prices of the three results, in the same order. */
export type PriceTriple = readonly [away: number, draw: number, home: number];

/** The class of a result: 0 away, 1 draw, 2 home. */
export type OutcomeClass = 0 | 1 | 2;

/** The index of the greatest chance; the lower class where two are equal. */
export function likeliest([away, draw, home]: Probabilities): OutcomeClass {
  if (away >= draw && away >= home) return 0;
  return draw >= home ? 1 : 2;
}
