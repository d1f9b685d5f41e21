import type pg from 'pg';
import { InvariantBroken } from '../../../schemas/errors.js';
import { watchableColumns, type WatchedTable } from '../../../schemas/records/anomaly.js';
import type { Instant } from '../../../schemas/values.js';
import type { Computed, Row } from '../row.js';

/**
 * Which rows are looked at: those that are new to silver, and all that are known after `judgedFrom` until `to`; against those from `baselineFrom` until
 * `from`, when the first of them was known.
 */
export interface WatchedSpan {
  readonly table: WatchedTable;
  readonly columns: readonly string[];
  readonly baselineFrom: Instant;
  /** From when on distributions are as they are now: no earlier than `baselineFrom`, and than the last drift or shift for which a training was asked and that is no false alarm. */
  readonly distributedFrom: Instant;
  readonly from: Instant;
  readonly judgedFrom: Instant;
  readonly to: Instant;
}

/** The numbers of a row, in the order of the columns; null where it has none. */
export type Numbers = readonly (number | null)[];

/** A row of the window, as it is stored and as it is measured. */
export interface WatchedRow {
  readonly id: number;
  readonly stored: Numbers;
  /** Null where there is nothing to measure it by. */
  readonly measured: Numbers | null;
}

/** A bounded sample of the span before serves what needs every value. */
const sampleSize = 5_000;

/** The columns of the span as an array of doubles, of the rows called `alias`. Throws {@link InvariantBroken} on a column that cannot be watched. */
export function columnArray({ table, columns }: WatchedSpan, alias: string): string {
  const unknown = columns.find((column) => !watchableColumns[table].includes(column));
  if (unknown !== undefined || columns.length === 0) {
    throw new InvariantBroken(`${unknown ?? 'No column'} of ${table} cannot be watched`, { object: table });
  }
  return `array[${columns.map((column) => `${alias}.${column}`).join(', ')}]::double precision[]`;
}

/** A condition that holds for rows that the last look has not seen. */
export const isNew = (id: string): string => `${id} in (select r.id from watched_recent r where r.is_new)`;

const told = (id: string, table: WatchedTable): string =>
  `${id} in (
    select unnest(d.anomalous_records) from anomaly_detections d join data_quality_logs f on f.id = d.finding_id
    where d.table_name = '${table}' and d.anomaly_type = 'statistical_outlier'`;

/** A condition that holds for rows that a finding told of: they are not asked about again. */
export const wasTold = (id: string, table: WatchedTable): string => `${told(id, table)})`;

/** A condition that holds for rows of which a person found that the finding was right. */
export const wasConfirmed = (id: string, table: WatchedTable): string =>
  `${told(id, table)} and f.status = 'resolved')`;

/** Makes the tables into which the rows of a table are read; they end with the transaction. */
export async function createWatchedValues(client: pg.ClientBase): Promise<void> {
  await client.query(
    `create temporary table watched_values (
       record_id bigint not null, known_at timestamptz not null, is_tested boolean not null, stored double precision[] not null, measured double precision[]
     ) on commit drop;
     create temporary table watched_distribution (is_tested boolean not null, numbers double precision[] not null) on commit drop`,
  );
}

/** Has the rows that were read make the distributions, those of before from when on they are as now. */
export async function distributeValues(
  client: pg.ClientBase,
  { distributedFrom }: WatchedSpan,
): Promise<void> {
  await client.query(
    `insert into watched_distribution (is_tested, numbers)
     select is_tested, measured from watched_values where is_tested or known_at > $1`,
    [new Date(distributedFrom)],
  );
}

/** Which rows no method can call an outlier: they lie nearer to the median than what matters, and within the limits of their table. */
export interface NearRows {
  /** Of each column; null where nothing is known of it. */
  readonly medians: Numbers;
  readonly least: number;
  /** The lowest and the highest that may be stored. */
  readonly range: readonly [number, number];
}

/** The rows that are judged, by id; those that lie near are counted alone. */
export interface TestedRows {
  readonly far: readonly WatchedRow[];
  readonly near: { readonly rows: number; readonly measured: number };
}

/** The rows that are judged: all, or where some are near by definition the others. */
export async function readTestedRows(client: pg.ClientBase, near?: NearRows): Promise<TestedRows> {
  const read = async (condition: string, values: readonly unknown[]): Promise<readonly WatchedRow[]> => {
    const { rows } = await client.query<
      Row<{ id: Computed<number>; stored: Computed<Numbers>; measured: Computed<Numbers | null> }>
    >(
      `select v.record_id as id, v.stored, v.measured from watched_values v
       where v.is_tested and ${condition} order by v.record_id`,
      [...values],
    );
    return rows;
  };
  if (near === undefined) return { far: await read('true', []), near: { rows: 0, measured: 0 } };
  const isFar = far(near.medians.length);
  const values = [near.medians, near.least, ...near.range];
  const { rows } = await client.query<Row<{ rows: Computed<number>; measured: Computed<number> }>>(
    `select count(*)::integer as rows, count(v.measured)::integer as measured from watched_values v
     where v.is_tested and not ${isFar}`,
    values,
  );
  return { far: await read(isFar, values), near: rows[0] ?? { rows: 0, measured: 0 } };
}

/** $1 are the medians of the columns, $2 the least distance that matters, $3 and $4 the range. */
const far = (columns: number): string => {
  const one = (n: number): string =>
    `abs(v.measured[${n}] - ($1::double precision[])[${n}]) >= $2::double precision
      or v.stored[${n}] < $3::double precision or v.stored[${n}] > $4::double precision`;
  return `coalesce(${Array.from({ length: columns }, (_, at) => one(at + 1)).join(' or ')}, false)`;
};

/** Rows of the span before, as they are measured: all, or as many as {@link sampleSize}, the same ones each time. */
export async function readSample(client: pg.ClientBase): Promise<readonly Numbers[]> {
  const { rows } = await client.query<Row<{ measured: Computed<Numbers> }>>(
    `select measured from watched_values
     where not is_tested and measured is not null
     order by hashint8(record_id), record_id limit $1`,
    [sampleSize],
  );
  return rows.map(({ measured }) => measured);
}

/** The distributions of the window and of the span before, a value of each column a row. */
export async function readDistributions(
  client: pg.ClientBase,
): Promise<{ readonly current: readonly Numbers[]; readonly baseline: readonly Numbers[] }> {
  const { rows } = await client.query<Row<{ isTested: Computed<boolean>; numbers: Computed<Numbers> }>>(
    `select is_tested as "isTested", numbers from watched_distribution`,
  );
  const of = (wanted: boolean): readonly Numbers[] =>
    rows.filter(({ isTested }) => isTested === wanted).map(({ numbers }) => numbers);
  return { current: of(true), baseline: of(false) };
}
