import type { ApiServer } from './api-server.js';
import type { ApiDeps } from './deps.js';
import { frameRoutes } from './routes/frames.js';
import { healthRoutes } from './routes/health.js';
import { matchRoute } from './routes/match.js';
import { matchRoutes } from './routes/matches.js';
import { metricsRoutes } from './routes/metrics.js';
import { onlineFeatureRoutes } from './routes/online-features.js';

/** Every route of the API. */
export function addRoutes(app: ApiServer, deps: ApiDeps): void {
  for (const add of [healthRoutes, metricsRoutes, matchRoutes, matchRoute, onlineFeatureRoutes, frameRoutes])
    add(app, deps);
}
