import type pg from 'pg';
import type { StreamedType } from '../../../schemas/events/topics.js';
import { copyRows, type CopyRow } from '../copy-rows.js';
import type { Computed, Narrowed, Row } from '../row.js';

/** A row of bronze that is to be published. */
export interface BronzeToPublish {
  readonly dataType: StreamedType;
  readonly dataSource: string;
  /** The source's own id of the match, or its key in bronze where it has none. */
  readonly messageKey: string;
  readonly dedupKey: Uint8Array;
  readonly collectedAt: Date;
}

const columns = ['data_type', 'data_source', 'message_key', 'dedup_key', 'collected_at'];

/** Puts rows of bronze into the outbox, in the transaction that stores them: both are there afterwards, or neither. */
export async function putIntoOutbox(client: pg.ClientBase, rows: readonly BronzeToPublish[]): Promise<void> {
  if (rows.length === 0) return;
  await copyRows(
    client,
    { table: 'stream_outbox', columns },
    rows.map(({ dataType, dataSource, messageKey, dedupKey, collectedAt }): CopyRow => [
      ...[dataType, dataSource, messageKey, dedupKey, collectedAt],
    ]),
  );
}

/** What is said of what became silver, which no row of bronze says. */
export interface ProcessedToPublish {
  readonly dataSource: string;
  readonly messageKey: string;
  readonly message: object;
}

/** Puts results into the outbox, in the transaction that comes to them. */
export async function putResultsIntoOutbox(
  client: pg.ClientBase,
  results: readonly ProcessedToPublish[],
): Promise<void> {
  if (results.length === 0) return;
  await copyRows(
    client,
    { table: 'stream_outbox', columns: ['data_type', 'data_source', 'message_key', 'message'] },
    results.map(({ dataSource, messageKey, message }): CopyRow => [
      ...['processed', dataSource, messageKey, JSON.stringify(message)],
    ]),
  );
}

interface WaitingColumns {
  readonly id: 'stream_outbox.id';
  readonly dataType: Narrowed<'stream_outbox.data_type', StreamedType | 'processed'>;
  readonly dataSource: 'stream_outbox.data_source';
  readonly messageKey: 'stream_outbox.message_key';
  readonly dedupKey: 'stream_outbox.dedup_key';
  readonly collectedAt: 'stream_outbox.collected_at';
  readonly message: 'stream_outbox.message';
  /** Null where bronze has no such row any more, or the message says all. */
  readonly raw: Computed<unknown>;
}
/** A row that waits to be published, with what bronze says. */
export type WaitingToPublish = Row<WaitingColumns>;

/** The first rows that wait, in the order in which they go to the broker. */
export async function waitingInOutbox(client: pg.ClientBase, limit: number): Promise<WaitingToPublish[]> {
  const { rows } = await client.query<Row<WaitingColumns>>(
    `with o as materialized (select * from stream_outbox where relayed_at is null order by id limit $1)
     select o.id, o.data_type as "dataType", o.data_source as "dataSource", o.message_key as "messageKey",
       o.dedup_key as "dedupKey", o.collected_at as "collectedAt", o.message,
       coalesce(q.raw_data, s.raw_data, m.raw_data) as raw
     from o
     left join raw_odds_data q
       on o.data_type = 'odds' and q.dedup_key = o.dedup_key and q.collected_at = o.collected_at
     left join raw_scores_data s on o.data_type = 'scores' and s.dedup_key = o.dedup_key
     left join raw_match_data m on o.data_type = 'match' and m.dedup_key = o.dedup_key
     order by o.id`,
    [limit],
  );
  return rows;
}

/** Notes that rows were published, or why they cannot be. */
export async function markRelayed(
  client: pg.ClientBase,
  relayed: readonly { readonly id: number; readonly problem: string | null }[],
): Promise<void> {
  await client.query(
    `update stream_outbox o set relayed_at = now(), problem = r.problem
     from unnest($1::bigint[], $2::text[]) as r (id, problem) where o.id = r.id and o.relayed_at is null`,
    [relayed.map(({ id }) => id), relayed.map(({ problem }) => problem)],
  );
}

/** One relay at a time: of two, each would publish what the other does. */
const relayLock = `hashtextextended('stream-relay', 3)`;

/** Takes the relay's lock for the session; false where another has it. */
export async function tryRelayLock(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<Row<{ taken: Computed<boolean> }>>(
    `select pg_try_advisory_lock(${relayLock}) as taken`,
  );
  return rows[0]?.taken ?? false;
}

export async function releaseRelayLock(client: pg.ClientBase): Promise<void> {
  await client.query(`select pg_advisory_unlock(${relayLock})`);
}

/** Removes published rows that are older; returns how many. Needs the rights of the administrator. */
export async function removeRelayed(
  client: pg.ClientBase | pg.Pool,
  { before, atMost }: { readonly before: Date; readonly atMost: number },
): Promise<number> {
  const { rowCount } = await client.query(
    `delete from stream_outbox where id in (
       select id from stream_outbox where relayed_at < $1 order by relayed_at limit $2)`,
    [before, atMost],
  );
  return rowCount ?? 0;
}

/** What waits to be published, and since when. */
export interface OutboxState {
  readonly waiting: number;
  /** Null where nothing waits. */
  readonly oldest: Date | null;
}

export async function outboxState(client: pg.ClientBase | pg.Pool): Promise<OutboxState> {
  const { rows } = await client.query<Row<{ waiting: Computed<number>; oldest: Computed<Date | null> }>>(
    `select count(*) as waiting, min(created_at) as oldest from stream_outbox where relayed_at is null`,
  );
  return rows[0] ?? { waiting: 0, oldest: null };
}
