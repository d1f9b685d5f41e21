import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { openDatabase } from '../postgres/open-database.js';
import { versionsOfNotice, versionsSince, writesChannel } from '../postgres/write-versions.js';
import { rememberedSeconds, type KnownWrites } from './known-writes.js';

export interface FollowWritesOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly known: KnownWrites;
  readonly log: { warn(message: string): void; info(message: string): void };
}

/** A connection that hears nothing may be one that is dead. */
const lookEveryMs = 1_000;
const patienceMs = 2_000;
const again = 500;

/**
 * Hears of every commit that writes what a cache tells of, over a connection of its own, and first of all that an entry which is still kept may have missed. While it cannot hear, what is known
 * is said to be behind. The promise is there once it has heard, or could not.
 */
export async function followWrites({
  url,
  applicationName,
  known,
  log,
}: FollowWritesOptions): Promise<{ close(): Promise<void> }> {
  const database = openDatabase(url, { applicationName, max: 1, patienceMs });
  const ended = new AbortController();
  let isAway = false;
  const isOver = (): boolean => ended.signal.aborted;

  /** Until the connection breaks, or hangs. */
  async function listen(heard: () => void): Promise<void> {
    const client: pg.PoolClient = await database.pool.connect();
    let broken: Error | undefined;
    const onBroken = (error: Error): void => {
      broken = error;
      known.setCurrent('behind');
    };
    const onNotice = ({ payload }: pg.Notification): void => {
      if (payload !== undefined) known.learn(versionsOfNotice(payload));
    };
    client.on('error', onBroken);
    client.on('notification', onNotice);
    try {
      await client.query(`listen ${writesChannel}`);
      // After LISTEN: what is committed meanwhile is heard or read, or both.
      known.learn(await versionsSince(client, rememberedSeconds));
      known.setCurrent('current');
      heard();
      while (broken === undefined) {
        await sleep(lookEveryMs, undefined, { signal: ended.signal });
        await client.query('select 1');
      }
    } finally {
      known.setCurrent('behind');
      client.off('error', onBroken);
      client.off('notification', onNotice);
      // It listens still: nobody else is to have it.
      client.release(true);
    }
  }

  async function follow(heard: () => void): Promise<void> {
    while (!isOver()) {
      try {
        await listen(() => {
          if (isAway) log.info('The cache hears of writes again');
          isAway = false;
          heard();
        });
      } catch (error) {
        if (isOver()) return;
        if (!isAway) log.warn(`The cache does not hear of writes, and is not used: ${String(error)}`);
        isAway = true;
      }
      heard();
      await sleep(again, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }

  let following: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve) => {
    following = follow(resolve);
  });
  return {
    async close() {
      ended.abort();
      await following;
      await database.db.destroy();
    },
  };
}
