import type pg from 'pg';

/** Small tables that are published whole are marked with this month. */
export const wholeTable = `date '1970-01-01'`;

/** The month of an instant's column, as partitions and marks have it. */
export const monthOf = (column: string): string => `date_trunc('month', ${column} at time zone 'UTC')::date`;

/**
 * Marks what the transaction noted in `touched_months` for publishing; its last step, so that marks are locked briefly. A month
 * marked again gets a new version: publish then knows that it read too early.
 */
export async function markTouchedMonths(client: pg.ClientBase): Promise<void> {
  await client.query(
    `insert into lake_dirty_partitions as mark (table_name, month)
     select distinct table_name, month from touched_months order by table_name, month
     on conflict (table_name, month) do update set version = mark.version + 1, marked_at = now()`,
  );
}
