import type { MatchStatistics } from '../../../schemas/records/collected-match.js';
import type { MarketType, PricePhase } from '../../../schemas/values.js';
import type { PriceSource } from './bookmakers.js';
import { priceSources } from './bookmakers.js';

/** A place for one quote of a row: whose price, in which market, when. */
export interface QuoteSlot {
  readonly source: PriceSource;
  readonly market: MarketType;
  readonly phase: PricePhase;
  /** Where the handicap stands, the first that has a value: the bookmaker's own column, then the shared ones. */
  readonly lineColumns: readonly string[];
  /** The columns of its legs, by {@link legsOf} its market; several where prefixes are several. */
  readonly legColumns: readonly (readonly string[])[];
}

/** What a column says. `leg` counts within {@link legsOf} the slot's market. */
export type ColumnRole =
  | { readonly kind: 'division' | 'date' | 'time' | 'homeTeam' | 'awayTeam' | 'statedResult' | 'referee' }
  | { readonly kind: 'score'; readonly property: ScoreProperty }
  | { readonly kind: 'statistic'; readonly property: keyof MatchStatistics }
  | { readonly kind: 'price'; readonly slot: number; readonly leg: number }
  | { readonly kind: 'line' }
  | { readonly kind: 'ignored'; readonly why: string };

export type ScoreProperty = 'homeScore' | 'awayScore' | 'homeHalfTimeScore' | 'awayHalfTimeScore';

/** The legs of a market, in the order in which they are kept. */
export const legsOf = {
  '1x2': ['home', 'draw', 'away'],
  over_under: ['over', 'under'],
  asian_handicap: ['home', 'away'],
} as const satisfies Record<MarketType, readonly string[]>;

const legSuffixes: Record<MarketType, readonly string[]> = {
  '1x2': ['H', 'D', 'A'],
  over_under: ['>2.5', '<2.5'],
  asian_handicap: ['AHH', 'AHA'],
};

/** The total of the over/under columns. */
export const goalLine = 2.5;

const phases = [
  { phase: 'prematch', mark: '', sharedLines: ['AHh', 'BbAHh'] },
  { phase: 'closing', mark: 'C', sharedLines: ['AHCh'] },
] as const;

const markets = ['1x2', 'over_under', 'asian_handicap'] as const;

/** Every quote that a row can carry, in the order in which quotes are given. */
export const quoteSlots: readonly QuoteSlot[] = priceSources.flatMap((source) =>
  phases.flatMap(({ phase, mark, sharedLines }) =>
    markets.map((market) => ({
      source,
      market,
      phase,
      lineColumns:
        market === 'asian_handicap'
          ? [...source.prefixes.map((prefix) => `${prefix}${mark}AH`), ...sharedLines]
          : [],
      legColumns: legSuffixes[market].map((suffix) =>
        source.prefixes.map((prefix) => `${prefix}${mark}${suffix}`),
      ),
    })),
  ),
);

/** Under this name stands the text of a row in which its file breaks off. */
export const unfinishedRow = '_unfinished';

/** Columns that are kept in bronze and not read. */
const ignoredColumns: Record<string, string> = {
  HTR: 'follows from the half-time score',
  Bb1X2: 'a count of books',
  BbOU: 'a count of books',
  BbAH: 'a count of books',
  Attendance: 'in a few files of 2000-02 alone',
  HHW: 'hit woodwork, in a few files of 2000-02 alone',
  AHW: 'hit woodwork, in a few files of 2000-02 alone',
  HO: 'offsides, in a few files of 2000-02 alone',
  AO: 'offsides, in a few files of 2000-02 alone',
  HBP: 'booking points, which follow from the cards',
  ABP: 'booking points, which follow from the cards',
  HFKC: 'free kicks conceded: fouls, offsides and more, not comparable with fouls',
  AFKC: 'free kicks conceded: fouls, offsides and more, not comparable with fouls',
  Country: 'follows from the division',
  League: 'follows from the division',
  Season: 'follows from the file',
  _extra: 'cells beyond the header',
  [unfinishedRow]: 'the text of a row that was cut off, which is not read',
};

const namedColumns: Record<string, ColumnRole> = {
  Div: { kind: 'division' },
  Date: { kind: 'date' },
  Time: { kind: 'time' },
  HomeTeam: { kind: 'homeTeam' },
  HT: { kind: 'homeTeam' },
  Home: { kind: 'homeTeam' },
  AwayTeam: { kind: 'awayTeam' },
  AT: { kind: 'awayTeam' },
  Away: { kind: 'awayTeam' },
  FTHG: { kind: 'score', property: 'homeScore' },
  HG: { kind: 'score', property: 'homeScore' },
  FTAG: { kind: 'score', property: 'awayScore' },
  AG: { kind: 'score', property: 'awayScore' },
  HTHG: { kind: 'score', property: 'homeHalfTimeScore' },
  HTAG: { kind: 'score', property: 'awayHalfTimeScore' },
  FTR: { kind: 'statedResult' },
  Res: { kind: 'statedResult' },
  Referee: { kind: 'referee' },
  HS: { kind: 'statistic', property: 'homeShots' },
  AS: { kind: 'statistic', property: 'awayShots' },
  HST: { kind: 'statistic', property: 'homeShotsOnTarget' },
  AST: { kind: 'statistic', property: 'awayShotsOnTarget' },
  HC: { kind: 'statistic', property: 'homeCorners' },
  AC: { kind: 'statistic', property: 'awayCorners' },
  HF: { kind: 'statistic', property: 'homeFouls' },
  AF: { kind: 'statistic', property: 'awayFouls' },
  HY: { kind: 'statistic', property: 'homeYellowCards' },
  AY: { kind: 'statistic', property: 'awayYellowCards' },
  HR: { kind: 'statistic', property: 'homeRedCards' },
  AR: { kind: 'statistic', property: 'awayRedCards' },
};

/** Columns whose names say the same thing, in the order in which they are asked. */
export const dateColumns = ['Date'] as const;
export const homeTeamColumns = ['HomeTeam', 'HT', 'Home'] as const;
export const awayTeamColumns = ['AwayTeam', 'AT', 'Away'] as const;

const roles = new Map<string, ColumnRole>(Object.entries(namedColumns));
for (const [name, why] of Object.entries(ignoredColumns)) roles.set(name, { kind: 'ignored', why });
quoteSlots.forEach((slot, index) => {
  for (const column of slot.lineColumns) roles.set(column, { kind: 'line' });
  slot.legColumns.forEach((columns, leg) => {
    for (const column of columns) roles.set(column, { kind: 'price', slot: index, leg });
  });
});

/** What the column of this name says; undefined where we do not know the name. */
export const roleOf = (column: string): ColumnRole | undefined => roles.get(column);

/** Names that stand twice in a header get `#2` at the second place. */
export const repeatedName = (column: string, place: number): string => `${column}#${place}`;

/** The name as the header has it: `HTHG` for `HTHG#2`. */
export const plainName = (column: string): string => column.replace(/#\d+$/, '');
