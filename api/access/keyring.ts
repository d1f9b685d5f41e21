import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { hashOfKey, livingKeys, type LivingKey } from '../../adapters/postgres/api-keys.js';

/** So long a key that was made or revoked may go unnoticed, the wait for Postgres included. */
const freshMs = 4_500;
/** Who asks does not wait longer for keys that are known already: Postgres may hang. */
const waitMs = 400;
/** While it does not answer, nobody waits for it again so soon. */
const leaveAloneMs = 1_000;

/** The keys that give rights, at hand. */
export interface Keyring {
  /** Whether any key gives rights. Throws what Postgres throws where the keys were never read. */
  hasAny(): Promise<boolean>;
  /** The key of that text, if it is one that gives rights now. */
  find(key: string): Promise<LivingKey | undefined>;
}

/** Keeps the living keys in memory, and reads them again before they are five seconds old. While Postgres is away or hangs, those of before go on giving rights. */
export function openKeyring(pool: pg.Pool, now: () => number): Keyring {
  let held: { readonly byHash: ReadonlyMap<string, LivingKey>; readonly readAt: number } | undefined;
  let reading: Promise<void> | undefined;
  let waitAgainAt = 0;

  const read = (): Promise<void> =>
    (reading ??= livingKeys(pool)
      .then((keys) => {
        held = { byHash: new Map(keys.map((key) => [key.hash, key])), readAt: performance.now() };
        waitAgainAt = 0;
      })
      .finally(() => {
        reading = undefined;
      }));

  const readAnew = async (): Promise<void> => {
    const isRead = read().then(
      () => true,
      () => false,
    );
    if (performance.now() < waitAgainAt) return;
    if (await Promise.race([isRead, sleep(waitMs, false)])) return;
    waitAgainAt = performance.now() + leaveAloneMs;
  };

  const current = async (): Promise<ReadonlyMap<string, LivingKey>> => {
    if (held === undefined) await read();
    else if (performance.now() - held.readAt > freshMs) await readAnew();
    return held?.byHash ?? new Map();
  };

  return {
    hasAny: async () => (await current()).size > 0,
    async find(key) {
      const found = (await current()).get(hashOfKey(key));
      return found?.expiresAt != null && found.expiresAt.getTime() <= now() ? undefined : found;
    },
  };
}
