import { reachingPostgres } from '../../adapters/postgres/away.js';
import { listCheckpoints } from '../../adapters/postgres/checkpoints.js';
import { listFixtures } from '../../adapters/postgres/fixtures.js';
import { issuesOfLastDay } from '../../adapters/postgres/review/statistics.js';
import { readNewestPredictions } from '../../adapters/postgres/told-predictions.js';
import { Dashboard } from '../../schemas/api/datasets.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import { overallTable } from '../../schemas/records/checkpoint.js';
import { toIso } from '../../schemas/values.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { houseHealth } from '../health/house-health.js';
import { predictionDocument } from '../predictions/documents.js';
import { soon } from '../soon.js';
import { fixtureLine } from './matches.js';

const dayMs = 86_400_000;
const mostMatches = 500;

/** API-8: the day at a glance. What is away of all but Postgres stands in `system_health`. */
export function dashboardRoutes(app: ApiServer, deps: ApiDeps): void {
  const { pool } = deps.databases.reader;
  const health = houseHealth(deps);

  app.get(
    '/data/dashboard/data',
    {
      ...soon,
      config: { access: 'reader' },
      schema: {
        tags: ['dashboard'],
        operationId: 'readDashboard',
        summary: "Today's matches and predictions, how good the data are, and how the house does",
        response: { 200: envelopeOf(Dashboard) },
      },
    },
    async () => {
      const from = new Date(Math.floor(deps.now() / dayMs) * dayMs);
      const until = new Date(from.getTime() + dayMs);
      const [fixtures, [check], issues, system_health] = await reachingPostgres(() =>
        Promise.all([
          listFixtures(pool, { from, until, limit: mostMatches }),
          listCheckpoints(pool, { table: overallTable, kind: 'check', limit: 1 }),
          issuesOfLastDay(pool),
          health.all(),
        ]),
      );
      const predictions = await readNewestPredictions(
        pool,
        fixtures.map(({ matchId }) => matchId),
      );
      return told({
        today_matches: fixtures.map(fixtureLine),
        predictions: [...predictions.values()].map(predictionDocument),
        data_quality: {
          overall_score: check?.scores[overallTable] ?? null,
          checked_at: check === undefined ? null : toIso(check.runAt),
          issues_24h: issues.map(({ type, table, issues: found }) => ({ type, table, issues: found })),
        },
        system_health,
      });
    },
  );
}
