import { impliedTotalBounds, priceFloor, suspiciousPrice } from '../price-limits.js';
import { InvariantBroken } from '../errors.js';
import type {
  ColumnsUnique,
  Expectation,
  RowsSatisfy,
  Suite,
  ValuesBetween,
  ValuesInSet,
  ValuesNotNull,
  ValuesRefer,
} from './expectations.js';
import { MarketType, MatchStatus, QuoteKind } from '../values.js';
import { goldTables } from './gold.js';
import { qualifiedName, type LakeTable } from './lake-table.js';
import { silverTables } from './silver.js';

const tableNamed = (name: string): LakeTable => {
  const table = [...silverTables, ...goldTables].find((one) => qualifiedName(one) === name);
  if (table === undefined) throw new InvariantBroken(`No table is declared as ${name}`, { object: name });
  return table;
};

const filled = (column: string, says: string): ValuesNotNull => ({
  ...{ type: 'expect_column_values_to_not_be_null', weight: 'blocks', column, says },
});
const within = (column: string, min: number, max: number, says: string): ValuesBetween => ({
  ...{ type: 'expect_column_values_to_be_between', weight: 'blocks', column, min, max, says },
});
const oneOf = (column: string, values: readonly string[], says: string): ValuesInSet => ({
  ...{ type: 'expect_column_values_to_be_in_set', weight: 'blocks', column, values, says },
});
const refers = (column: string, to: string, says: string): ValuesRefer => ({
  ...{ type: 'expect_column_values_to_refer_to', weight: 'blocks', column, key: 'id', says },
  table: tableNamed(to),
});
const rule = (columns: readonly string[], condition: string, says: string): RowsSatisfy => ({
  ...{ type: 'expect_rows_to_satisfy', weight: 'blocks', columns, condition, says },
});
const once = (column: string, says: string): ColumnsUnique => ({
  ...{ type: 'expect_compound_columns_to_be_unique', weight: 'blocks', columns: [column], says },
});
/** Every table has one row a business key. */
const oneRowEach = ({ businessKey }: LakeTable, says: string): ColumnsUnique => ({
  ...{ type: 'expect_compound_columns_to_be_unique', weight: 'blocks', columns: businessKey, says },
});

const reports = <Of extends Expectation>(expectation: Of): Of => ({ ...expectation, weight: 'reports' });

const mostGoals = 99;
const scores = ['home_score', 'away_score', 'home_ht_score', 'away_ht_score'];
/**
 * What is expected of every row that says how a match stands. Whether a status and a score go together only reports: a person may release a
 * row of which both are true.
 */
const matchState: readonly Expectation[] = [
  filled('match_time', 'a match has a kick-off'),
  filled('match_status', 'a match has a status'),
  oneOf('match_status', MatchStatus.options, `a match is ${MatchStatus.options.join(', ')}`),
  filled('kickoff_precision', 'it is known how precisely a kick-off is known'),
  oneOf('kickoff_precision', ['minute', 'day'], 'a kick-off is known to the minute or to the day'),
  ...scores.map((column) => within(column, 0, mostGoals, `a score lies within 0 and ${mostGoals}`)),
  rule(
    ['home_score', 'away_score'],
    '(home_score is null) = (away_score is null)',
    'both sides have a score or neither has',
  ),
  rule(
    [...scores],
    'home_ht_score <= home_score and away_ht_score <= away_score',
    'no side has more goals at half-time than at the end',
  ),
  reports({
    ...rule(
      ['match_status', 'home_score', 'away_score'],
      'home_score is not null and away_score is not null',
      'a completed match has a score',
    ),
    among: "match_status = 'completed'",
  }),
  reports({
    ...rule(
      ['match_status', 'home_score', 'away_score'],
      'home_score is null and away_score is null',
      'a match that has not begun has no score',
    ),
    among: "match_status = 'scheduled'",
  }),
];

const matches = tableNamed('silver.matches');
const revisions = tableNamed('silver.fixture_revisions');
const statistics = tableNamed('silver.match_statistics');
const odds = tableNamed('silver.odds');
const leagues = tableNamed('silver.leagues');
const teams = tableNamed('silver.teams');

const prices = ['home_odds', 'draw_odds', 'away_odds', 'over_odds', 'under_odds'];
/** A price has three decimals. */
const leastPrice = priceFloor + 0.001;
const counts = ['shots', 'shots_on_target', 'corners', 'fouls', 'yellow_cards', 'red_cards'];
const mostCounted = 150;
const bothSides = (what: string): readonly string[] => [`home_${what}`, `away_${what}`];

/** That an implied total is believed, by the market's own bounds; a sum of fractions may lie beside a bound in its last digit. */
const believed = (market: MarketType, legs: readonly string[]): Expectation => {
  const { least, most } = impliedTotalBounds[market];
  const total = legs.map((leg) => `1 / ${leg}`).join(' + ');
  return reports({
    ...rule(
      legs,
      `${total} between ${least} - 1e-9 and ${most} + 1e-9`,
      `the implied total of a ${market} quote lies within ${least} and ${most}`,
    ),
    among: `market_type = '${market}' and not suspicious_odds and bookmaker <> 'market_maximum'`,
  });
};

