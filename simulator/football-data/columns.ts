import type { SimulatedMatch } from '../league/league.js';
import type { MatchReport } from '../league/match-report.js';
import type { BookmakerQuotes, MarketQuotes, TwoWayPrices } from '../market/prices.js';
import { goalsLine } from '../market/prices.js';

/** A column of a file: its name and the cell's text. */
export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => string;
}

/** A match that has been played, with its report. */
export interface PlayedMatch {
  readonly match: SimulatedMatch;
  readonly report: MatchReport;
}

const resultLetter = (home: number, away: number): string => (home > away ? 'H' : home < away ? 'A' : 'D');

/** `2021-08-13` → `13/08/2021`. */
const dayFirst = (date: string): string => date.split('-').reverse().join('/');

const price = (value: number): string => String(Math.round(value * 100) / 100);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const fixtureColumns: readonly Column<SimulatedMatch>[] = [
  { name: 'Div', cell: ({ code }) => code },
  { name: 'Date', cell: ({ kickOff }) => dayFirst(kickOff.date) },
  { name: 'Time', cell: ({ kickOff }) => kickOff.time },
  { name: 'HomeTeam', cell: ({ home }) => home },
  { name: 'AwayTeam', cell: ({ away }) => away },
];

const count = (name: string, of: (report: MatchReport) => number): Column<MatchReport> => ({
  name,
  cell: (report) => String(of(report)),
});

const reportColumns: readonly Column<MatchReport>[] = [
  count('FTHG', ({ home }) => home.goals),
  count('FTAG', ({ away }) => away.goals),
  { name: 'FTR', cell: ({ home, away }) => resultLetter(home.goals, away.goals) },
  count('HTHG', ({ home }) => home.halfTimeGoals),
  count('HTAG', ({ away }) => away.halfTimeGoals),
  { name: 'HTR', cell: ({ home, away }) => resultLetter(home.halfTimeGoals, away.halfTimeGoals) },
  { name: 'Referee', cell: ({ referee }) => referee },
  count('HS', ({ home }) => home.shots),
  count('AS', ({ away }) => away.shots),
  count('HST', ({ home }) => home.shotsOnTarget),
  count('AST', ({ away }) => away.shotsOnTarget),
  count('HF', ({ home }) => home.fouls),
  count('AF', ({ away }) => away.fouls),
  count('HC', ({ home }) => home.corners),
  count('AC', ({ away }) => away.corners),
  count('HY', ({ home }) => home.yellowCards),
  count('AY', ({ away }) => away.yellowCards),
  count('HR', ({ home }) => home.redCards),
  count('AR', ({ away }) => away.redCards),
];

/** Columns over one number of each bookmaker in `prefixes`, then the maximum and the average over all six. */
function pricesAcross(
  legs: readonly { readonly suffix: string; readonly of: (quotes: BookmakerQuotes) => number }[],
  prefixOf: (quotes: BookmakerQuotes) => string | undefined,
  prefixes: readonly string[],
): readonly Column<MarketQuotes>[] {
  const ofBookmaker = (prefix: string): readonly Column<MarketQuotes>[] =>
    legs.map(({ suffix, of }) => ({
      name: prefix + suffix,
      cell: ({ quotes }) => {
        const quoted = quotes.find((candidate) => prefixOf(candidate) === prefix);
        return quoted === undefined ? '' : price(of(quoted));
      },
    }));
  const over = (
    name: string,
    summary: (values: readonly number[]) => number,
  ): readonly Column<MarketQuotes>[] =>
    legs.map(({ suffix, of }) => ({
      name: name + suffix,
      cell: ({ quotes }) => price(summary(quotes.map(of))),
    }));
  return [
    ...prefixes.flatMap(ofBookmaker),
    ...over('Max', (values) => Math.max(...values)),
    ...over('Avg', mean),
  ];
}

const twoWay = (market: (quotes: BookmakerQuotes) => TwoWayPrices, first: string, second: string) => [
  { suffix: first, of: (quotes: BookmakerQuotes) => market(quotes).first },
  { suffix: second, of: (quotes: BookmakerQuotes) => market(quotes).second },
];

/** The price columns of one moment; closing ones carry a `C` after the bookmaker. */
function priceColumns(phase: '' | 'C'): readonly Column<MarketQuotes>[] {
  return [
    ...pricesAcross(
      [
        { suffix: `${phase}H`, of: ({ outcome }) => outcome.home },
        { suffix: `${phase}D`, of: ({ outcome }) => outcome.draw },
        { suffix: `${phase}A`, of: ({ outcome }) => outcome.away },
      ],
      ({ bookmaker }) => bookmaker.prefix,
      ['B365', 'BW', 'IW', 'PS', 'WH', 'VC'],
    ),
    ...pricesAcross(
      twoWay(({ goals }) => goals, `${phase}>${goalsLine}`, `${phase}<${goalsLine}`),
      ({ bookmaker }) => bookmaker.twoWayPrefix,
      ['B365', 'P'],
    ),
    { name: `AH${phase}h`, cell: ({ handicapLine }) => String(handicapLine) },
    ...pricesAcross(
      twoWay(({ handicap }) => handicap, `${phase}AHH`, `${phase}AHA`),
      ({ bookmaker }) => bookmaker.twoWayPrefix,
      ['B365', 'P'],
    ),
  ];
}

const over = <Row, Inner>(
  columns: readonly Column<Inner>[],
  inner: (row: Row) => Inner,
): readonly Column<Row>[] => columns.map(({ name, cell }) => ({ name, cell: (row) => cell(inner(row)) }));

/** The columns of a season file as football-data.co.uk lays it out in 2021-22. */
export const seasonFileColumns: readonly Column<PlayedMatch>[] = [
  ...over<PlayedMatch, SimulatedMatch>(fixtureColumns, ({ match }) => match),
  ...over<PlayedMatch, MatchReport>(reportColumns, ({ report }) => report),
  ...over<PlayedMatch, MarketQuotes>(priceColumns(''), ({ match }) => match.prices.opening),
  ...over<PlayedMatch, MarketQuotes>(priceColumns('C'), ({ match }) => match.prices.closing),
];

/** The columns of `fixtures.csv`: no result, no closing price. */
export const fixturesFileColumns: readonly Column<SimulatedMatch>[] = [
  ...fixtureColumns,
  ...over<SimulatedMatch, MarketQuotes>(priceColumns(''), ({ prices }) => prices.opening),
];
