import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import { Health, type DependencyHealth } from '../../schemas/api/health.js';
import type { ApiDeps } from '../deps.js';
import { errorBehind } from '../problems.js';
import type { ApiServer } from '../api-server.js';

/** A dependency that says nothing for so long is away. */
const patienceMs = 1_500;

/** Asks a dependency how it does; never throws. */
export async function checkDependency(
  name: string,
  ask: () => Promise<DependencyHealth['server_info'] | undefined>,
): Promise<DependencyHealth> {
  const began = performance.now();
  const took = () => Math.round((performance.now() - began) * 100) / 100;
  const waiting = new AbortController();
  try {
    const silent = sleep(patienceMs, undefined, { signal: waiting.signal }).then(() => {
      throw new Error('no answer');
    });
    const info = await Promise.race([ask(), silent]);
    return {
      ...{ healthy: true, message: `${name} answers`, response_time_ms: took() },
      ...(info === undefined ? {} : { server_info: info }),
    };
  } catch (error) {
    const reason = errorBehind(error)?.name ?? 'no answer';
    return { healthy: false, message: `${name} does not answer`, error: reason, response_time_ms: took() };
  } finally {
    waiting.abort();
  }
}

/** API-14: whether the process lives, whether it can answer, and how what it depends on does. */
export function healthRoutes(app: ApiServer, deps: ApiDeps): void {
  const look = async (): Promise<Health> => {
    const [postgres, temporal] = await Promise.all([
      checkDependency('Postgres', async () => {
        const { rows } = await deps.databases.reader.pool.query<{ server_version: string }>(
          'show server_version',
        );
        return { version: rows[0]?.server_version ?? 'unknown' };
      }),
      checkDependency('Temporal', async () => {
        const client = await deps.temporal();
        const { serverVersion } = await client.workflowService.getSystemInfo({});
        return { version: serverVersion };
      }),
    ]);
    const checks = { postgres, temporal };
    const healthy = Object.values(checks).every((check) => check.healthy);
    return { status: healthy ? 'healthy' : 'unhealthy', checks };
  };

  app.get(
    '/health/live',
    {
      config: { access: 'public' },
      schema: {
        tags: ['health'],
        summary: 'Whether the process lives',
        response: { 200: envelopeOf(z.object({ status: z.literal('alive') })) },
      },
    },
    () => told({ status: 'alive' as const }),
  );
  for (const [url, summary] of [
    ['/health', 'How everything does that this depends on'],
    ['/health/ready', 'Whether requests can be answered'],
  ] as const) {
    app.get(
      url,
      {
        config: { access: 'public' },
        schema: { tags: ['health'], summary, response: { 200: envelopeOf(Health), 503: envelopeOf(Health) } },
      },
      async (_, reply) => {
        const health = await look();
        return reply.code(health.status === 'healthy' ? 200 : 503).send(told(health));
      },
    );
  }
}
