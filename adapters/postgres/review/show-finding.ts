import type pg from 'pg';
import type { JsonObject } from '../database.js';
import type { Column, Narrowed, Present, Row } from '../row.js';
import type { QueuedFindingColumns } from './queue.js';

/** One move of a finding. */
interface TransitionColumns {
  readonly action: 'review_transitions.action';
  readonly from: 'review_transitions.from_status';
  readonly to: 'review_transitions.to_status';
  readonly by: 'review_transitions.by';
  readonly why: 'review_transitions.why';
  readonly at: 'review_transitions.at';
  readonly details: 'review_transitions.details';
}

/** Where a payload stands in the files that carried it. */
interface FileLineColumns {
  readonly file: 'source_editions.uri';
  readonly edition: 'source_editions.edition_no';
  readonly line: 'edition_rows.row_no';
  readonly editionTime: 'source_editions.edition_time';
}

interface FindingColumns extends QueuedFindingColumns {
  readonly field: 'v_findings.field';
  readonly released: Present<'v_findings.released'>;
  readonly requiresReview: Present<'v_findings.requires_manual_review'>;
  readonly data: 'v_findings.error_data';
}

/** The payload that a finding is about; all null where it is about none. */
interface PayloadColumns {
  readonly rawId: 'raw_match_data.id' | null;
  readonly processStatus: 'raw_match_data.process_status' | null;
  readonly processError: 'raw_match_data.process_error' | null;
  readonly raw: Narrowed<'raw_match_data.raw_data', JsonObject> | null;
}

/** A finding with all that is known of it. */
export interface ShownFinding extends Row<FindingColumns> {
  /** The payload as it came; null for a finding about no payload. */
  readonly payload: {
    readonly id: Column<'raw_match_data.id'>;
    readonly status: Column<'raw_match_data.process_status'>;
    readonly error: Column<'raw_match_data.process_error'>;
    readonly raw: JsonObject;
    readonly lines: readonly Row<FileLineColumns>[];
  } | null;
  readonly transitions: readonly Row<TransitionColumns>[];
}

/** Everything about one finding, or undefined where there is none of this id. */
export async function showFinding(pool: pg.Pool, id: number): Promise<ShownFinding | undefined> {
  const { rows } = await pool.query<Row<FindingColumns & PayloadColumns>>(
    `select q.id, q.error_type as type, q.table_name as table, q.severity, q.status, q.handled_by as "handledBy",
       q.data_source as source, q.league, q.season, q.bookmaker, q.external_match_id as key,
       q.error_message as message, q.detected_at as "detectedAt", q.field, q.released,
       q.requires_manual_review as "requiresReview", q.error_data as data, r.id as "rawId",
       r.process_status as "processStatus", r.process_error as "processError", r.raw_data as raw
     from v_findings q left join raw_match_data r on r.id = q.record_id and q.table_name not in ('teams', 'raw_odds_data')
     where q.id = $1`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { rawId, processStatus, processError, raw, ...finding } = row;
  return {
    ...finding,
    payload:
      rawId === null || processStatus === null || raw === null
        ? null
        : { id: rawId, status: processStatus, error: processError, raw, lines: await linesOf(pool, rawId) },
    transitions: await transitionsOf(pool, id),
  };
}

async function linesOf(pool: pg.Pool, rawId: number): Promise<Row<FileLineColumns>[]> {
  const { rows } = await pool.query<Row<FileLineColumns>>(
    `select e.uri as file, e.edition_no as edition, m.row_no as line, e.edition_time as "editionTime"
     from edition_rows m join source_editions e on e.id = m.edition_id
     where m.raw_id = $1 order by e.id, m.row_no`,
    [rawId],
  );
  return rows;
}

async function transitionsOf(pool: pg.Pool, id: number): Promise<Row<TransitionColumns>[]> {
  const { rows } = await pool.query<Row<TransitionColumns>>(
    `select action, from_status as from, to_status as to, by, why, at, details
     from review_transitions where finding_id = $1 order by id`,
    [id],
  );
  return rows;
}
