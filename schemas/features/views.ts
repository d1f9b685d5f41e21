import { goldTables } from '../tables/gold.js';
import { qualifiedName, type LakeType } from '../tables/lake-table.js';
import { InvariantBroken } from '../errors.js';
import type { Feature, FeatureType, FeatureView, Moment } from './feature-view.js';

const typeOf: Partial<Record<LakeType, FeatureType>> = {
  INTEGER: 'int64',
  BIGINT: 'int64',
  DOUBLE: 'float64',
  BOOLEAN: 'bool',
  VARCHAR: 'string',
};

/** Columns of a gold table as features: type and description are those of the table. */
function columnsOf(table: string, names: readonly string[], knowable: Moment): Feature[] {
  const columns = goldTables.find((one) => qualifiedName(one) === table)?.columns ?? [];
  return names.map((name) => {
    const column = columns.find((one) => one.name === name);
    const type = column && typeOf[column.type];
    if (column === undefined || type === undefined) {
      throw new InvariantBroken(`${table} has no column ${name} that could be a feature`, { object: table });
    }
    return { name, type, description: column.description, knowable };
  });
}

/** Gold is made for an hour before kick-off: its rows are known then. */
const atCutoff = { knownAt: 'cutoff', lastBy: ['match_id'] };

const recentForm = [
  'recent_5_wins',
  'recent_5_draws',
  'recent_5_losses',
  'recent_5_goals_for',
  'recent_5_goals_against',
  'recent_5_points',
  'recent_5_home_wins',
  'recent_5_away_wins',
];
const meetings = ['h2h_total_matches', 'h2h_home_wins', 'h2h_away_wins', 'h2h_draws'];
const prices = [
  ...['home_odds_avg', 'draw_odds_avg', 'away_odds_avg'],
  ...['home_implied_probability', 'draw_implied_probability', 'away_implied_probability'],
  ...['bookmaker_consensus', 'bookmaker_count'],
];

/** What gold.match_features says of which match a row is, and of the match as it is known now. */
const noFeatures = [
  ...['match_id', 'season', 'match_time', 'kickoff_precision', 'cutoff', 'home_team_id', 'away_team_id'],
  ...['match_status', 'source_present', 'is_simulated'],
];
const allInputs = (goldTables.find((one) => qualifiedName(one) === 'gold.match_features')?.columns ?? [])
  .map(({ name }) => name)
  .filter((name) => !noFeatures.includes(name));

/** Every feature view as it is declared now. A change is a new version: `npm run release-features` keeps the one before. */
export const featureViews: readonly FeatureView[] = [
  {
    ...{ name: 'team_recent_performance', version: 1, entity: 'team', ttlHours: 7 * 24 },
    description: 'The last five completed matches of a team (FEAT-5).',
    source: { table: 'gold.recent_form', key: 'team_id', ...atCutoff },
    features: columnsOf('gold.recent_form', recentForm, 'before_kickoff'),
  },
  {
    ...{ name: 'historical_matchup', version: 1, entity: 'match', ttlHours: 30 * 24 },
    description: 'Earlier meetings of the two teams of a match (FEAT-6).',
    source: { table: 'gold.match_features', key: 'match_id', ...atCutoff },
    features: [
      ...columnsOf('gold.match_features', ['home_team_id', 'away_team_id'], 'before_kickoff'),
      ...columnsOf('gold.match_features', meetings, 'before_kickoff'),
    ],
  },
  {
    ...{ name: 'odds_features', version: 1, entity: 'match', ttlHours: 6 },
    description: 'What the bookmakers say of a match an hour before kick-off (FEAT-7).',
    source: { table: 'gold.odds_features', key: 'match_id', ...atCutoff },
    features: columnsOf('gold.odds_features', prices, 'before_kickoff'),
  },
  {
    ...{ name: 'match_features', version: 1, entity: 'match', ttlHours: null },
    description: 'What the market and the form of both teams make of a match, in one figure each.',
    source: { table: 'gold.match_features', key: 'match_id', ...atCutoff },
    features: [
      {
        ...{ name: 'home_win_probability', type: 'float64', knowable: 'before_kickoff' },
        description:
          'The chance of the home team by the mean prices, their margin taken out in proportion; null without prices.',
        expression: 'home_implied_probability / market_efficiency',
      },
      {
        ...{ name: 'total_goals_expected', type: 'float64', knowable: 'before_kickoff' },
        description:
          'Goals of both: of each side the mean of what it scores and of what the other concedes, over fifteen matches.',
        expression:
          '(home_form_15_goals_for + away_form_15_goals_against + away_form_15_goals_for + home_form_15_goals_against) / 2',
      },
      {
        ...{ name: 'odds_consensus', type: 'float64', knowable: 'before_kickoff' },
        description: 'How far the bookmakers agree, 0 to 1; null below two.',
        expression: 'bookmaker_consensus',
      },
    ],
  },
  {
    // The prices among them are what ages first.
    ...{ name: 'model_inputs', version: 1, entity: 'match', ttlHours: 6 },
    description: 'All that a model of who wins may read of a match, and the prices of the market beside it.',
    source: { table: 'gold.match_features', key: 'match_id', ...atCutoff },
    features: columnsOf('gold.match_features', allInputs, 'before_kickoff'),
  },
  {
    ...{ name: 'ratings', version: 1, entity: 'match', ttlHours: 30 * 24 },
    description: 'Ratings of both teams an hour before kick-off, by results, goals and shots.',
    source: { table: 'gold.elo', key: 'match_id', ...atCutoff },
    features: columnsOf(
      'gold.elo',
      ['home', 'away'].flatMap((side) =>
        ['elo', 'goal_rating', 'shots_on_target_rating', 'shots_rating'].map((name) => `${side}_${name}`),
      ),
      'before_kickoff',
    ),
  },
  {
    ...{ name: 'closing_prices', version: 1, entity: 'match', ttlHours: null },
    description: 'The average prices with which the bookmakers closed.',
    // Not of gold.market_prices, which has each price as it is known now: one that was corrected since would be told as of kick-off.
    source: {
      ...{ table: 'silver.odds', key: 'match_id', knownAt: 'recorded_at' },
      lastBy: ['collected_at', 'data_source'],
      among:
        "bookmaker = 'market_average' and market_type = '1x2' and price_phase = 'closing' and not suspicious_odds",
    },
    features: (['home', 'draw', 'away'] as const).map((leg) => ({
      ...{ name: `closing_${leg}_odds`, type: 'float64', knowable: 'kickoff' },
      description: `Average closing price of the ${leg === 'draw' ? leg : `${leg} team`}, as it had been told by then.`,
      expression: `${leg}_odds`,
    })),
  },
  {
    ...{ name: 'half_time_scores', version: 1, entity: 'match', ttlHours: null },
    description: 'Goals of both teams at half-time, from when on a source told them.',
    source: {
      ...{ table: 'silver.fixture_revisions', key: 'match_id', knownAt: 'known_at', lastBy: ['data_source'] },
      among: 'home_ht_score is not null and away_ht_score is not null',
    },
    features: (['home', 'away'] as const).map((side) => ({
      ...{ name: `${side}_ht_score`, type: 'int64', knowable: 'half_time' },
      description: `Goals of the ${side} team at half-time.`,
    })),
  },
];
