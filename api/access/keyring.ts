import type pg from 'pg';
import { hashOfKey, livingKeys, type LivingKey } from '../../adapters/postgres/api-keys.js';

/** So long a key that was made or revoked may go unnoticed. */
const freshMs = 5_000;

/** The keys that give rights, at hand. */
export interface Keyring {
  /** Whether any key gives rights. Throws what Postgres throws where the keys were never read. */
  hasAny(): Promise<boolean>;
  /** The key of that text, if it is one that gives rights now. */
  find(key: string): Promise<LivingKey | undefined>;
}

/** Keeps the living keys in memory, and reads them again once they are five seconds old. While Postgres is away, those of before go on giving rights. */
export function openKeyring(pool: pg.Pool, now: () => number): Keyring {
  let held: { readonly byHash: ReadonlyMap<string, LivingKey>; readonly readAt: number } | undefined;
  let reading: Promise<void> | undefined;

  const read = (): Promise<void> =>
    (reading ??= livingKeys(pool)
      .then((keys) => {
        held = { byHash: new Map(keys.map((key) => [key.hash, key])), readAt: performance.now() };
      })
      .finally(() => {
        reading = undefined;
      }));

  const current = async (): Promise<ReadonlyMap<string, LivingKey>> => {
    if (held === undefined || performance.now() - held.readAt > freshMs) {
      await read().catch((error: unknown) => {
        if (held === undefined) throw error;
      });
    }
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
