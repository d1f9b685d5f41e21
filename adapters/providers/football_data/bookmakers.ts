import { bookmakers, type BookmakerName } from '../../../schemas/bookmakers.js';
import type { QuoteKind } from '../../../schemas/values.js';

/** A source of prices and the letters that its columns begin with (`B365H`, `B365CH`). */
export interface PriceSource {
  /** Its name in silver. */
  readonly bookmaker: BookmakerName;
  readonly kind: QuoteKind;
  readonly prefixes: readonly string[];
}

const source = (bookmaker: BookmakerName, ...prefixes: string[]): PriceSource => ({
  bookmaker,
  kind: bookmakers[bookmaker].kind,
  prefixes,
});

/**
 * Every source of prices in football-data.co.uk's files since 2000-01, by its notes.txt. `P` is Pinnacle in the two-way markets, `PS` in
 * 1x2; `BF` is Betfair's sportsbook, `BFE` its exchange, `BFD` Betfred (and `BFD` alone the draw at `BF`).
 * `Bb…` are Betbrain's aggregates over books, until 2018-19; `Max` and `Avg` are their successors.
 */
export const priceSources: readonly PriceSource[] = [
  source('bet365', 'B365'),
  source('betfair_sportsbook', 'BF'),
  source('betfred', 'BFD'),
  source('betmgm', 'BMGM'),
  source('betvictor', 'BV'),
  source('blue_square', 'BS'),
  source('bwin', 'BW'),
  source('coral', 'CL'),
  source('gamebookers', 'GB'),
  source('interwetten', 'IW'),
  source('ladbrokes', 'LB'),
  source('one_x_bet', '1XB'),
  source('pinnacle', 'PS', 'P'),
  source('sporting_odds', 'SO'),
  source('sportingbet', 'SB'),
  source('stan_james', 'SJ'),
  source('stanleybet', 'SY'),
  source('vc_bet', 'VC'),
  source('william_hill', 'WH'),
  source('betfair_exchange', 'BFE'),
  source('market_average', 'Avg', 'BbAv'),
  source('market_maximum', 'Max', 'BbMx'),
];
