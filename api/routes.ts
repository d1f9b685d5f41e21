import type { ApiServer } from './api-server.js';
import type { ApiDeps } from './deps.js';
import { consoleRoutes } from './console/routes.js';
import { anomalyRoutes } from './routes/anomalies.js';
import { calculateFeatureRoutes } from './routes/calculate-features.js';
import { dashboardRoutes } from './routes/dashboard.js';
import { datasetRoutes } from './routes/datasets.js';
import { frameRoutes } from './routes/frames.js';
import { healthRoutes } from './routes/health.js';
import { jobRoutes } from './routes/jobs.js';
import { matchFeatureRoutes } from './routes/match-features.js';
import { matchRoute } from './routes/match.js';
import { matchRoutes } from './routes/matches.js';
import { metricsRoutes } from './routes/metrics.js';
import { modelRoutes } from './routes/models.js';
import { onlineFeatureRoutes } from './routes/online-features.js';
import { predictionRoutes } from './routes/predictions.js';
import { provenanceRoutes } from './routes/provenance.js';
import { reviewRoutes } from './routes/reviews.js';
import { runRoutes } from './routes/runs.js';
import { scheduleRoutes } from './routes/schedules.js';
import { servingRoutes } from './routes/serving.js';
import { teamFeatureRoutes } from './routes/team-features.js';

/** Every route of the API. */
export function addRoutes(app: ApiServer, deps: ApiDeps): void {
  const groups = [
    ...[healthRoutes, metricsRoutes, matchRoutes, matchRoute],
    ...[onlineFeatureRoutes, frameRoutes, matchFeatureRoutes, teamFeatureRoutes, calculateFeatureRoutes],
    ...[predictionRoutes, provenanceRoutes, modelRoutes, anomalyRoutes],
    ...[datasetRoutes, dashboardRoutes, scheduleRoutes, runRoutes, jobRoutes],
    ...[reviewRoutes, servingRoutes, consoleRoutes],
  ];
  for (const add of groups) add(app, deps);
}
