import type pg from 'pg';

/** A place at which transactions of others stand until it is opened. */
export interface Gate {
  /** Resolves when some stand at it. */
  reached(): Promise<void>;
  /** Opens it. Resolves when the transactions that had reached it have ended. */
  open(): Promise<void>;
}

/** Whoever is about to write to a table stands still; reading goes on. */
export const closeTable = (pool: pg.Pool, table: string): Promise<Gate> =>
  close(pool, `lock table ${table} in exclusive mode`);

const atCommit = `hashtextextended('gate at commit', 0)`;

/**
 * Whoever has added rows to a table stands still in its COMMIT: all is written and nobody sees it. Once the gate is open the commit goes
 * through, also where its process is gone. Leaves a trigger behind.
 */
export async function closeCommits(pool: pg.Pool, table: string): Promise<Gate> {
  await pool.query(
    `create function stand_at_commit() returns trigger language plpgsql as
       $$ begin perform pg_advisory_xact_lock_shared(${atCommit}); return null; end $$;
     create constraint trigger tr_stand_at_commit after insert on ${table}
       deferrable initially deferred for each row execute function stand_at_commit()`,
  );
  return close(pool, `select pg_advisory_xact_lock(${atCommit})`);
}

async function close(pool: pg.Pool, lock: string): Promise<Gate> {
  const keeper = await pool.connect();
  await keeper.query('begin');
  await keeper.query(lock);
  const { rows } = await keeper.query<{ pid: number }>('select pg_backend_pid() as pid');
  const standing = async (): Promise<string[]> =>
    (
      await pool.query<{ transaction: string }>(
        `select pid || ' ' || xact_start as transaction from pg_stat_activity
         where backend_type = 'client backend' and $1 = any(pg_blocking_pids(pid))`,
        [rows[0]?.pid],
      )
    ).rows.map(({ transaction }) => transaction);
  const running = async (transactions: readonly string[]): Promise<number> =>
    (
      await pool.query(`select from pg_stat_activity where pid || ' ' || xact_start = any($1::text[])`, [
        transactions,
      ])
    ).rowCount ?? 0;
  let arrived: readonly string[] = [];
  return {
    async reached() {
      do arrived = await standing();
      while (arrived.length === 0);
    },
    async open() {
      await keeper.query('commit');
      keeper.release();
      while ((await running(arrived)) > 0);
    },
  };
}
