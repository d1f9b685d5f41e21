import type pg from 'pg';
import type { WatchedTable } from '../../../schemas/records/anomaly.js';
import type { Said } from '../../../schemas/records/review.js';
import type { Computed, Narrowed, Row } from '../row.js';
import { wholeTable } from '../silver-months.js';

/** Rows that go into quarantine, by their ids of now, each with its reason: as which detection asks, or a person. */
export interface QuarantineRequest {
  readonly table: WatchedTable;
  readonly rows: readonly { readonly id: number; readonly why: string }[];
  readonly detectionId: number | null;
  readonly by: string;
}

const named = `table_name, match_id, data_source, bookmaker, market_type, line_value, collected_at, recorded_at, prediction_id`;

/** What names a row of each table for good, and its id of now. */
const rowsOf: Readonly<Record<WatchedTable, string>> = {
  matches: `
    select 'matches', m.id, null::text, null::text, null::text, null::numeric, null::timestamptz, null::timestamptz, null::bigint, m.id
    from matches m where m.id = any($1::bigint[])`,
  odds: `
    select 'odds', o.match_id, o.data_source, o.bookmaker, o.market_type, o.line_value, o.collected_at, o.recorded_at, null::bigint, o.id
    from odds o where o.id = any($1::bigint[])`,
  predictions: `
    select 'predictions', p.match_id, null::text, null::text, null::text, null::numeric, null::timestamptz, null::timestamptz, p.id, p.id
    from predictions p where p.id = any($1::bigint[])`,
};

/**
 * Puts rows into quarantine; those that are there already stay as they are. The rows themselves are left as they are: features leave them out from
 * the next publication on. Returns the ids of the new quarantines.
 */
export async function quarantineRows(
  client: pg.ClientBase,
  { table, rows: asked, detectionId, by }: QuarantineRequest,
): Promise<readonly number[]> {
  if (asked.length === 0) return [];
  const { rows } = await client.query<Row<{ id: 'quarantines.id' }>>(
    `insert into quarantines (${named}, detection_id, quarantined_by, quarantined_why)
     select ${named}, $2::bigint, $3, w.why
     from (${rowsOf[table]}) as q (${named}, id)
     join unnest($1::bigint[], $4::text[]) as w (id, why) on w.id = q.id
     order by q.match_id, q.id
     on conflict do nothing returning id`,
    [asked.map(({ id }) => id), detectionId, by, asked.map(({ why }) => why)],
  );
  if (rows.length > 0) await markForLake(client);
  return rows.map(({ id }) => id);
}

/** Lets standing quarantines of these ids go; their rows count again. Returns the ids of those that went. */
export async function releaseRows(
  client: pg.ClientBase,
  ids: readonly number[],
  { by, why }: Said,
): Promise<readonly number[]> {
  const { rows } = await client.query<Row<{ id: 'quarantines.id' }>>(
    `update quarantines set released_by = $2, released_why = $3, released_at = now()
     where id = any($1::bigint[]) and released_at is null returning id`,
    [ids, by, why],
  );
  if (rows.length > 0) await markForLake(client);
  return rows.map(({ id }) => id);
}

/** Lets the rows go that the detections of these findings put into quarantine. Returns how many. */
export async function releaseRowsOfFindings(
  client: pg.ClientBase,
  findingIds: readonly number[],
  said: Said,
): Promise<number> {
  const { rows } = await client.query<Row<{ id: 'quarantines.id' }>>(
    `select q.id from quarantines q join anomaly_detections d on d.id = q.detection_id
     where d.finding_id = any($1::bigint[]) and q.released_at is null order by q.id for no key update of q`,
    [findingIds],
  );
  const released = await releaseRows(
    client,
    rows.map(({ id }) => id),
    said,
  );
  return released.length;
}

