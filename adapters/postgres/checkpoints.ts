import type pg from 'pg';
import { z } from 'zod';
import {
  CheckpointKind,
  Scores,
  type Checkpoint,
  type CheckpointLine,
  type StoredCheckpoint,
  type StoredValidation,
} from '../../schemas/records/checkpoint.js';
import type { Validation } from '../../schemas/records/validation.js';
import { BasicAnomalies } from '../../schemas/records/basic-anomalies.js';
import { Freshness } from '../../schemas/records/freshness.js';
import { columnsOf } from '../../schemas/tables/expectations.js';
import { qualifiedName } from '../../schemas/tables/lake-table.js';
import { instant } from '../../schemas/values.js';
import { jsonText } from './json-text.js';
import type { Narrowed, Row } from './row.js';
import { inTransaction } from './transaction.js';

/** An expectation as JSON holds it: another table by its name. */
const declarationOf = (expectation: Validation['expectation']): object =>
  'table' in expectation ? { ...expectation, table: qualifiedName(expectation.table) } : expectation;

/** Keeps a run of suites with all that it found, and each expectation that was not kept yet (QUAL-6). Returns its id. */
export async function storeCheckpoint(pool: pg.Pool, checkpoint: Checkpoint): Promise<number> {
  const found = checkpoint.results.flatMap(({ suite, table, validations }) =>
    validations.map(({ expectation, evaluated, unexpected, examples }) => ({
      ...{ table, suite, type: expectation.type, columns: columnsOf(expectation), evaluated, unexpected },
      ...{ weight: expectation.weight, says: expectation.says, declaration: declarationOf(expectation) },
      examples,
    })),
  );
  const placed = found.map((one, place) => ({ ...one, place }));
  return inTransaction(pool, async ({ client }) => {
    await client.query(
      `insert into expectations_store (table_name, suite_name, expectation_type, column_names, declaration, weight, says)
       select f."table", f.suite, f.type, f.columns, f.declaration, f.weight, f.says
       from jsonb_to_recordset($1) as f ("table" text, suite text, type text, columns text[], declaration jsonb, weight text, says text)
       on conflict do nothing`,
      [jsonText(found)],
    );
    const { rows } = await client.query<Row<{ id: 'checkpoint_store.id' }>>(
      `insert into checkpoint_store (kind, run_id, snapshot, run_at, execution_time, rows_judged, overall_success_rate, scores,
         held_back, freshness, anomalies)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10::jsonb, 'null'), nullif($11::jsonb, 'null')) returning id`,
      [
        ...[checkpoint.kind, checkpoint.runId, checkpoint.snapshot, new Date(checkpoint.runAt)],
        ...[checkpoint.executionTime, checkpoint.rowsJudged, checkpoint.overallSuccessRate],
        ...[jsonText(checkpoint.scores), checkpoint.heldBack, jsonText(checkpoint.freshness)],
        jsonText(checkpoint.anomalies),
      ],
    );
    const id = rows[0]?.id ?? NaN;
    await client.query(
      `insert into validations_store (checkpoint_id, expectation_id, evaluated, unexpected, examples)
       select $2, e.id, f.evaluated, f.unexpected, f.examples
       from jsonb_to_recordset($1) as f ("table" text, suite text, declaration jsonb, evaluated bigint, unexpected bigint, examples jsonb, place integer)
       join expectations_store e
         on e.table_name = f."table" and e.suite_name = f.suite and e.declaration = f.declaration
       order by f.place`,
      [jsonText(placed), id],
    );
    return id;
  });
}

interface LineColumns {
  readonly id: 'checkpoint_store.id';
  readonly kind: 'checkpoint_store.kind';
  readonly run_id: 'checkpoint_store.run_id';
  readonly snapshot: 'checkpoint_store.snapshot';
  readonly run_at: 'checkpoint_store.run_at';
  readonly execution_time: 'checkpoint_store.execution_time';
  readonly rows_judged: 'checkpoint_store.rows_judged';
  readonly overall_success_rate: 'checkpoint_store.overall_success_rate';
  readonly scores: 'checkpoint_store.scores';
  readonly held_back: 'checkpoint_store.held_back';
}

const lineColumns = `c.id, c.kind, c.run_id, c.snapshot, c.run_at, c.execution_time, c.rows_judged, c.overall_success_rate,
  c.scores, c.held_back`;

const lineOf = (row: Row<LineColumns>): CheckpointLine => ({
  id: row.id,
  kind: CheckpointKind.parse(row.kind),
  runId: row.run_id,
  snapshot: row.snapshot,
  runAt: instant(row.run_at.getTime()),
  executionTime: row.execution_time,
  rowsJudged: row.rows_judged,
  overallSuccessRate: row.overall_success_rate,
  scores: Scores.parse(row.scores),
  heldBack: row.held_back,
});

/** Which runs of suites are listed. */
export interface CheckpointChoice {
  /** Those that judged it. */
  readonly table?: string;
  readonly kind?: CheckpointKind;
  /** The newest that is listed. */
  readonly upTo?: number;
  readonly limit: number;
}

/** The latest runs of suites, newest first. */
export async function listCheckpoints(
  pool: pg.Pool,
  { table, kind, upTo, limit }: CheckpointChoice,
): Promise<CheckpointLine[]> {
  const { rows } = await pool.query<Row<LineColumns>>(
    `select ${lineColumns} from checkpoint_store c
     where ($1::text is null or c.scores ? $1) and ($2::text is null or c.kind = $2) and ($3::bigint is null or c.id <= $3)
     order by c.id desc limit $4`,
    [table ?? null, kind ?? null, upTo ?? null, limit],
  );
  return rows.map(lineOf);
}

const Examples = z.array(
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.number())])),
);

/** A run of suites with what it found; the latest check of all that is published where none is named. Undefined where there is none. */
export async function readCheckpoint(pool: pg.Pool, id?: number): Promise<StoredCheckpoint | undefined> {
  const { rows } = await pool.query<
    Row<LineColumns & { freshness: 'checkpoint_store.freshness'; anomalies: 'checkpoint_store.anomalies' }>
  >(
    `select ${lineColumns}, c.freshness, c.anomalies from checkpoint_store c
     where case when $1::bigint is null then c.kind = 'check' and c.freshness is not null else c.id = $1 end order by c.id desc limit 1`,
    [id ?? null],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    ...lineOf(row),
    freshness: Freshness.nullable().parse(row.freshness),
    anomalies: BasicAnomalies.nullable().parse(row.anomalies),
    validations: await validationsOf(pool, row.id),
  };
}

async function validationsOf(pool: pg.Pool, checkpointId: number): Promise<StoredValidation[]> {
  const { rows } = await pool.query<
    Row<{
      table: 'expectations_store.table_name';
      suite: 'expectations_store.suite_name';
      type: 'expectations_store.expectation_type';
      columns: 'expectations_store.column_names';
      weight: Narrowed<'expectations_store.weight', 'blocks' | 'reports'>;
      says: 'expectations_store.says';
      evaluated: 'validations_store.evaluated';
      unexpected: 'validations_store.unexpected';
      examples: 'validations_store.examples';
    }>
  >(
    `select e.table_name as "table", e.suite_name as suite, e.expectation_type as type, e.column_names as columns, e.weight,
       e.says, v.evaluated, v.unexpected, v.examples
     from validations_store v join expectations_store e on e.id = v.expectation_id
     where v.checkpoint_id = $1 order by v.id`,
    [checkpointId],
  );
  return rows.map((row) => ({ ...row, examples: Examples.parse(row.examples) }));
}
