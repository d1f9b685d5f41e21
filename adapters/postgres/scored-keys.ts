import type pg from 'pg';
import type { Computed, Row } from './row.js';

/** Matches of a feed of scores that were told something which refine has not seen: known ones, and those that nobody has told of. */
export interface ScoredMatches {
  readonly known: number;
  readonly unknown: number;
}

/**
 * Sends the keys of all pending scores of a source to refine, by the latest payload of each; a score of a match that nobody has told of yet
 * is held until its id is known. It goes by the scores that are there, not by what one run stored, so that a run that was killed between
 * storing and this loses nothing. In a transaction of its own: refine locks payloads first and scores second.
 */
export async function refineScoredKeys(client: pg.ClientBase, dataSource: string): Promise<ScoredMatches> {
  const known = await client.query<Row<{ count: Computed<number> }>>(
    `with scored as materialized (
       select distinct external_match_id as source_id from raw_scores_data
       where data_source = $1 and process_status = 'pending'
     ), latest as (
       select max(r.id) as id
       from scored s
       join source_match_ids i on i.data_source = $1 and i.source_id = s.source_id
       join raw_match_data r
         on r.data_source = $1 and r.external_match_id = i.external_match_id and r.match_time is not null
       group by r.external_match_id
     ), locked as (
       select r.id from raw_match_data r join latest using (id) order by r.id for no key update of r
     ), sent as (
       update raw_match_data r set processed = false, process_status = 'pending', process_error = null
       from locked where r.id = locked.id
     )
     select count(*) as count from locked`,
    [dataSource],
  );
  const unknown = await client.query<Row<{ count: Computed<number> }>>(
    `with locked as (
       select s.id from raw_scores_data s
       where s.data_source = $1 and s.process_status = 'pending' and not exists (
         select from source_match_ids i where i.data_source = s.data_source and i.source_id = s.external_match_id)
       order by s.id for no key update of s
     ), held as (
       update raw_scores_data s set process_status = 'held', process_error = 'match: nothing is known of the match yet'
       from locked where s.id = locked.id and s.process_status = 'pending'
       returning s.external_match_id
     )
     select count(distinct external_match_id) as count from held`,
    [dataSource],
  );
  return { known: known.rows[0]?.count ?? 0, unknown: unknown.rows[0]?.count ?? 0 };
}

/** Sets the scores that waited for these ids of the source to be known to pending. */
export async function awaitedScores(
  client: pg.ClientBase,
  dataSource: string,
  sourceIds: readonly string[],
): Promise<void> {
  if (sourceIds.length === 0) return;
  await client.query(
    `with locked as (
       select id from raw_scores_data
       where data_source = $1 and external_match_id = any($2::text[]) and process_status = 'held'
       order by id for no key update
     )
     update raw_scores_data s set process_status = 'pending', process_error = null
     from locked where s.id = locked.id`,
    [dataSource, sourceIds],
  );
}
