/** A bookmaker of the simulated market. */
export interface Bookmaker {
  /** The prefix of its columns. */
  readonly prefix: string;
  /** What it adds to the fair book: 0.05 is an overround of 105 %. */
  readonly margin: number;
  /** How far its opinion strays from the market's, as a standard deviation of the logarithm of expected goals. */
  readonly opinionError: number;
  /** Prices in whole steps, as fractional odds made them, or to the cent. */
  readonly ladder: 'stepped' | 'cents';
  /** Markets beyond 1x2 that the files carry for it, with the prefix used there. */
  readonly twoWayPrefix: string | undefined;
}

/** Six bookmakers: one sharp with a thin margin, one large, four like the rest. */
export const bookmakers: readonly Bookmaker[] = [
  { prefix: 'B365', margin: 0.052, opinionError: 0.02, ladder: 'stepped', twoWayPrefix: 'B365' },
  { prefix: 'BW', margin: 0.058, opinionError: 0.03, ladder: 'stepped', twoWayPrefix: undefined },
  { prefix: 'IW', margin: 0.064, opinionError: 0.035, ladder: 'stepped', twoWayPrefix: undefined },
  { prefix: 'PS', margin: 0.026, opinionError: 0.012, ladder: 'cents', twoWayPrefix: 'P' },
  { prefix: 'WH', margin: 0.06, opinionError: 0.03, ladder: 'stepped', twoWayPrefix: undefined },
  { prefix: 'VC', margin: 0.054, opinionError: 0.025, ladder: 'stepped', twoWayPrefix: undefined },
];

/** Where a stepped ladder changes its step: prices below `below` come in multiples of `step`. */
const ladder = [
  { below: 2, step: 0.01 },
  { below: 3, step: 0.02 },
  { below: 5, step: 0.1 },
  { below: 8, step: 0.25 },
  { below: 15, step: 0.5 },
  { below: Infinity, step: 1 },
];

/** The price that the bookmaker shows for the price it wants; never below 1.02, never above 101. */
export function shownPrice(price: number, kind: Bookmaker['ladder']): number {
  const bounded = Math.min(Math.max(price, 1.02), 101);
  const step = kind === 'cents' ? 0.01 : (ladder.find(({ below }) => bounded < below)?.step ?? 1);
  return Math.round(Math.round(bounded / step) * step * 100) / 100;
}
