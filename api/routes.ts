import type { ApiServer } from './api-server.js';
import type { ApiDeps } from './deps.js';
import { calculateFeatureRoutes } from './routes/calculate-features.js';
import { frameRoutes } from './routes/frames.js';
import { healthRoutes } from './routes/health.js';
import { matchFeatureRoutes } from './routes/match-features.js';
import { matchRoute } from './routes/match.js';
import { matchRoutes } from './routes/matches.js';
import { metricsRoutes } from './routes/metrics.js';
import { onlineFeatureRoutes } from './routes/online-features.js';
import { provenanceRoutes } from './routes/provenance.js';
import { teamFeatureRoutes } from './routes/team-features.js';

/** Every route of the API. */
export function addRoutes(app: ApiServer, deps: ApiDeps): void {
  const groups = [
    ...[healthRoutes, metricsRoutes, matchRoutes, matchRoute],
    ...[onlineFeatureRoutes, frameRoutes, matchFeatureRoutes, teamFeatureRoutes, calculateFeatureRoutes],
    provenanceRoutes,
  ];
  for (const add of groups) add(app, deps);
}
