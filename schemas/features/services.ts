import type { FeatureService, ServiceReference } from './feature-view.js';

const form = [
  'recent_5_wins',
  'recent_5_draws',
  'recent_5_losses',
  'recent_5_goals_for',
  'recent_5_goals_against',
  'recent_5_points',
  'recent_5_home_wins',
  'recent_5_away_wins',
];
const bothSides = (features: readonly string[]): ServiceReference[] =>
  (['home', 'away'] as const).map((role) => ({
    ...{ view: 'team_recent_performance', version: 1, role, features: [...features] },
  }));
const meetings: ServiceReference = {
  ...{ view: 'historical_matchup', version: 1 },
  features: ['h2h_total_matches', 'h2h_home_wins', 'h2h_away_wins', 'h2h_draws'],
};
const prices: ServiceReference = {
  ...{ view: 'odds_features', version: 1 },
  features: [
    ...['home_odds_avg', 'draw_odds_avg', 'away_odds_avg', 'home_implied_probability'],
    ...['draw_implied_probability', 'away_implied_probability', 'bookmaker_consensus', 'bookmaker_count'],
  ],
};

/** The services as they are declared now (FEAT-9). */
export const featureServices: readonly FeatureService[] = [
  {
    ...{ name: 'match_prediction', version: 1, askedAt: 'before_kickoff' },
    description: 'Who wins a match, an hour before kick-off.',
    references: [...bothSides(form), meetings, prices],
  },
  {
    ...{ name: 'goals_prediction', version: 1, askedAt: 'before_kickoff' },
    description: 'How many goals a match has, an hour before kick-off.',
    references: [
      ...bothSides(['recent_5_goals_for', 'recent_5_goals_against']),
      { view: 'match_features', version: 1, features: ['total_goals_expected', 'home_win_probability'] },
    ],
  },
  {
    ...{ name: 'live_prediction', version: 1, askedAt: 'half_time' },
    description: 'Who wins a match, at half-time.',
    references: [
      { view: 'half_time_scores', version: 1, features: ['home_ht_score', 'away_ht_score'] },
      {
        ...{ view: 'closing_prices', version: 1 },
        features: ['closing_home_odds', 'closing_draw_odds', 'closing_away_odds'],
      },
      { view: 'ratings', version: 1, features: ['home_elo', 'away_elo'] },
    ],
  },
];
