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
/** Every table has one row a business key. */
const oneRowEach = ({ businessKey }: LakeTable, says: string): ColumnsUnique => ({
  ...{ type: 'expect_compound_columns_to_be_unique', weight: 'blocks', columns: businessKey, says },
});

const mostGoals = 99;
const statuses = ['scheduled', 'live', 'completed', 'postponed', 'cancelled', 'abandoned'];
const scores = ['home_score', 'away_score', 'home_ht_score', 'away_ht_score'];
/** What is expected of every row that says how a match stands. */
const matchState: readonly Expectation[] = [
  filled('match_time', 'a match has a kick-off'),
  filled('match_status', 'a match has a status'),
  oneOf('match_status', statuses, `a match is ${statuses.join(', ')}`),
  oneOf('kickoff_precision', ['minute', 'day'], 'a kick-off is known to the minute or to the day'),
  ...scores.map((column) => within(column, 0, mostGoals, `a score lies within 0 and ${mostGoals}`)),
  rule(
    [...scores],
    'home_ht_score <= home_score and away_ht_score <= away_score',
    'no side has more goals at half-time than at the end',
  ),
  {
    ...rule(
      ['match_status', 'home_score', 'away_score'],
      'home_score is not null and away_score is not null',
      'a completed match has a score',
    ),
    among: "match_status = 'completed'",
  },
  {
    ...rule(
      ['match_status', 'home_score', 'away_score'],
      'home_score is null and away_score is null',
      'a match that has not begun has no score',
    ),
    among: "match_status = 'scheduled'",
  },
];

const matches = tableNamed('silver.matches');
const revisions = tableNamed('silver.fixture_revisions');
const statistics = tableNamed('silver.match_statistics');
const odds = tableNamed('silver.odds');
const features = tableNamed('gold.match_features');

const prices = ['home_odds', 'draw_odds', 'away_odds', 'over_odds', 'under_odds'];
/** A price has three decimals. */
const leastPrice = priceFloor + 0.001;
const total = impliedTotalBounds['1x2'];
const counts = ['shots', 'shots_on_target', 'corners', 'fouls', 'yellow_cards', 'red_cards'];
const mostCounted = 150;
const bothSides = (what: string): readonly string[] => [`home_${what}`, `away_${what}`];
const probability = (column: string): ValuesBetween =>
  within(column, 0, 1, 'an implied probability lies within 0 and 1');

/** What is expected of the tables of the lake (QUAL-3, 4), beside what their columns declare. */
export const suites: readonly Suite[] = [
  {
    name: 'match data quality',
    table: matches,
    expectations: [
      oneRowEach(matches, 'a match is there once'),
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
      {
        ...rule(
          ['home_shots', 'away_shots', 'home_shots_on_target', 'away_shots_on_target'],
          'home_shots_on_target <= home_shots and away_shots_on_target <= away_shots',
          'no side has more shots on target than shots',
        ),
        weight: 'reports',
      },
    ],
  },
  {
    name: 'odds data quality',
    table: odds,
    expectations: [
      oneRowEach(odds, 'a quote is there once'),
      refers('match_id', 'silver.matches', 'the match of a price is known'),
      filled('bookmaker', 'a price has a bookmaker'),
      filled('collected_at', 'it is known when a price could be had'),
      oneOf(
        'market_type',
        ['1x2', 'over_under', 'asian_handicap'],
        'a market is 1x2, over_under or asian_handicap',
      ),
      oneOf(
        'quote_kind',
        ['book', 'exchange', 'aggregate'],
        'a quote is a book, an exchange or an aggregate',
      ),
      oneOf('price_phase', ['prematch', 'closing', 'live'], 'a price is prematch, closing or live'),
      rule(
        ['collected_at', 'recorded_at'],
        'recorded_at >= collected_at',
        'no price is learnt before it could be had',
      ),
      ...prices.map((column) => ({
        ...within(
          column,
          leastPrice,
          suspiciousPrice,
          `a price lies within ${leastPrice} and ${suspiciousPrice}`,
        ),
        among: 'not suspicious_odds',
      })),
      {
        ...rule(
          ['home_odds', 'draw_odds', 'away_odds'],
          `1 / home_odds + 1 / draw_odds + 1 / away_odds between ${total.least} and ${total.most}`,
          `the implied total of a bookmaker lies within ${total.least} and ${total.most}`,
        ),
        among: "market_type = '1x2' and not suspicious_odds and bookmaker <> 'market_maximum'",
      },
    ],
  },
  {
    name: 'feature data quality',
    table: features,
    expectations: [
      oneRowEach(features, 'a match has one row of features'),
      filled('cutoff', 'features have the instant of which they are'),
      refers('match_id', 'silver.matches', 'the match of features is known'),
      ...['home', 'draw', 'away'].map((outcome) => probability(`${outcome}_implied_probability`)),
    ],
  },
];
