import type { ApiServer } from './api-server.js';
import type { ApiDeps } from './deps.js';
import { healthRoutes } from './routes/health.js';
import { matchRoutes } from './routes/matches.js';
import { metricsRoutes } from './routes/metrics.js';
import { modelRoutes } from './routes/models.js';
import { predictionRoutes } from './routes/predictions.js';

/** Every route of the API. */
export function addRoutes(app: ApiServer, deps: ApiDeps): void {
  for (const add of [
    healthRoutes,
    metricsRoutes,
    matchRoutes,
    predictionRoutes,
    modelRoutes,
  ])
    add(app, deps);
}