/** What is expected of the tables of the lake (QUAL-3, 4), beside what their columns declare and the headers of gold check. */
export const suites: readonly Suite[] = [
  {
    name: 'league data quality',
    table: leagues,
    expectations: [
      oneRowEach(leagues, 'a league is there once'),
      once('id', 'an id is that of one league'),
      filled('time_zone', 'a league has a zone'),
    ],
  },
  {
    name: 'team data quality',
    table: teams,
    expectations: [
      oneRowEach(teams, 'a team is there once'),
      once('id', 'an id is that of one team'),
      filled('name', 'a team has a name'),
    ],
  },
  {
    name: 'match data quality',
    table: matches,
    payloads: { table: revisions, by: 'match_id', key: 'id' },
    expectations: [
      {
        type: 'expect_column_to_exist',
        column: 'match_time',
        weight: 'blocks',
        says: 'matches have kick-offs',
      },
      oneRowEach(matches, 'a match is there once'),
      once('id', 'an id is that of one match'),
      filled('league_id', 'a match has a league'),
      filled('home_team_id', 'a match has a home team'),
      filled('away_team_id', 'a match has an away team'),
      refers('league_id', 'silver.leagues', 'the league of a match is known'),
      refers('home_team_id', 'silver.teams', 'the home team of a match is known'),
      refers('away_team_id', 'silver.teams', 'the away team of a match is known'),
      rule(['home_team_id', 'away_team_id'], 'home_team_id <> away_team_id', 'no team plays against itself'),
      ...matchState,
    ],
  },
  {
    name: 'revision data quality',
    table: revisions,
    expectations: [
      oneRowEach(revisions, 'a source says one thing of a match at one time'),
      refers('match_id', 'silver.matches', 'the match of a revision is known'),
      filled('known_at', 'it is known since when a revision was known'),
      oneOf('known_at_basis', ['observed', 'estimated'], 'a known time is observed or estimated'),
      filled('raw_id', 'a revision has the payload that says so'),
      ...matchState,
    ],
  },
  {
    name: 'statistics data quality',
    table: statistics,
    expectations: [
      oneRowEach(statistics, 'a source counts a match once at one time'),
      refers('match_id', 'silver.matches', 'the match of a count is known'),
      ...counts
        .flatMap(bothSides)
        .map((column) => within(column, 0, mostCounted, `a count lies within 0 and ${mostCounted}`)),
      reports(
        rule(
          ['home_shots', 'away_shots', 'home_shots_on_target', 'away_shots_on_target'],
          'home_shots_on_target <= home_shots and away_shots_on_target <= away_shots',
          'no side has more shots on target than shots',
        ),
      ),
    ],
  },
  {
    name: 'odds data quality',
    table: odds,
    expectations: [
      oneRowEach(odds, 'a quote is there once'),
      refers('match_id', 'silver.matches', 'the match of a price is known'),
      filled('bookmaker', 'a price has a bookmaker'),
      filled('suspicious_odds', 'it is known whether a price is doubted'),
      oneOf('market_type', MarketType.options, `a market is ${MarketType.options.join(', ')}`),
      oneOf('quote_kind', QuoteKind.options, `a quote is of kind ${QuoteKind.options.join(', ')}`),
      oneOf('price_phase', ['prematch', 'closing', 'live'], 'a price is prematch, closing or live'),
      rule(
        ['collected_at', 'recorded_at'],
        'recorded_at >= collected_at',
        'no price is learnt before it could be had',
      ),
      rule(prices, `least(${prices.join(', ')}) >= ${leastPrice}`, `a price is ${leastPrice} or more`),
      // A person may clear a quote of these doubts, which leaves it not suspicious.
      ...prices.map((column) => ({
        ...reports(
          within(
            column,
            leastPrice,
            suspiciousPrice,
            `a price that nobody doubts lies within ${leastPrice} and ${suspiciousPrice}`,
          ),
        ),
        among: 'not suspicious_odds',
      })),
      believed('1x2', ['home_odds', 'draw_odds', 'away_odds']),
      believed('over_under', ['over_odds', 'under_odds']),
      believed('asian_handicap', ['home_odds', 'away_odds']),
    ],
  },
  {
    name: 'feature data quality',
    table: tableNamed('gold.match_features'),
    expectations: [
      refers('match_id', 'silver.matches', 'the match of features is known'),
      rule(['cutoff', 'match_time'], 'cutoff < match_time', 'features are of an instant before kick-off'),
    ],
  },
  {
    name: 'result data quality',
    table: tableNamed('gold.match_results'),
    expectations: [refers('match_id', 'silver.matches', 'the match of a result is known')],
  },
  {
    name: 'market data quality',
    table: tableNamed('gold.market_prices'),
    expectations: [refers('match_id', 'silver.matches', 'the match of a market price is known')],
  },
];
