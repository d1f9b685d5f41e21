import type pg from 'pg';
import type { Computed, Row } from '../row.js';

/**
 * Predictions of the matches that a merge folded which were in the lake alone by then: there they keep the match they were archived
 * under. A prediction's key stays in Postgres when the prediction goes.
 */
export async function archivedBeforeMerge(client: pg.ClientBase, mergeId: number): Promise<number> {
  return await count(
    client,
    `select count(*) filter (where table_name = 'prediction_keys') - count(*) filter (where table_name = 'predictions') as n
     from team_merge_changes where merge_id = $1`,
    mergeId,
  );
}

/** Predictions that a merge gave another match and that went to the lake since: undoing the merge does not reach them. */
export async function archivedSinceMerge(client: pg.ClientBase, mergeId: number): Promise<number> {
  return await count(
    client,
    `select count(*) as n from team_merge_changes c
     where c.merge_id = $1 and c.table_name = 'predictions' and not exists (
       select from predictions p
       where p.id = (c.before ->> 'id')::bigint and p.created_at = (c.before ->> 'created_at')::timestamptz)`,
    mergeId,
  );
}

async function count(client: pg.ClientBase, query: string, mergeId: number): Promise<number> {
  const { rows } = await client.query<Row<{ n: Computed<number> }>>(query, [mergeId]);
  return rows[0]?.n ?? 0;
}
