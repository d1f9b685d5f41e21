import type pg from 'pg';
import type { Computed, Row } from './row.js';

/** Rows that are kept for a time only: the table, the column that says from when, and for how long. */
const keptForATime = [
  { table: 'constraint_violations', column: 'occurred_at', keep: '90 days' },
  // By when the row was made: the instants of a simulated season lie anywhere. An account outlives the spends of its day.
  { table: 'provider_spends', column: 'created_at', keep: '30 days' },
  { table: 'provider_skips', column: 'created_at', keep: '30 days' },
  { table: 'provider_plans', column: 'created_at', keep: '31 days' },
  { table: 'provider_accounts', column: 'created_at', keep: '31 days' },
  { table: 'provider_health', column: 'created_at', keep: '30 days' },
  { table: 'lineage_events', column: 'created_at', keep: '90 days' },
  { table: 'served_feature_vectors', column: 'created_at', keep: '30 days' },
  { table: 'price_news', column: 'updated_at', keep: '7 days' },
  { table: 'refined_batches', column: 'created_at', keep: '7 days' },
  // With what each found; the expectations stay.
  { table: 'checkpoint_store', column: 'created_at', keep: '90 days' },
] as const;

export interface Removed {
  readonly table: string;
  readonly rows: number;
}

/** Removes what has outlived its time. */
export async function removeTemporaryData(pool: pg.Pool): Promise<Removed[]> {
  const removed: Removed[] = [];
  for (const { table, column, keep } of keptForATime) {
    const { rowCount } = await pool.query(
      `delete from ${table} where ${column} < now() - interval '${keep}'`,
    );
    removed.push({ table, rows: rowCount ?? 0 });
  }
  return removed;
}

/** Compares every privilege with those last seen, and notes in `permission_history` what came and went (ROLE-7). */
export async function notePrivileges(pool: pg.Pool): Promise<void> {
  await pool.query('select record_permissions()');
}

/**
 * Clears dead rows away and refreshes the planner's statistics of every table and materialised view, partitions with their table:
 * Postgres by itself never does the second for a partitioned table as a whole. A table that somebody has locked is left
 * out. Returns how many.
 */
export async function vacuumAndAnalyze(pool: pg.Pool, report: (table: string) => void): Promise<number> {
  const { rows } = await pool.query<Row<{ name: Computed<string> }>>(
    `select format('%I', relname) as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'm') and not relispartition
     order by relname`,
  );
  for (const { name } of rows) {
    report(name);
    await pool.query(`vacuum (analyze, skip_locked) ${name}`);
  }
  return rows.length;
}
