import type { ApiServer } from './api-server.js';
import type { ApiDeps } from './deps.js';
import { healthRoutes } from './routes/health.js';
import { matchRoute } from './routes/match.js';
import { matchRoutes } from './routes/matches.js';
import { metricsRoutes } from './routes/metrics.js';

/** Every route of the API. */
export function addRoutes(app: ApiServer, deps: ApiDeps): void {
  for (const add of [healthRoutes, metricsRoutes, matchRoutes, matchRoute]) add(app, deps);
}
