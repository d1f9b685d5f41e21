import { impliedTotalBounds, priceFloor, suspiciousPrice } from '../price-limits.js';
import { InvariantBroken } from '../errors.js';
import type {
  ColumnsUnique,
  Expectation,
  RowsAgree,
  RowsFollow,
  RowsSatisfy,
  Suite,
  ValuesBetween,
  ValuesInSet,
  ValuesNotNull,
  ValuesRefer,
} from './expectations.js';
import { legalMoves } from '../match-moves.js';
import { KnownAtBasis, MarketType, MatchStatus, Outcome, PricePhase, QuoteKind } from '../values.js';
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
/** Columns that need no words of their own. */
const allFilled = (...columns: readonly string[]): ValuesNotNull[] =>
  columns.map((column) => filled(column, `a row has its ${column}`));
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

/** A rule between a row, `judged`, and the row of another table that a column of it refers to, `other`. */
const agrees = (
  { column, table, columns, others }: Pick<RowsAgree, 'column' | 'table' | 'columns' | 'others'>,
  condition: string,
  says: string,
): RowsAgree => ({
  ...{ type: 'expect_rows_to_agree_with', weight: 'blocks', column, table, key: 'id' },
  ...{ columns: [column, ...columns], others, condition, says },
});
/** A rule between two words of one source on one match. */
const follows = (columns: readonly string[], condition: string, says: string): RowsFollow => ({
  ...{ type: 'expect_rows_to_follow_each_other', weight: 'blocks', by: 'known_at' },
  ...{ sequence: ['match_id', 'data_source'], columns, condition, says },
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
const precedence = tableNamed('silver.source_precedence');
const quarantined = tableNamed('silver.quarantined_rows');

const named = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');
/** The steps that a match takes, and the one by which a result is taken back: the match lies ahead again, without a score. */
const legalStep = [
  'earlier_match_status = match_status',
  ...Object.entries(legalMoves)
    .filter(([, to]) => to.length > 0)
    .map(([from, to]) => `(earlier_match_status = '${from}' and match_status in (${named(to)}))`),
  "(earlier_match_status = 'completed' and match_status = 'scheduled' and home_score is null and match_time > known_at)",
].join(' or ');
/** The order of what a source says. A person may release a step that no match takes, and a goal may be taken back: both are told of. */
const revisionOrder: readonly Expectation[] = [
  reports(follows(['match_status'], legalStep, 'a match goes from one status to another that may follow')),
  {
    ...reports(
      follows(
        ['match_status', 'home_score', 'away_score'],
        'home_score >= earlier_home_score and away_score >= earlier_away_score',
        'a score does not go down while its match is in play, but where a goal is taken back',
      ),
    ),
    among: "match_status = 'live' and earlier_match_status = 'live'",
  },
];

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

const basis = oneOf('known_at_basis', KnownAtBasis.options, 'a known time is observed or estimated');

/** What the rows of a gold table are expected to be, beside what is expected of those of all. */
interface GoldSuite {
  readonly name: string;
  /** What a row is called. */
  readonly row: string;
  readonly expectations: readonly Expectation[];
}
const ofGoldTable: Readonly<Record<string, GoldSuite>> = {
  match_features: {
    name: 'feature data quality',
    row: 'features',
    expectations: [
      ...allFilled(
        'league_code',
        'season',
        'kickoff_precision',
        'home_team_id',
        'away_team_id',
        'match_status',
      ),
      ...allFilled('source_present', 'is_simulated'),
    ],
  },
  match_results: {
    name: 'result data quality',
    row: 'a result',
    expectations: [
      ...allFilled('season', 'league_code', 'home_score', 'away_score', 'outcome'),
      oneOf('outcome', Outcome.options, `an outcome is ${Outcome.options.join(', ')}`),
    ],
  },
  market_prices: {
    name: 'market data quality',
    row: 'a market price',
    expectations: [
      ...allFilled('source', 'phase', 'home_odds', 'draw_odds', 'away_odds'),
      oneOf('source', ['average', 'bet365'], 'a market price is the average or that of bet365'),
      oneOf('phase', ['prematch', 'closing'], 'a market price is prematch or closing'),
    ],
  },
};

/** Each row of gold is of a match that silver has; what it says is as of an instant before kick-off, where it says of which. */
function goldSuite(table: LakeTable): Suite {
  const has = (name: string): boolean => table.columns.some((one) => one.name === name);
  const other = {
    name: `${table.name.replaceAll('_', ' ')} data quality`,
    row: 'features',
    expectations: [],
  };
  const own = ofGoldTable[table.name] ?? other;
  return {
    ...{ name: own.name, table },
    expectations: [
      ...allFilled(...['match_id', 'match_time', 'cutoff', 'team_id', 'team_type'].filter(has)),
      refers('match_id', 'silver.matches', `the match of ${own.row} is known`),
      ...(has('cutoff')
        ? [
            rule(
              ['cutoff', 'match_time'],
              'cutoff < match_time',
              'features are of an instant before kick-off',
            ),
          ]
        : []),
      ...(has('team_type') ? [oneOf('team_type', ['home', 'away'], 'a side is home or away')] : []),
      ...own.expectations,
    ],
  };
}

/** What is expected of the tables of the lake (QUAL-3, 4), beside what their columns declare and the headers of gold check. */
export const suites: readonly Suite[] = [
  {
    name: 'league data quality',
    table: leagues,
    expectations: [
      oneRowEach(leagues, 'a league is there once'),
      once('id', 'an id is that of one league'),
      ...allFilled('id', 'code', 'name', 'country', 'level', 'is_simulated'),
      filled('time_zone', 'a league has a zone'),
    ],
  },
  {
    name: 'team data quality',
    table: teams,
    expectations: [
      oneRowEach(teams, 'a team is there once'),
      once('id', 'an id is that of one team'),
      ...allFilled('id', 'country'),
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
      ...allFilled('id', 'season', 'ordinal', 'source_present'),
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
      ...allFilled('id', 'match_id', 'data_source', 'known_at_basis', 'source_present'),
      filled('known_at', 'it is known since when a revision was known'),
      basis,
      filled('raw_id', 'a revision has the payload that says so'),
      ...matchState,
      ...revisionOrder,
    ],
  },
  {
    name: 'statistics data quality',
    table: statistics,
    expectations: [
      oneRowEach(statistics, 'a source counts a match once at one time'),
      refers('match_id', 'silver.matches', 'the match of a count is known'),
      ...allFilled('id', 'match_id', 'data_source', 'known_at', 'known_at_basis', 'raw_id'),
      basis,
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
      ...allFilled('id', 'match_id', 'data_source', 'market_type', 'quote_kind', 'price_phase'),
      ...allFilled('collected_at', 'recorded_at', 'known_at_basis', 'raw_id'),
      basis,
      filled('bookmaker', 'a price has a bookmaker'),
      filled('suspicious_odds', 'it is known whether a price is doubted'),
      oneOf('market_type', MarketType.options, `a market is ${MarketType.options.join(', ')}`),
      oneOf('quote_kind', QuoteKind.options, `a quote is of kind ${QuoteKind.options.join(', ')}`),
      oneOf('price_phase', PricePhase.options, `a price is ${PricePhase.options.join(', ')}`),
      rule(
        ['collected_at', 'recorded_at'],
        'recorded_at >= collected_at',
        'no price is learnt before it could be had',
      ),
      {
        // The kick-off may have moved since: a price that was had in time then is told of.
        ...reports(
          agrees(
            {
              ...{ column: 'match_id', table: matches, columns: ['price_phase', 'collected_at'] },
              others: ['match_time', 'kickoff_precision'],
            },
            "judged.collected_at < other.match_time + case other.kickoff_precision when 'day' then interval '25 hours' else interval '0 hours' end",
            'a price before the match was had before kick-off',
          ),
        ),
        among: "price_phase = 'prematch'",
      },
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
    name: 'precedence data quality',
    table: precedence,
    expectations: [
      oneRowEach(precedence, 'a source has one rank in a group of fields'),
      ...allFilled('field_group', 'data_source', 'rank'),
    ],
  },
  {
    name: 'quarantine data quality',
    table: quarantined,
    expectations: [
      oneRowEach(quarantined, 'a row is in quarantine once'),
      ...allFilled('id', 'match_id', 'quarantined_at'),
      filled('table_name', 'it is known of which table a row is'),
      oneOf('table_name', ['matches', 'odds', 'predictions'], 'a row is of matches, odds or predictions'),
      refers('match_id', 'silver.matches', 'the match of a row in quarantine is known'),
    ],
  },
  ...goldTables.map(goldSuite),
];
