import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withTableLocks } from '../../../adapters/lake/table-locks.js';
import { openDatabase } from '../../../adapters/postgres/open-database.js';
import { DependencyAway } from '../../../schemas/errors.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';

let postgres: TestPostgres;
let pool: pg.Pool;

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(() => {
  ({ pool } = openDatabase(postgres.url, { applicationName: 'locks', max: 6 }));
});
afterEach(() => pool.end());

/** A promise and the function that keeps it. */
function signal(): { readonly given: Promise<void>; give(): void } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

const locks = async (state: 'held' | 'awaited'): Promise<number> => {
  const { rows } = await pool.query<{ n: number }>(
    `select count(*)::int as n from pg_locks where locktype = 'advisory' and granted = $1`,
    [state === 'held'],
  );
  return rows[0]?.n ?? -1;
};

describe('the locks of lake tables', () => {
  it('let one writer in at a time, and the next when it has ended', async () => {
    const told: string[] = [];
    const mayEnd = signal();
    const holds = signal();
    const first = withTableLocks(pool, ['silver.odds'], async () => {
      told.push('first in');
      holds.give();
      await mayEnd.given;
      told.push('first out');
    });
    await holds.given;
    const second = withTableLocks(pool, ['silver.odds'], () => {
      told.push('second in');
      return Promise.resolve();
    });
    await expect.poll(() => locks('awaited')).toBe(1);
    mayEnd.give();
    await Promise.all([first, second]);
    expect(told).toEqual(['first in', 'first out', 'second in']);
  });

  it('of different tables are no obstacle to each other', async () => {
    const inside = await withTableLocks(pool, ['silver.odds'], () =>
      withTableLocks(pool, ['gold.elo'], () => locks('held')),
    );
    expect(inside).toBe(2);
  });

  it('are taken in one order, so that writers who name them in another never wait for each other', async () => {
    const rounds = Array.from({ length: 10 }, (_, round) => round);
    const done = await Promise.all(
      rounds.map((round) =>
        withTableLocks(pool, round % 2 === 0 ? ['a', 'b', 'c'] : ['c', 'b', 'a'], () =>
          Promise.resolve(round),
        ),
      ),
    );
    expect(done).toEqual(rounds);
  });

  it('are given back where the work fails, with its error', async () => {
    await expect(
      withTableLocks(pool, ['silver.odds'], () => Promise.reject(new Error('No'))),
    ).rejects.toThrow('No');
    await expect.poll(() => locks('held')).toBe(0);
  });

  it('say when they are held no more, and leave the process alive', async () => {
    await withTableLocks(pool, ['silver.odds'], async (held) => {
      await held.assertHeld();
      await pool.query(
        `select pg_terminate_backend(pid, 5000) from pg_locks where locktype = 'advisory' and granted`,
      );
      await expect(held.assertHeld()).rejects.toThrow(DependencyAway);
    });
    expect(await withTableLocks(pool, ['silver.odds'], () => locks('held'))).toBe(1);
  });
});
