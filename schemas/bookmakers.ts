import type { QuoteKind } from './values.js';

/** A source of prices: what its prices are, and how providers write its name besides ours. */
export interface Bookmaker {
  readonly kind: QuoteKind;
  readonly spellings: readonly string[];
}

const book = (...spellings: string[]): Bookmaker => ({ kind: 'book', spellings });
const exchange = (...spellings: string[]): Bookmaker => ({ kind: 'exchange', spellings });

/** Every source of prices that we know, by its name in silver. */
export const bookmakers = {
  bet365: book('Bet 365', 'B365'),
  betfair_sportsbook: book('Betfair', 'Betfair SB', 'betfair_sb_uk'),
  betfred: book('Bet Fred'),
  betmgm: book('Bet MGM'),
  betvictor: book('Bet Victor', 'Victor Chandler'),
  blue_square: book('BlueSq'),
  bwin: book('Bet&Win', 'Bet and Win', 'bwin.com'),
  coral: book('Coral.co.uk'),
  gamebookers: book('Game Bookers'),
  interwetten: book('Interwetten.com'),
  ladbrokes: book('Ladbrokes UK'),
  one_x_bet: book('1xBet', '1X Bet'),
  pinnacle: book('Pinnacle Sports', 'PinnacleSports'),
  sporting_odds: book('SportingOdds'),
  sportingbet: book('Sporting Bet'),
  stan_james: book('StanJames'),
  stanleybet: book('Stanley Bet'),
  vc_bet: book('VCBet'),
  william_hill: book('WilliamHill', 'William Hill UK', 'WH'),
  betfair_exchange: exchange(
    'Betfair Exchange',
    'Betfair EX',
    'betfair_ex_uk',
    'betfair_ex_eu',
    'betfair_ex_au',
  ),
  betopenly: exchange('BetOpenly'),
  kalshi: exchange(),
  matchbook: exchange(),
  novig: exchange(),
  polymarket: exchange(),
  prophetx: exchange('ProphetX'),
  smarkets: exchange(),
  market_average: { kind: 'aggregate', spellings: ['Average', 'Market Avg'] },
  market_maximum: { kind: 'aggregate', spellings: ['Maximum', 'Market Max'] },
} as const satisfies Record<string, Bookmaker>;

export type BookmakerName = keyof typeof bookmakers;
