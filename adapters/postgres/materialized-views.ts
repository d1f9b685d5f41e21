import type pg from 'pg';
import { MaterializedView, type RefreshedView } from '../../schemas/jobs/database-maintenance.js';
import type { Computed, Row } from './row.js';
import { inTransaction } from './transaction.js';

/** The materialised views, in the order in which they are refreshed. */
export const materializedViews = MaterializedView.options;

/** Views may be refreshed side by side; whoever holds refreshes waits for those that go on and keeps others out. */
const refreshes = `hashtextextended('touchline.refreshes', 2)`;

/** Waits until no view is being refreshed, and lets none begin until the transaction ends. */
export async function holdRefreshes(client: pg.ClientBase): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(${refreshes})`);
}

/**
 * Brings a view up to date beside its readers, who see the old rows until the new ones are there, and notes when and
 * how long. A second refresh of the same view at the same time waits for the first.
 */
export async function refreshMaterializedView(pool: pg.Pool, view: MaterializedView): Promise<RefreshedView> {
  return await inTransaction(pool, async ({ client }) => {
    await client.query(`select pg_advisory_xact_lock_shared(${refreshes})`);
    const startedAt = performance.now();
    await client.query(`refresh materialized view concurrently ${view}`);
    const tookMs = Math.round(performance.now() - startedAt);
    const { rows } = await client.query<Row<{ rows: Computed<number> }>>(
      `with noted as (
         insert into materialized_view_refreshes (view_name, refreshed_at, took_ms) values ($1, clock_timestamp(), $2)
         on conflict (view_name) do update set refreshed_at = excluded.refreshed_at, took_ms = excluded.took_ms
       )
       select count(*) as rows from ${view}`,
      [view, tookMs],
    );
    return { view, rows: rows[0]?.rows ?? 0, tookMs };
  });
}

interface MaterializedViewColumns {
  readonly view: Computed<MaterializedView>;
  readonly bytes: Computed<number>;
  readonly rows: Computed<number>;
  /** Null where it was never refreshed: it is as the migration made it. */
  readonly refreshedAt: 'materialized_view_refreshes.refreshed_at' | null;
  readonly tookMs: 'materialized_view_refreshes.took_ms' | null;
}

/** Size, rows and last refresh of each view. */
export async function describeMaterializedViews(pool: pg.Pool): Promise<Row<MaterializedViewColumns>[]> {
  const { rows } = await pool.query<Row<MaterializedViewColumns>>(
    materializedViews
      .map(
        (view) =>
          `select '${view}' as view, pg_total_relation_size('${view}') as bytes, (select count(*) from ${view}) as rows,
             r.refreshed_at as "refreshedAt", r.took_ms as "tookMs"
           from (select) as one left join materialized_view_refreshes r on r.view_name = '${view}'`,
      )
      .join(' union all '),
  );
  return rows;
}
