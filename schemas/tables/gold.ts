import type { LakeColumn, LakeTable } from './lake-table.js';
import { column } from './lake-table.js';

const describedMatch = [
  column('match_id', 'BIGINT', 'silver.matches.id of the match described.'),
  column('match_time', 'TIMESTAMPTZ', 'Its kick-off.'),
];
const cutoff = column('cutoff', 'TIMESTAMPTZ', 'Kick-off less one hour: nothing learnt later is in the row.');
const side = column('team_type', 'VARCHAR', 'home or away: the side of the team in the match described.');
const team = column('team_id', 'INTEGER', 'silver.teams.id');

/** FEAT-5: the last five completed matches before the cutoff, any venue. */
const recentForm = [
  column('recent_5_wins', 'INTEGER', 'Wins among the last five.'),
  column('recent_5_draws', 'INTEGER', 'Draws among the last five.'),
  column('recent_5_losses', 'INTEGER', 'Losses among the last five.'),
  column('recent_5_goals_for', 'INTEGER', 'Goals scored in the last five.'),
  column('recent_5_goals_against', 'INTEGER', 'Goals conceded in the last five.'),
  column('recent_5_points', 'INTEGER', 'Points from the last five: 3 a win, 1 a draw.'),
  column('recent_5_home_wins', 'INTEGER', 'Wins at home within the same five.'),
  column('recent_5_away_wins', 'INTEGER', 'Wins away within the same five.'),
  column('recent_5_home_goals_for', 'INTEGER', 'Goals scored at home within the same five.'),
  column('recent_5_away_goals_for', 'INTEGER', 'Goals scored away within the same five.'),
  column('recent_5_win_rate', 'DOUBLE', 'Wins over games present; 0 when none.'),
];

/** FEAT-6: meetings of the two teams; "home" is the home team of the match described. */
const headToHead = [
  column('h2h_total_matches', 'INTEGER', 'Completed meetings before the cutoff, either venue.'),
  column('h2h_home_wins', 'INTEGER', 'Meetings won by the home team of the match described.'),
  column('h2h_away_wins', 'INTEGER', 'Meetings won by its away team.'),
  column('h2h_draws', 'INTEGER', 'Meetings drawn.'),
  column('h2h_home_goals_total', 'INTEGER', 'Goals of the home team of the match described.'),
  column('h2h_away_goals_total', 'INTEGER', 'Goals of its away team.'),
  column('h2h_recent_5_home_wins', 'INTEGER', 'Won by the home team among the last five meetings.'),
  column('h2h_recent_5_away_wins', 'INTEGER', 'Won by the away team among the last five meetings.'),
  column('h2h_recent_5_draws', 'INTEGER', 'Drawn among the last five meetings.'),
  column('h2h_goals_avg', 'DOUBLE', 'Goals of both over meetings; 0 when none.'),
];

/** FEAT-7: each bookmaker's latest quote at the cutoff, market 1x2. */
const oddsFeatures = [
  column('home_odds_avg', 'DOUBLE', 'Mean price of the home team over bookmakers; null without odds.'),
  column('draw_odds_avg', 'DOUBLE', 'Mean price of the draw.'),
  column('away_odds_avg', 'DOUBLE', 'Mean price of the away team.'),
  column('home_implied_probability', 'DOUBLE', 'One over the mean price; the three exceed 1 in sum.'),
  column('draw_implied_probability', 'DOUBLE', 'One over the mean price of the draw.'),
  column('away_implied_probability', 'DOUBLE', 'One over the mean price of the away team.'),
  column('bookmaker_count', 'INTEGER', 'Bookmakers used; 0 without odds.'),
  column(
    'bookmaker_consensus',
    'DOUBLE',
    'Agreement of the bookmakers in [0,1]: 1 less the mean coefficient of variation (population deviation) of their implied probabilities; null below two bookmakers.',
  ),
  column('market_efficiency', 'DOUBLE', 'Sum of the three implied probabilities.'),
];

const exchangePrices = [
  column('exchange_home_odds', 'DOUBLE', 'Latest exchange price of the home team at the cutoff.'),
  column('exchange_draw_odds', 'DOUBLE', 'Latest exchange price of the draw.'),
  column('exchange_away_odds', 'DOUBLE', 'Latest exchange price of the away team.'),
];

