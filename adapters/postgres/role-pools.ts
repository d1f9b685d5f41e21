import { openDatabase, type OpenDatabase } from './open-database.js';
import { byRole, databaseRoles, sessionName, type ByRole, type RoleUrls } from './roles.js';

export interface RolePoolOptions {
  /** Names this process, with the role, in pg_stat_activity. */
  readonly processName: string;
  /** Connections that each of the pools may hold. */
  readonly max: number;
  /** As of {@link openDatabase}. */
  readonly patienceMs?: number;
  /** Told when a connection breaks that nobody is waiting on. The pool replaces it by itself. */
  readonly onConnectionLost?: (error: Error) => void;
}

/** A pool for each role of one process: code asks for the role that it needs. */
export interface RolePools extends ByRole<OpenDatabase> {
  close(): Promise<void>;
}

/**
 * Opens them. Nothing connects yet. The writer's keeps one connection open once it has one, so that a process which only
 * waits can be seen in pg_stat_activity.
 */
export function openRolePools(
  urls: RoleUrls,
  { processName, max, patienceMs, onConnectionLost }: RolePoolOptions,
): RolePools {
  const pools = byRole((role) =>
    openDatabase(urls[role], {
      applicationName: sessionName(role, processName),
      max,
      min: role === 'writer' ? 1 : 0,
      ...(patienceMs === undefined ? {} : { patienceMs }),
      ...(onConnectionLost === undefined ? {} : { onConnectionLost }),
    }),
  );
  return {
    ...pools,
    close: async () => {
      await Promise.all(databaseRoles.map((role) => pools[role].db.destroy()));
    },
  };
}

/** How many connections each pool holds at present. */
export const connectionsHeld = (pools: ByRole<OpenDatabase>): ByRole<number> =>
  byRole((role) => pools[role].pool.totalCount);
