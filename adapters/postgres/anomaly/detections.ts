import type pg from 'pg';
import type {
  AnomalousRecord,
  AnomalyMethod,
  AnomalySeverity,
  AnomalyType,
  WatchedTable,
} from '../../../schemas/records/anomaly.js';
import type { ReviewStatus } from '../../../schemas/records/review.js';
import type { Instant } from '../../../schemas/values.js';
import type { Computed, Narrowed, Row } from '../row.js';

/** Of a method that found much, so many rows are kept with what was off; of the others what names them, so that none is told again. */
const mostRecords = 500;

/** What a method found, with the rows or the columns it is about. */
export interface FoundAnomalies {
  readonly method: AnomalyMethod;
  readonly anomalyType: AnomalyType;
  readonly severity: AnomalySeverity;
  readonly score: number;
  readonly tested: number;
  readonly anomalous: number;
  readonly skipped: number;
  /** The worst first. */
  readonly records: readonly AnomalousRecord[];
  readonly features: readonly object[];
}

/** The run in which something was found, and what it looked at. */
export interface DetectionRun {
  readonly runId: string;
  readonly table: WatchedTable;
  readonly from: Instant;
  readonly to: Instant;
}

const nameOf = ({
  id,
  matchId,
  dataSource,
  bookmaker,
  collectedAt,
  recordedAt,
  result,
}: AnomalousRecord) => ({
  ...{ id, matchId, dataSource, bookmaker, collectedAt, recordedAt, result },
});

/** Keeps what a method found, and returns its id. `findingId` is null where nothing asks for a person. */
export async function storeDetection(
  client: pg.ClientBase,
  { runId, table, from, to }: DetectionRun,
  found: FoundAnomalies,
  findingId: number | null,
): Promise<number> {
  const records = found.records.slice(0, mostRecords);
  const beyond = found.records.slice(mostRecords).map(nameOf);
  const { rows } = await client.query<Row<{ id: 'anomaly_detections.id' }>>(
    `insert into anomaly_detections (run_id, table_name, method, anomaly_type, severity, score, tested_count, anomalous_count,
       skipped_count, anomalous_records, details, window_from, window_to, detected_at, finding_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14) returning id`,
    [
      ...[runId, table, found.method, found.anomalyType, found.severity, found.score],
      ...[found.tested, found.anomalous, found.skipped, found.records.map(({ id }) => id)],
      JSON.stringify({ records, beyond, features: found.features }),
      ...[new Date(from), new Date(to), findingId],
    ],
  );
  return rows[0]?.id ?? NaN;
}

/** What asks for a person: one finding a run and type of anomaly, of no payload, so that a rebuild leaves it. Returns its id. */
export async function storeAnomalyFinding(
  client: pg.ClientBase,
  { runId, table, from, to }: DetectionRun,
  {
    anomalyType,
    severity,
    methods,
    message,
  }: {
    readonly anomalyType: AnomalyType;
    readonly severity: AnomalySeverity;
    readonly methods: readonly AnomalyMethod[];
    readonly message: string;
  },
): Promise<number> {
  const window = { from: new Date(from), to: new Date(to) };
  const { rows } = await client.query<Row<{ id: 'data_quality_logs.id' }>>(
    `insert into data_quality_logs (table_name, error_type, severity, field, error_data, error_message, requires_manual_review, finding_key)
     values ('anomaly_detections', $1, $2, $3, $4, $5, true,
       sha256(convert_to(concat_ws('/', 'anomaly', $6::text, $7::text, $8::text), 'UTF8')))
     returning id`,
    [
      anomalyType,
      severity,
      table,
      JSON.stringify({ table, methods, window, runId }),
      message,
      runId,
      table,
      anomalyType,
    ],
  );
  return rows[0]?.id ?? NaN;
}

interface DetectionColumns {
  readonly id: 'anomaly_detections.id';
  readonly runId: 'anomaly_detections.run_id';
  readonly table: Narrowed<'anomaly_detections.table_name', WatchedTable>;
  readonly method: Narrowed<'anomaly_detections.method', AnomalyMethod>;
  readonly anomalyType: Narrowed<'anomaly_detections.anomaly_type', AnomalyType>;
  readonly severity: Narrowed<'anomaly_detections.severity', AnomalySeverity>;
  readonly score: 'anomaly_detections.score';
  readonly tested: 'anomaly_detections.tested_count';
  readonly anomalous: 'anomaly_detections.anomalous_count';
  readonly skipped: 'anomaly_detections.skipped_count';
  readonly from: 'anomaly_detections.window_from';
  readonly to: 'anomaly_detections.window_to';
  readonly detectedAt: 'anomaly_detections.detected_at';
  readonly findingId: 'anomaly_detections.finding_id';
  /** Of the finding, where there is one. */
  readonly status: Computed<ReviewStatus | null>;
  readonly handledBy: 'data_quality_logs.handled_by' | null;
  readonly notes: 'data_quality_logs.resolution_notes' | null;
}

/** A detection as it is told. */
export type StoredDetection = Row<DetectionColumns>;

interface DetailedColumns extends DetectionColumns {
  readonly details: 'anomaly_detections.details';
}

/** A detection with its rows and columns. */
export type DetailedDetection = Row<DetailedColumns>;

const detectionColumns = `d.id, d.run_id as "runId", d.table_name as table, d.method, d.anomaly_type as "anomalyType", d.severity, d.score,
  d.tested_count as tested, d.anomalous_count as anomalous, d.skipped_count as skipped, d.window_from as from, d.window_to as to,
  d.detected_at as "detectedAt", d.finding_id as "findingId", f.status, f.handled_by as "handledBy", f.resolution_notes as notes`;
const detectionSource = `anomaly_detections d left join data_quality_logs f on f.id = d.finding_id`;

/** Which detections are meant. */
export interface DetectionFilter {
  readonly table: WatchedTable | undefined;
  readonly severity: AnomalySeverity | undefined;
  readonly limit: number;
}

/** The detections that found something, the newest first. */
export async function listDetections(
  client: pg.Pool | pg.ClientBase,
  { table, severity, limit }: DetectionFilter,
): Promise<readonly DetailedDetection[]> {
  const { rows } = await client.query<Row<DetailedColumns>>(
    `select ${detectionColumns}, d.details from ${detectionSource}
     where d.anomalous_count > 0 and ($1::text is null or d.table_name = $1) and ($2::text is null or d.severity = $2)
     order by d.detected_at desc, d.id desc limit $3`,
    [table ?? null, severity ?? null, limit],
  );
  return rows;
}

/** The detections of these ids, in their order. */
export async function readDetections(
  client: pg.Pool | pg.ClientBase,
  ids: readonly number[],
): Promise<readonly DetailedDetection[]> {
  const { rows } = await client.query<Row<DetailedColumns>>(
    `select ${detectionColumns}, d.details from ${detectionSource} where d.id = any($1::bigint[]) order by d.id`,
    [ids],
  );
  return rows;
}

/** The detections that a run has kept of a table: none where it has not come to its end. */
export async function detectionsOfRun(
  client: pg.ClientBase,
  { runId, table }: Pick<DetectionRun, 'runId' | 'table'>,
): Promise<readonly StoredDetection[]> {
  const { rows } = await client.query<Row<DetectionColumns>>(
    `select ${detectionColumns} from ${detectionSource} where d.run_id = $1 and d.table_name = $2 order by d.id`,
    [runId, table],
  );
  return rows;
}
