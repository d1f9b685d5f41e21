import { InvariantBroken } from '../errors.js';
import { viewId, type FeatureService, type Role, type ServiceReference } from './feature-view.js';
import { featureViews } from './views.js';

/** All that a view tells, in its order. What was released keeps what its version told then. */
function allOf(view: string, version: number, role?: Role): ServiceReference {
  const found = featureViews.find((one) => one.name === view && one.version === version);
  if (found === undefined)
    throw new InvariantBroken(`No view is declared as ${viewId({ name: view, version })}`, { object: view });
  const features = found.features.map(({ name }) => name);
  return { view, version, ...(role === undefined ? {} : { role }), features };
}

const sides = ['home', 'away'] as const;
const form = 'team_recent_performance';

/** What the model of who wins is served from: every feature that it reads is in this one, so that a prediction reads one vector. */
export const modelService = 'match_prediction_v2';

/** The services as they are declared now (FEAT-9). */
export const featureServices: readonly FeatureService[] = [
  {
    ...{ name: 'match_prediction', version: 1, askedAt: 'before_kickoff' },
    description: 'Who wins a match, an hour before kick-off.',
    references: [
      ...sides.map((role) => allOf(form, 1, role)),
      {
        ...{ view: 'historical_matchup', version: 1 },
        features: ['h2h_total_matches', 'h2h_home_wins', 'h2h_away_wins', 'h2h_draws'],
      },
      allOf('odds_features', 1),
    ],
  },
  {
    ...{ name: 'match_prediction', version: 2, askedAt: 'before_kickoff' },
    description: 'Who wins a match, an hour before kick-off: all that the model reads, in one vector.',
    references: [allOf('model_inputs', 1)],
  },
  {
    ...{ name: 'goals_prediction', version: 1, askedAt: 'before_kickoff' },
    description: 'How many goals a match has, an hour before kick-off.',
    references: [
      ...sides.map((role) => ({
        ...{ view: form, version: 1, role },
        features: ['recent_5_goals_for', 'recent_5_goals_against'],
      })),
      { view: 'match_features', version: 1, features: ['total_goals_expected', 'home_win_probability'] },
    ],
  },
  {
    ...{ name: 'live_prediction', version: 1, askedAt: 'half_time' },
    description: 'Who wins a match, at half-time.',
    references: [
      allOf('half_time_scores', 1),
      allOf('closing_prices', 1),
      { view: 'ratings', version: 1, features: ['home_elo', 'away_elo'] },
    ],
  },
];
