import type { MarketType } from './values.js';

/** CLN-5, COR-9: a price must be above this; one of exactly 1.01 fails. */
export const priceFloor = 1.01;

/** QUAL-15: a price above this is stored and marked. */
export const suspiciousPrice = 1000;

/** Two sources read a bookmaker's closing price at most minutes apart: so much of a price, as a share, may lie between them. */
export const mostBetweenSources = 0.1;

/** The interval in which an implied total (the sum of 1/price over a market's outcomes) is believed. */
export interface TotalBounds {
  readonly least: number;
  readonly most: number;
}

/** CLN-5: each market's own bounds. Two-way markets begin with those of 1x2. */
export const impliedTotalBounds: Readonly<Record<MarketType, TotalBounds>> = {
  '1x2': { least: 0.95, most: 1.2 },
  over_under: { least: 0.95, most: 1.2 },
  asian_handicap: { least: 0.95, most: 1.2 },
};
