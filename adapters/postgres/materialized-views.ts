import type pg from 'pg';
import { reachingPostgres } from './away.js';

/** The materialised views, in the order in which they are refreshed. */
export const materializedViews = ['mv_team_recent_performance', 'mv_odds_trends'] as const;
export type MaterializedView = (typeof materializedViews)[number];

export interface Refreshed {
  readonly view: MaterializedView;
  readonly rows: number;
  readonly tookMs: number;
}

/**
 * Brings a view up to date beside its readers, who see the old rows until the new ones are there, and notes when and
 * how long. A second refresh of the same view at the same time waits for the first.
 */
export async function refreshMaterializedView(pool: pg.Pool, view: MaterializedView): Promise<Refreshed> {
  return await reachingPostgres(async () => {
    const startedAt = performance.now();
    await pool.query(`refresh materialized view concurrently ${view}`);
    const tookMs = Math.round(performance.now() - startedAt);
    const { rows } = await pool.query<{ rows: number }>(
      `with noted as (
         insert into materialized_view_refreshes (view_name, refreshed_at, took_ms) values ($1, now(), $2)
         on conflict (view_name) do update set refreshed_at = excluded.refreshed_at, took_ms = excluded.took_ms
       )
       select count(*) as rows from ${view}`,
      [view, tookMs],
    );
    return { view, rows: rows[0]?.rows ?? 0, tookMs };
  });
}

export interface MaterializedViewInfo {
  readonly view: MaterializedView;
  readonly bytes: number;
  readonly rows: number;
  /** Null where it was never refreshed: it is as the migration made it. */
  readonly refreshedAt: Date | null;
  readonly tookMs: number | null;
}

/** Size, rows and last refresh of each view. */
export async function describeMaterializedViews(pool: pg.Pool): Promise<MaterializedViewInfo[]> {
  const { rows } = await pool.query<MaterializedViewInfo>(
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
