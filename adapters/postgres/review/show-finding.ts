import type pg from 'pg';
import type { QueuedFinding } from './queue.js';

/** One move of a finding. */
export interface Transition {
  readonly action: string;
  readonly from: string;
  readonly to: string;
  readonly by: string;
  readonly why: string;
  readonly at: Date;
  readonly details: unknown;
}

/** Where a payload stands in the files that carried it. */
export interface FileLine {
  readonly file: string;
  readonly edition: number;
  readonly line: number;
  readonly editionTime: Date;
}

/** A finding with all that is known of it. */
export interface ShownFinding extends QueuedFinding {
  readonly field: string | null;
  readonly released: boolean;
  readonly requiresReview: boolean;
  readonly data: unknown;
  /** The payload as it came; null for a finding about no payload. */
  readonly payload: {
    readonly id: number;
    readonly status: string;
    readonly error: string | null;
    readonly raw: Readonly<Record<string, unknown>>;
    readonly lines: readonly FileLine[];
  } | null;
  readonly transitions: readonly Transition[];
}

type FindingRow = Omit<ShownFinding, 'payload' | 'transitions'> & {
  readonly rawId: number | null;
  readonly processStatus: string;
  readonly processError: string | null;
  readonly raw: Readonly<Record<string, unknown>>;
};

/** Everything about one finding, or undefined where there is none of this id. */
export async function showFinding(pool: pg.Pool, id: number): Promise<ShownFinding | undefined> {
  const { rows } = await pool.query<FindingRow>(
    `select q.id, q.error_type as type, q.table_name as table, q.severity, q.status, q.handled_by as "handledBy",
       q.data_source as source, q.league, q.season, q.bookmaker, q.external_match_id as key,
       q.error_message as message, q.detected_at as "detectedAt", q.field, q.released,
       q.requires_manual_review as "requiresReview", q.error_data as data, r.id as "rawId",
       r.process_status as "processStatus", r.process_error as "processError", r.raw_data as raw
     from v_findings q left join raw_match_data r on r.id = q.record_id and q.table_name <> 'teams'
     where q.id = $1`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { rawId, processStatus, processError, raw, ...finding } = row;
  return {
    ...finding,
    payload:
      rawId === null
        ? null
        : { id: rawId, status: processStatus, error: processError, raw, lines: await linesOf(pool, rawId) },
    transitions: await transitionsOf(pool, id),
  };
}

async function linesOf(pool: pg.Pool, rawId: number): Promise<FileLine[]> {
  const { rows } = await pool.query<FileLine>(
    `select e.uri as file, e.edition_no as edition, m.row_no as line, e.edition_time as "editionTime"
     from edition_rows m join source_editions e on e.id = m.edition_id
     where m.raw_id = $1 order by e.id, m.row_no`,
    [rawId],
  );
  return rows;
}

async function transitionsOf(pool: pg.Pool, id: number): Promise<Transition[]> {
  const { rows } = await pool.query<Transition>(
    `select action, from_status as from, to_status as to, by, why, at, details
     from review_transitions where finding_id = $1 order by id`,
    [id],
  );
  return rows;
}
