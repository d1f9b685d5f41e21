import type pg from 'pg';
import type { Computed, Row } from './row.js';

/** Notes that gold is that of a snapshot of silver, after a build from it has ended. */
export async function noteGoldInput(
  pool: pg.Pool,
  { snapshot, runId }: { readonly snapshot: number; readonly runId: string },
): Promise<void> {
  await pool.query(
    'insert into gold_inputs (snapshot, run_id) values ($1, $2) on conflict (snapshot) do nothing',
    [snapshot, runId],
  );
}

/** The newest snapshot of silver that gold was built from, whether or not its rows changed by that; undefined where none was noted. */
export async function newestGoldInput(pool: pg.Pool): Promise<number | undefined> {
  const { rows } = await pool.query<Row<{ snapshot: Computed<number | null> }>>(
    'select max(snapshot) as snapshot from gold_inputs',
  );
  return rows[0]?.snapshot ?? undefined;
}
