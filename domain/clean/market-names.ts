import type { MarketType } from '../../schemas/values.js';
import type { Reading } from './reading.js';
import { shown } from './reading.js';

/** A market and, where its name says it, its line. */
export interface NamedMarket {
  readonly market: MarketType;
  readonly line: number | null;
}

/** How providers write each market, in small letters, with single blanks for everything else. */
const spellings: Readonly<Record<MarketType, readonly string[]>> = {
  '1x2': [
    ...[
      '1x2',
      '1 x 2',
      'h2h',
      'match winner',
      'match odds',
      'match result',
      'full time result',
      'ft result',
      'wdw',
    ],
    ...['win draw win', '3way', '3 way', 'three way', 'moneyline 3 way', 'result'],
  ],
  over_under: [
    ...['over under', 'overunder', 'ou', 'o u', 'total', 'totals', 'total goals', 'goals over under'],
    ...['over under goals', 'goal line'],
  ],
  asian_handicap: ['asian handicap', 'ah', 'spread', 'spreads', 'asian lines', 'asian spread'],
};

const markets = new Map<string, MarketType>();
for (const market of ['1x2', 'over_under', 'asian_handicap'] as const) {
  for (const spelling of spellings[market]) markets.set(spelling, market);
}

/** A name that ends with its line: `Over/Under 2.5`, `AH -0,25`, `Total Goals (3.5)`. */
const withLine = /^(.*[^\d.,+-])\(?([+-]?\d{1,2}(?:[.,]\d{1,2})?)\)?$/su;

/** CLN-2: the market that a provider's name stands for, with the line that the name carries. A market of ours stands for itself. */
export function standardMarket(value: unknown): Reading<NamedMarket> {
  if (typeof value !== 'string') return { reason: `${shown(value)} is not a market` };
  const whole = markets.get(plain(value));
  if (whole !== undefined) return { value: { market: whole, line: null } };
  const [, name, line] = withLine.exec(value.trim()) ?? [];
  const market = markets.get(plain(name ?? ''));
  if (market === undefined || market === '1x2' || line === undefined) {
    return { reason: `${shown(value)} is not a market that we know` };
  }
  return { value: { market, line: Number(line.replace(',', '.')) + 0 } };
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
