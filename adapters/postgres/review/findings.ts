import type pg from 'pg';
import type { ReviewDecision, ReviewedFinding, ReviewStatus } from '../../../schemas/records/review.js';
import type { Narrowed, Row } from '../row.js';

const columns = `f.id, f.table_name as table, f.record_id as "recordId", f.error_type as "errorType", f.field, f.status,
  f.released, f.handled_by as "handledBy", f.handled_at as "handledAt", f.resolution_notes as notes,
  coalesce(c.process_status, p.process_status, r.process_status) as "processStatus"`;
const source = `data_quality_logs f
  left join raw_match_data r on r.id = f.record_id and f.table_name not in ('teams', 'raw_odds_data')
  left join raw_scores_data c on c.id = f.raw_score_id
  left join lateral (
    select o.process_status from raw_odds_data o where f.table_name = 'raw_odds_data' and o.id = f.record_id
  ) as p on true`;

/** The findings with these ids, by id; ids of no finding are left out. */
export async function readFindings(
  client: pg.ClientBase,
  ids: readonly number[],
): Promise<ReviewedFinding[]> {
  const { rows } = await client.query<
    Row<{
      id: 'data_quality_logs.id';
      table: 'data_quality_logs.table_name';
      recordId: 'data_quality_logs.record_id';
      errorType: 'data_quality_logs.error_type';
      field: 'data_quality_logs.field';
      status: Narrowed<'data_quality_logs.status', ReviewStatus>;
      released: 'data_quality_logs.released';
      handledBy: 'data_quality_logs.handled_by';
      handledAt: 'data_quality_logs.handled_at';
      notes: 'data_quality_logs.resolution_notes';
      processStatus: 'raw_match_data.process_status' | null;
    }>
  >(`select ${columns} from ${source} where f.id = any($1::bigint[]) order by f.id`, [ids]);
  return rows;
}

/**
 * Keeps refine and other reviewers away from these findings until the transaction ends. Payloads come before findings and both in the order
 * of ids, as refine takes them, so that nobody waits in a circle.
 */
export async function lockFindings(client: pg.ClientBase, ids: readonly number[]): Promise<void> {
  await client.query(
    `select r.id from raw_match_data r
     where r.id in (
       select f.record_id from data_quality_logs f
       where f.id = any($1::bigint[]) and f.table_name not in ('teams', 'raw_odds_data'))
     order by r.id for no key update of r`,
    [ids],
  );
  await client.query(
    `select r.id from raw_odds_data r
     where r.id in (
       select f.record_id from data_quality_logs f where f.id = any($1::bigint[]) and f.table_name = 'raw_odds_data')
     order by r.id for no key update of r`,
    [ids],
  );
  await client.query(
    `select f.id from data_quality_logs f where f.id = any($1::bigint[]) order by f.id for no key update of f`,
    [ids],
  );
}

/** A finding on its way to another state. */
export interface Move {
  readonly finding: ReviewedFinding;
  readonly to: ReviewStatus;
  readonly released: boolean;
  readonly details: Readonly<Record<string, unknown>> | null;
}

/** Moves locked findings and writes who moved them, when and why. */
export async function moveFindings(
  client: pg.ClientBase,
  moves: readonly Move[],
  { action, by, why }: ReviewDecision,
): Promise<void> {
  await client.query(
    `with moves as (
       select * from unnest($1::bigint[], $2::text[], $3::text[], $4::boolean[], $5::text[])
         as m (id, from_status, to_status, released, details)
     ), moved as (
       update data_quality_logs f
       set status = m.to_status, released = m.released, handled_by = $7, handled_at = now(), resolution_notes = $8,
         updated_at = now()
       from moves m where f.id = m.id
     )
     insert into review_transitions (finding_id, action, from_status, to_status, by, why, details)
     select id, $6, from_status, to_status, $7, $8, details::jsonb from moves order by id`,
    [
      moves.map(({ finding }) => finding.id),
      moves.map(({ finding }) => finding.status),
      moves.map(({ to }) => to),
      moves.map(({ released }) => released),
      moves.map(({ details }) => (details === null ? null : JSON.stringify(details))),
      action,
      by,
      why,
    ],
  );
}

/** Sets locked payloads to pending, so that refine tells the histories of their matches anew. Returns how many. */
export async function refinePayloadsAgain(client: pg.ClientBase, rawIds: readonly number[]): Promise<number> {
  const { rowCount } = await client.query(
    `update raw_match_data set process_status = 'pending', processed = false, process_error = null
     where id = any($1::bigint[])`,
    [rawIds],
  );
  return rowCount ?? 0;
}

/**
 * Sends what an edition says, or no longer says, to refine: its payloads, and the latest payload of each match that its file ever had.
 * @param findingIds of doubts about editions
 */
export async function refineEditionsAgain(
  client: pg.ClientBase,
  findingIds: readonly number[],
): Promise<number> {
  if (findingIds.length === 0) return 0;
  const { rowCount } = await client.query(
    `with doubted as materialized (
       select id, data_source, uri from source_editions where doubt_finding_id = any($1::bigint[])
     ), told as materialized (
       select distinct r.data_source, r.external_match_id
       from (select distinct data_source, uri from doubted) as f
       join source_editions e using (data_source, uri)
       join edition_rows m on m.edition_id = e.id
       join raw_match_data r on r.id = m.raw_id
       where r.external_match_id is not null
     ), again as (
       select m.raw_id as id from doubted d join edition_rows m on m.edition_id = d.id
       union
       select max(r.id) from told join raw_match_data r using (data_source, external_match_id)
       where r.match_time is not null
       group by r.data_source, r.external_match_id
     ), locked as (
       select r.id from raw_match_data r join again using (id)
       where r.match_time is not null order by r.id for no key update of r
     )
     update raw_match_data r set process_status = 'pending', processed = false, process_error = null
     from locked where r.id = locked.id`,
    [findingIds],
  );
  return rowCount ?? 0;
}

/** The same for payloads of `raw_odds_data`. */
export async function refinePricesAgain(client: pg.ClientBase, rawIds: readonly number[]): Promise<number> {
  if (rawIds.length === 0) return 0;
  const { rowCount } = await client.query(
    `update raw_odds_data set process_status = 'pending', processed = false, process_error = null
     where id = any($1::bigint[])`,
    [rawIds],
  );
  return rowCount ?? 0;
}
