import { z } from 'zod';
import { readLooks } from '../../adapters/postgres/anomaly/looks.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import { AnomalyHealth, Health } from '../../schemas/api/health.js';
import { WatchedTable } from '../../schemas/records/anomaly.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { houseHealth } from '../health/house-health.js';

const tags = ['health'];
/** Whoever watches a process has no key, and asks as often as it likes. */
const open = { config: { access: 'public', rateLimit: false } } as const;
const codeOf = ({ status }: Health) => (status === 'healthy' ? 200 : 503);

/** API-14: whether the process lives, whether it can answer, and how what it depends on does. */
export function healthRoutes(app: ApiServer, deps: ApiDeps): void {
  const house = houseHealth(deps);

  app.get(
    '/health/live',
    {
      ...open,
      schema: {
        tags,
        operationId: 'isAlive',
        summary: 'Whether the process lives',
        response: { 200: envelopeOf(z.object({ status: z.literal('alive') })) },
      },
    },
    () => told({ status: 'alive' as const }),
  );

  for (const [url, operationId, look, summary] of [
    ['/health', 'readHealth', house.all, 'How everything does that this depends on'],
    [
      '/health/ready',
      'isReady',
      house.needed,
      'Whether requests can be answered: without Temporal, Redis or the lake most can',
    ],
  ] as const) {
    app.get(
      url,
      {
        ...open,
        schema: {
          tags,
          operationId,
          summary,
          response: { 200: envelopeOf(Health), 503: envelopeOf(Health) },
        },
      },
      async (_, reply) => {
        const health = await look();
        return reply.code(codeOf(health)).send(told(health));
      },
    );
  }

  app.get(
    '/health/anomaly-detection',
    {
      ...open,
      schema: {
        tags,
        operationId: 'readDetectionHealth',
        summary: 'How the detection of anomalies does, and up to when each table was looked at',
        response: { 200: envelopeOf(AnomalyHealth), 503: envelopeOf(AnomalyHealth) },
      },
    },
    async (_, reply) => {
      const [health, looks] = await Promise.all([
        house.ofDetection(),
        // What keeps it from being read stands among the checks.
        readLooks(deps.databases.reader.pool).catch(() => undefined),
      ]);
      const tables =
        looks === undefined
          ? []
          : WatchedTable.options.map((table_name) => ({
              table_name,
              detected_until: looks.get(table_name)?.toISOString() ?? null,
            }));
      return reply.code(codeOf(health)).send(told({ ...health, tables }));
    },
  );
}