const longForm = [
  column('form_15_games', 'INTEGER', 'Completed matches among the last fifteen.'),
  column('form_15_goals_for', 'DOUBLE', 'Goals scored a game.'),
  column('form_15_goals_against', 'DOUBLE', 'Goals conceded a game.'),
  column('form_15_shots_on_target_for', 'DOUBLE', 'Shots on target a game that has the count.'),
  column('form_15_shots_on_target_against', 'DOUBLE', 'Shots on target conceded a game that has the count.'),
  column('form_15_shots_for', 'DOUBLE', 'Shots a game that has the count.'),
  column('form_15_shots_against', 'DOUBLE', 'Shots conceded a game that has the count.'),
  column('form_15_corners_for', 'DOUBLE', 'Corners a game that has the count.'),
  column('form_15_corners_against', 'DOUBLE', 'Corners conceded a game that has the count.'),
];

const seasonForm = [
  column('season_games', 'INTEGER', 'Completed league matches of this season before the cutoff.'),
  column('season_points_per_game', 'DOUBLE', 'Points a game this season; null when none.'),
  column('season_goal_difference_per_game', 'DOUBLE', 'Goal difference a game this season; null when none.'),
  column(
    'previous_season_points_per_game',
    'DOUBLE',
    'Points a game in the season before, in any league of ours; null when none.',
  ),
];

const leagueRates = [
  column(
    'league_home_win_rate',
    'DOUBLE',
    "Home wins among the league's last 380 completed matches (and those of the same kick-off as the 380th); null below 50.",
  ),
  column('league_draw_rate', 'DOUBLE', 'Draws among the same matches.'),
  column('league_goals_per_game', 'DOUBLE', 'Goals of both teams a game in the same matches.'),
];

const restDays = [
  column('rest_days', 'INTEGER', 'Days since the last match, rounded to whole days; null when none.'),
];

const rating = [
  column('elo', 'DOUBLE', 'Elo at the cutoff, by results and margins.'),
  column('goal_rating', 'DOUBLE', 'Rating at the cutoff, by shares of the goals.'),
  column('shots_on_target_rating', 'DOUBLE', 'Rating at the cutoff, by shares of the shots on target.'),
  column('shots_rating', 'DOUBLE', 'Rating at the cutoff, by shares of the shots.'),
];

const prefixed = (prefix: 'home' | 'away', columns: readonly LakeColumn[]): LakeColumn[] =>
  columns.map(({ name, type, description }) => ({
    name: `${prefix}_${name}`,
    type,
    description: `The ${prefix} team. ${description}`,
  }));

const bothSides = (columns: readonly LakeColumn[]): LakeColumn[] => [
  ...prefixed('home', columns),
  ...prefixed('away', columns),
];

const perTeam = (name: string, description: string, columns: readonly LakeColumn[]): LakeTable => ({
  layer: 'gold',
  name,
  description,
  partitionColumn: 'match_time',
  businessKey: ['match_id', 'team_id'],
  columns: [...describedMatch, cutoff, team, side, ...columns],
});

const perMatch = (name: string, description: string, columns: readonly LakeColumn[]): LakeTable => ({
  layer: 'gold',
  name,
  description,
  partitionColumn: 'match_time',
  businessKey: ['match_id'],
  columns: [...describedMatch, cutoff, ...columns],
});

/** What may be null in both teams' form, and is filled in filled_features. Days of rest are not: a first match has no last one. */
const fillableForm = [...longForm.slice(1), ...seasonForm.slice(1)];

const fills = [
  column('imputed', 'VARCHAR[]', 'The columns of this row that were not observed and are filled.'),
  column(
    'imputed_by',
    'VARCHAR[]',
    'How each was, in the same order: historical_mean of the team, or median of its league.',
  ),
  column('venue', 'VARCHAR', 'Ground as known at the cutoff, Unknown where no source had named it.'),
  column('referee', 'VARCHAR', 'Referee as known at the cutoff, Unknown where no source had named one.'),
];