/** Marks the quarantines for publishing. */
export async function markForLake(client: pg.ClientBase): Promise<void> {
  await client.query(
    `insert into lake_dirty_partitions as mark (table_name, month) values ('quarantined_rows', ${wholeTable})
     on conflict (table_name, month) do update set version = mark.version + 1, marked_at = now()`,
  );
}

interface QuarantineColumns {
  readonly id: 'quarantines.id';
  readonly table: Narrowed<'quarantines.table_name', WatchedTable>;
  readonly matchId: 'quarantines.match_id';
  readonly dataSource: 'quarantines.data_source';
  readonly bookmaker: 'quarantines.bookmaker';
  readonly collectedAt: 'quarantines.collected_at';
  readonly predictionId: 'quarantines.prediction_id';
  readonly detectionId: 'quarantines.detection_id';
  readonly quarantinedBy: 'quarantines.quarantined_by';
  readonly quarantinedWhy: 'quarantines.quarantined_why';
  readonly quarantinedAt: 'quarantines.quarantined_at';
  readonly releasedBy: 'quarantines.released_by';
  readonly releasedWhy: 'quarantines.released_why';
  readonly releasedAt: 'quarantines.released_at';
}

/** A quarantine, with what it holds. */
export type Quarantine = Row<QuarantineColumns>;

const quarantineColumns = `q.id, q.table_name as table, q.match_id as "matchId", q.data_source as "dataSource", q.bookmaker,
  q.collected_at as "collectedAt", q.prediction_id as "predictionId", q.detection_id as "detectionId",
  q.quarantined_by as "quarantinedBy", q.quarantined_why as "quarantinedWhy", q.quarantined_at as "quarantinedAt",
  q.released_by as "releasedBy", q.released_why as "releasedWhy", q.released_at as "releasedAt"`;

/** The quarantines that a finding's detections made, or those of these ids. */
export async function readQuarantines(
  client: pg.Pool | pg.ClientBase,
  about: { readonly findingId: number } | { readonly ids: readonly number[] },
): Promise<readonly Quarantine[]> {
  const { rows } =
    'ids' in about
      ? await client.query<Row<QuarantineColumns>>(
          `select ${quarantineColumns} from quarantines q where q.id = any($1::bigint[]) order by q.id`,
          [about.ids],
        )
      : await client.query<Row<QuarantineColumns>>(
          `select ${quarantineColumns} from quarantines q join anomaly_detections d on d.id = q.detection_id
           where d.finding_id = $1 order by q.id`,
          [about.findingId],
        );
  return rows;
}

/** The rows that are in quarantine now, whoever put them there, the latest first. */
export async function standingQuarantines(
  client: pg.Pool | pg.ClientBase,
  { table, limit }: { readonly table?: WatchedTable | undefined; readonly limit: number },
): Promise<readonly Quarantine[]> {
  const { rows } = await client.query<Row<QuarantineColumns>>(
    `select ${quarantineColumns} from quarantines q
     where q.released_at is null and ($1::text is null or q.table_name = $1) order by q.id desc limit $2`,
    [table ?? null, limit],
  );
  return rows;
}

/** How many rows of each table are in quarantine. */
export async function countQuarantined(
  client: pg.Pool | pg.ClientBase,
): Promise<readonly { readonly table: WatchedTable; readonly rows: number }[]> {
  const { rows } = await client.query<
    Row<{ table: Narrowed<'quarantines.table_name', WatchedTable>; rows: Computed<number> }>
  >(
    `select table_name as table, count(*)::integer as rows from quarantines where released_at is null group by table_name order by 1`,
  );
  return rows;
}

/** How many rows these detections put into quarantine. */
export async function countQuarantinedBy(
  client: pg.ClientBase,
  detectionIds: readonly number[],
): Promise<number> {
  const { rows } = await client.query<Row<{ count: Computed<number> }>>(
    `select count(*)::integer as count from quarantines where detection_id = any($1::bigint[])`,
    [detectionIds],
  );
  return rows[0]?.count ?? 0;
}
