import { reachingPostgres } from '../../adapters/postgres/away.js';
import { reachingTemporal } from '../../adapters/temporal/away.js';
import type { DependencyHealth, Health } from '../../schemas/api/health.js';
import type { ApiDeps } from '../deps.js';
import { checkDependency, oneAtATime } from './check-dependency.js';

type HealthDeps = Pick<ApiDeps, 'databases' | 'temporal' | 'redis' | 'lake'>;
type Checks = Readonly<Record<string, () => Promise<DependencyHealth>>>;

/** How what a process depends on does. */
export interface HouseHealth {
  /** Everything. */
  readonly all: () => Promise<Health>;
  /** What no request can be answered without. */
  readonly needed: () => Promise<Health>;
  /** What looks for anomalies needs. */
  readonly ofDetection: () => Promise<Health>;
}

async function healthOf(checks: Checks): Promise<Health> {
  const looked = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await check()] as const),
  );
  const healthy = looked.every(([, check]) => check.healthy);
  return { status: healthy ? 'healthy' : 'unhealthy', checks: Object.fromEntries(looked) };
}

/**
 * Looks after what a process depends on. Matches and prices are in Postgres, so nothing is answered without it; Temporal takes jobs, Redis saves
 * time, and the lake's catalogue is in Postgres.
 */
export function houseHealth({ databases, temporal, redis, lake }: HealthDeps): HouseHealth {
  const asking = (name: string, ask: () => Promise<DependencyHealth['server_info']>) => {
    const once = oneAtATime(ask);
    return () => checkDependency(name, once);
  };
  const postgres = asking('Postgres', async () => {
    const { rows } = await reachingPostgres(() =>
      databases.reader.pool.query<{ server_version: string }>('show server_version'),
    );
    return { version: rows[0]?.server_version ?? 'unknown' };
  });
  const temporalServer = asking('Temporal', async () => {
    const { serverVersion } = await reachingTemporal(temporal, (client) =>
      client.workflowService.getSystemInfo({}),
    );
    return { version: serverVersion };
  });
  const lakeReader = asking('The lake', async () => {
    const [newest] = await lake.snapshots();
    return newest === undefined ? {} : { snapshot: newest.id };
  });
  const needed = { postgres };
  const detecting = { ...needed, temporal: temporalServer };
  const all = {
    ...detecting,
    ...(redis === null ? {} : { redis: asking('Redis', async () => ({ ...(await redis()) })) }),
    lake: lakeReader,
  };
  return {
    all: () => healthOf(all),
    needed: () => healthOf(needed),
    ofDetection: () => healthOf(detecting),
  };
}
