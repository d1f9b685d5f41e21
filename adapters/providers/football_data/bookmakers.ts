import type { QuoteKind } from '../../../schemas/values.js';

/** A source of prices and the letters that its columns begin with (`B365H`, `B365CH`). */
export interface PriceSource {
  /** Its name in silver. */
  readonly bookmaker: string;
  readonly kind: QuoteKind;
  readonly prefixes: readonly string[];
}

const book = (bookmaker: string, ...prefixes: string[]): PriceSource => ({
  bookmaker,
  kind: 'book',
  prefixes,
});

/**
 * Every source of prices in football-data.co.uk's files since 2000-01, by its notes.txt. `P` is Pinnacle in the two-way markets, `PS` in
 * 1x2; `BF` is Betfair's sportsbook, `BFE` its exchange, `BFD` Betfred (and `BFD` alone the draw at `BF`).
 * `Bb…` are Betbrain's aggregates over books, until 2018-19; `Max` and `Avg` are their successors.
 */
export const priceSources: readonly PriceSource[] = [
  book('bet365', 'B365'),
  book('betfair_sportsbook', 'BF'),
  book('betfred', 'BFD'),
  book('betmgm', 'BMGM'),
  book('betvictor', 'BV'),
  book('blue_square', 'BS'),
  book('bwin', 'BW'),
  book('coral', 'CL'),
  book('gamebookers', 'GB'),
  book('interwetten', 'IW'),
  book('ladbrokes', 'LB'),
  book('one_x_bet', '1XB'),
  book('pinnacle', 'PS', 'P'),
  book('sporting_odds', 'SO'),
  book('sportingbet', 'SB'),
  book('stan_james', 'SJ'),
  book('stanleybet', 'SY'),
  book('vc_bet', 'VC'),
  book('william_hill', 'WH'),
  { bookmaker: 'betfair_exchange', kind: 'exchange', prefixes: ['BFE'] },
  { bookmaker: 'market_average', kind: 'aggregate', prefixes: ['Avg', 'BbAv'] },
  { bookmaker: 'market_maximum', kind: 'aggregate', prefixes: ['Max', 'BbMx'] },
];