const matchFeatures: LakeTable = {
  layer: 'gold',
  name: 'match_features',
  description: 'Everything a model may read of a match, as known at the cutoff; one row a match.',
  partitionColumn: 'match_time',
  businessKey: ['match_id'],
  columns: [
    column('match_id', 'BIGINT', 'silver.matches.id'),
    column('league_code', 'VARCHAR', 'silver.leagues.code'),
    column('season', 'VARCHAR', 'Season, 2021-22.'),
    column('match_time', 'TIMESTAMPTZ', 'Kick-off.'),
    column('kickoff_precision', 'VARCHAR', 'minute or day.'),
    cutoff,
    column('home_team_id', 'INTEGER', 'silver.teams.id of the home team.'),
    column('away_team_id', 'INTEGER', 'silver.teams.id of the away team.'),
    column('match_status', 'VARCHAR', 'Status as known now; no feature.'),
    column('source_present', 'BOOLEAN', 'False where the source no longer has the match; no feature.'),
    column('is_simulated', 'BOOLEAN', 'A match of a league that never was.'),
    ...bothSides(recentForm),
    ...headToHead,
    ...oddsFeatures,
    ...exchangePrices,
    ...bothSides(rating),
    ...bothSides(longForm),
    ...bothSides(seasonForm),
    ...leagueRates,
    ...bothSides(restDays),
  ],
};

const matchResults: LakeTable = {
  layer: 'gold',
  name: 'match_results',
  description: 'The result of each completed match as known now: what a model is judged by.',
  partitionColumn: 'match_time',
  businessKey: ['match_id'],
  columns: [
    column('match_id', 'BIGINT', 'silver.matches.id'),
    column('match_time', 'TIMESTAMPTZ', 'Kick-off.'),
    column('season', 'VARCHAR', 'Season, 2021-22.'),
    column('league_code', 'VARCHAR', 'silver.leagues.code'),
    column('home_score', 'INTEGER', 'Goals of the home team.'),
    column('away_score', 'INTEGER', 'Goals of the away team.'),
    column('outcome', 'VARCHAR', 'home, draw or away.'),
  ],
};

const marketPrices: LakeTable = {
  layer: 'gold',
  name: 'market_prices',
  description: 'The 1x2 prices that models are judged against, as known now. Not for features.',
  partitionColumn: 'match_time',
  businessKey: ['match_id', 'source', 'phase'],
  columns: [
    column('match_id', 'BIGINT', 'silver.matches.id'),
    column('match_time', 'TIMESTAMPTZ', 'Kick-off.'),
    column('source', 'VARCHAR', 'average (of the market) or bet365.'),
    column('phase', 'VARCHAR', 'prematch or closing.'),
    column('home_odds', 'DECIMAL(10,3)', 'Price of the home team.'),
    column('draw_odds', 'DECIMAL(10,3)', 'Price of the draw.'),
    column('away_odds', 'DECIMAL(10,3)', 'Price of the away team.'),
  ],
};

/** Every gold table of the lake. Each is made by the file of its name in sql/gold. */
export const goldTables: readonly LakeTable[] = [
  perTeam('recent_form', 'Recent form of both teams of a match (FEAT-5).', recentForm),
  perTeam('long_form', 'Goals, shots and corners of both teams over their last fifteen matches.', longForm),
  perTeam(
    'season_form',
    'Points and goal difference a game of both teams in the season so far, and in the one before.',
    seasonForm,
  ),
  perTeam('rest_days', 'Days since the last match of both teams.', restDays),
  perMatch('head_to_head', 'Earlier meetings of the two teams (FEAT-6).', headToHead),
  perMatch('odds_features', 'The bookmakers at the cutoff (FEAT-7), and the exchange beside them.', [
    ...oddsFeatures,
    ...exchangePrices,
  ]),
  perMatch('elo', 'Ratings of both teams at the cutoff, by results, goals and shots.', bothSides(rating)),
  perMatch('league_rates', "What the league's matches have been like up to the cutoff.", leagueRates),
  perMatch(
    'filled_features',
    'The form of both teams with its gaps filled by what was known at the cutoff, and which were.',
    [...bothSides(fillableForm), ...fills],
  ),
  matchResults,
  marketPrices,
  matchFeatures,
];
