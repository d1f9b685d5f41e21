import os from 'node:os';
import pg from 'pg';
import { z } from 'zod';
import { BadInput } from '../../schemas/errors.js';
import { reachingPostgres } from './away.js';
import type { RolePools } from './role-pools.js';
import { databaseRoles, roleName, type DatabaseRole } from './roles.js';

/** What DuckDB holds beside the pools, for each Postgres that it has attached. */
const connectionsOfDuckDb = 4;

/** The most connections that a worker holds: a pool a role, the lake's reader, and where it writes the lake its three attachments. */
export const connectionsOfWorker = (poolSize: number, queues: readonly string[]): number =>
  databaseRoles.length * poolSize + connectionsOfDuckDb * (queues.includes('lake') ? 4 : 1);

/** The most connections that a process of the API holds: a pool a role, the lake's reader, and the one that hears of writes. */
export const connectionsOfApi = (poolSize: number): number => connectionsOfWorker(poolSize, []) + 1;

/** A process's name in pg_stat_activity, with the connections that it may come to hold: others count them in. */
export const nameWithBudget = (name: string, connections: number): string =>
  `${name}@${os.hostname().slice(0, 12)}:${process.pid} of ${connections}`;

/** Wrong password, no such role, not a member of it, no entry for it in pg_hba.conf. */
const noLogin = new Set(['28P01', '28000', '22023', '42501']);

async function logIn(pools: RolePools, role: DatabaseRole): Promise<void> {
  try {
    await pools[role].pool.query('select 1');
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && noLogin.has(error.code ?? ''))) throw error;
    throw new BadInput(
      `Postgres lets nobody work as ${roleName(role)}: ${error.message}`,
      {
        setting: `DATABASE_${role.toUpperCase()}_PASSWORD`,
        advice:
          'Correct the password. Where the database was never prepared, touchline up does it as the user of DATABASE_URL.',
      },
      error,
    );
  }
}

const Budget = z.object({ available: z.number(), promised: z.number(), processes: z.number() });

/**
 * Adds up what this process and the others that are connected may come to hold, by the names of their sessions, against what
 * the server has for ordinary users. A process whose own session is open is counted: of two that start at once, the later sees
 * both. Also proves that each role can log in.
 *
 * Throws {@link BadInput} where it is too much, DependencyAway where Postgres is away.
 */
export async function checkConnections(pools: RolePools): Promise<void> {
  await reachingPostgres(async () => {
    for (const role of databaseRoles) await logIn(pools, role);
    const { rows } = await pools.writer.pool.query(
      `with promises as (
         select distinct on (process) process, connections
         from pg_stat_activity,
           lateral (select (regexp_match(application_name, '^touchline \\w+ (.+) of (\\d+)$'))[1] as process,
             (regexp_match(application_name, '^touchline \\w+ (.+) of (\\d+)$'))[2]::integer as connections) as said
         where process is not null
       )
       select coalesce(sum(connections), 0)::integer as promised, count(*)::integer as processes,
         current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
           - coalesce(current_setting('reserved_connections', true)::integer, 0) as available
       from promises`,
    );
    const { available, promised, processes } = Budget.parse(rows[0]);
    if (promised <= available) return;
    throw new BadInput(
      `${processes} processes of Touchline may come to hold ${promised} connections, and Postgres has ${available} for them`,
      {
        setting: 'DATABASE_POOL_SIZE',
        advice: 'Lower it, run fewer workers, or raise max_connections of Postgres.',
      },
    );
  });
}
