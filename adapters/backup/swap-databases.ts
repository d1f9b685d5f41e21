import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DependencyAway } from '../../schemas/errors.js';
import type { Computed, Row } from '../postgres/row.js';
import { onServer } from './on-server.js';

/** Two databases of one server that change places. */
export interface Swap {
  /** The name under which everybody connects. */
  readonly production: string;
  /** The database that takes that name. */
  readonly incoming: string;
  /** The name that the database which had it keeps. */
  readonly kept: string;
}

/** What was reached on the way. Nothing of it counts before `committed`. */
export type SwapStep = 'locked' | 'renamed-old' | 'renamed-new' | 'committed';

/** Told of each step; the next one waits for it. */
export type SwapReport = (step: SwapStep) => Promise<void> | void;

const objectInUse = '55006';
const attempts = 6;
const endEveryMs = 50;

/**
 * Gives the incoming database the name of production, and production the name that is kept, in one transaction: whatever dies on the way, the
 * server has either both names as they were or both as they will be. Renaming locks a database against newcomers and then waits five
 * seconds for its sessions to end: another connection ends them meanwhile, so that clients that connect again at once cannot hinder it.
 *
 * Throws {@link DependencyAway} where sessions cannot be ended (a prepared transaction, another owner's): nothing was changed.
 */
export async function swapDatabases(
  url: string,
  swap: Swap,
  report: SwapReport = () => undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await attemptSwap(url, swap, report);
      return;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError && error.code === objectInUse)) throw error;
      if (attempt < attempts) continue;
      throw new DependencyAway(
        `The sessions of a database do not end: ${error.message}${error.detail === undefined ? '' : ` (${error.detail})`}`,
        {
          object: swap.production,
          advice:
            'Nothing was changed. Look for prepared transactions (pg_prepared_xacts), then restore again.',
        },
        error,
      );
    }
  }
}

/** Takes a swap back: production is again what it was, and what had taken its place has the name that it came with. */
export const undoSwap = (url: string, { production, incoming, kept }: Swap): Promise<void> =>
  swapDatabases(url, { production, incoming: kept, kept: incoming });

async function attemptSwap(
  url: string,
  { production, incoming, kept }: Swap,
  report: SwapReport,
): Promise<void> {
  const stop = new AbortController();
  const ending = endSessions(url, [production, incoming], stop.signal);
  try {
    await onServer(url, async (client) => {
      await client.query('begin');
      await report('locked');
      await client.query(rename(production, kept));
      await report('renamed-old');
      await client.query(rename(incoming, production));
      await report('renamed-new');
      await client.query('commit');
    });
  } finally {
    stop.abort();
    await ending;
  }
  await report('committed');
}

const rename = (from: string, to: string): string =>
  `alter database ${pg.escapeIdentifier(from)} rename to ${pg.escapeIdentifier(to)}`;

/** Ends the sessions of databases until it is told to stop. */
async function endSessions(url: string, databases: readonly string[], stop: AbortSignal): Promise<void> {
  await onServer(url, async (client) => {
    while (!stop.aborted) {
      await client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = any($1) and pid <> pg_backend_pid()',
        [databases],
      );
      await sleep(endEveryMs, undefined, { signal: stop }).catch(() => undefined);
    }
  });
}

/** Which database, by the number that it keeps through every renaming, has which name. */
export async function databaseIds(url: string): Promise<ReadonlyMap<string, number>> {
  return await onServer(url, async (client) => {
    const { rows } = await client.query<Row<{ name: Computed<string>; id: Computed<string> }>>(
      'select datname::text as name, oid::text as id from pg_database',
    );
    return new Map(rows.map(({ name, id }) => [name, Number(id)]));
  });
}

/** Makes an empty database. What a killed restore left under its name goes first. */
export async function makeDatabase(url: string, name: string): Promise<void> {
  await dropDatabase(url, name);
  await onServer(url, (client) =>
    client.query(`create database ${pg.escapeIdentifier(name)} template template0`),
  );
}

/** Removes a database with its sessions, where there is one. */
export async function dropDatabase(url: string, name: string): Promise<void> {
  await onServer(url, (client) =>
    client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`),
  );
}
