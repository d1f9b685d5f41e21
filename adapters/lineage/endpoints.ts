import type { Dataset } from '../../schemas/lineage.js';
import { bronze, gold, lake, models, online, silver } from './datasets.js';

const ofMatches = silver('matches', 'match_registry', 'leagues', 'teams', 'fixture_revisions');
const features = lake('gold', 'match_features');
const predicted = [...gold('predictions', 'prediction_keys'), ...models('football_baseline_model')];

/** Which datasets an endpoint of the HTTP API answers from. Those of jobs, schedules, keys and health tell of the house and are left out. */
export const endpointDatasets: Readonly<Record<string, readonly Dataset[]>> = {
  '/api/v1/matches': ofMatches,
  '/api/v1/matches/:match_id': [...ofMatches, ...silver('match_statistics')],
  '/api/v1/matches/:match_id/prices': [...ofMatches, ...silver('odds', 'odds_last_seen', 'quarantines')],
  '/api/v1/features/:match_id': [...features, ...gold('features')],
  '/api/v1/features/historical/:match_id': features,
  '/api/v1/features/calculate/:match_id': features,
  '/api/v1/features/batch/calculate': features,
  '/api/v1/features/frame': features,
  '/api/v1/features/teams/:team_id': [...features, ...silver('teams')],
  '/api/v1/features/online': online('features'),
  '/api/v1/predictions': [...predicted, ...ofMatches],
  '/api/v1/predictions/:match_id': [...predicted, ...features, ...ofMatches],
  '/api/v1/predictions/:match_id/provenance': [
    ...predicted,
    ...features,
    ...bronze('raw_match_data', 'source_editions'),
  ],
  '/api/v1/models/active': models('football_baseline_model'),
  '/api/v1/models/metrics': [
    ...models('football_baseline_model', 'evaluation_reports'),
    ...gold('predictions'),
  ],
  '/api/v1/models/versions': models('football_baseline_model'),
  '/api/v1/models/versions/:version': models('football_baseline_model'),
};
