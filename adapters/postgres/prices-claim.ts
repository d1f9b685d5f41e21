import type pg from 'pg';
import type { JsonObject } from './database.js';
import type { Computed, Narrowed, Present, Row } from './row.js';
import type { BatchBounds } from './silver-claim.js';

/** Why a price waits. It is pending again once a match is known by the id, or something is told of the match again. */
export const unknownMatch = 'match: no match is known by this id yet';

/** A source's own id of a match that is known, and its key in bronze. */
interface NamedMatchColumns {
  readonly matchId: 'match_external_ids.match_id';
  readonly dataSource: 'source_match_ids.data_source';
  readonly sourceId: 'source_match_ids.source_id';
  readonly key: 'source_match_ids.external_match_id';
  /** The first payload of the key: by it the match is known. Null where there is none any more. */
  readonly firstRawId: Computed<number | null>;
}
export type NamedMatch = Row<NamedMatchColumns>;

/** A match whose prices are to be told, as it is known now. */
interface ClaimedMatchColumns {
  readonly id: 'match_registry.id';
  /** Null where no source tells anything of the match. */
  readonly kickoff: 'matches.match_time' | null;
  readonly precision: Narrowed<'matches.kickoff_precision', 'minute' | 'day'> | null;
  readonly hasBegun: Computed<boolean>;
  /** All its prices, not only those that are pending. */
  readonly isToldAnew: 'match_registry.prices_pending';
}
export type ClaimedMatch = Row<ClaimedMatchColumns>;

/** What a batch works on. */
export interface PriceClaim {
  readonly matches: readonly ClaimedMatch[];
  readonly names: readonly NamedMatch[];
  /** Payloads of matches that nobody knows yet. */
  readonly unknown: readonly number[];
  /** A match that another batch holds: where nothing was claimed, waiting for it is all that is left to do. */
  readonly heldElsewhere: number | null;
}

interface PendingMatchColumns {
  readonly id: 'raw_odds_data.id';
  readonly matchId: 'match_external_ids.match_id' | null;
}

/**
 * Claims the matches of up to `limit` pending prices, and up to `limit` matches whose prices are to be told anew. A match is claimed
 * whole: whoever has its lock tells its prices, and no revision of it comes meanwhile. Waits for nobody; the locks end with the transaction.
 */
export async function claimPrices(
  client: pg.ClientBase,
  { limit, storedBy }: BatchBounds,
): Promise<PriceClaim> {
  const pending = await client.query<Row<PendingMatchColumns>>(
    `with claimed as materialized (
       select id, data_source, external_match_id from raw_odds_data
       where process_status = 'pending' and created_at <= coalesce($2::timestamptz, 'infinity') order by id limit $1
       for no key update skip locked
     )
     select c.id, x.match_id as "matchId"
     from claimed c
     left join source_match_ids s on s.data_source = c.data_source and s.source_id = c.external_match_id
     left join match_external_ids x on x.data_source = s.data_source and x.external_id = s.external_match_id
     order by c.id`,
    [limit, storedBy],
  );
  const marked = await client.query<Row<{ id: 'match_registry.id' }>>(
    'select id from match_registry where prices_pending order by id limit $1',
    [limit],
  );
  const wanted = new Set(marked.rows.map(({ id }) => id));
  for (const { matchId } of pending.rows) if (matchId !== null) wanted.add(matchId);
  const ours = await lockMatchesNobodyHas(client, [...wanted]);
  const ids = new Set(ours);
  return {
    matches: await readMatches(client, ours),
    names: await namesOf(client, ours),
    unknown: pending.rows.filter(({ matchId }) => matchId === null).map(({ id }) => id),
    heldElsewhere: [...wanted].find((id) => !ids.has(id)) ?? null,
  };
}

async function lockMatchesNobodyHas(client: pg.ClientBase, ids: readonly number[]): Promise<number[]> {
  const { rows } = await client.query<Row<{ id: 'match_registry.id' }>>(
    'select id from match_registry where id = any($1::bigint[]) order by id for no key update skip locked',
    [ids],
  );
  return rows.map(({ id }) => id);
}

/** In a statement after the lock: what others said of the matches until then is seen. */
async function readMatches(client: pg.ClientBase, ids: readonly number[]): Promise<ClaimedMatch[]> {
  const { rows } = await client.query<Row<ClaimedMatchColumns>>(
    `select r.id, m.match_time as kickoff, m.kickoff_precision as precision,
       coalesce(m.match_status in ('live', 'completed', 'abandoned'), false) as "hasBegun", r.prices_pending as "isToldAnew"
     from match_registry r left join matches m on m.id = r.id and m.match_time = r.match_time
     where r.id = any($1::bigint[]) order by r.id`,
    [ids],
  );
  return rows;
}

async function namesOf(client: pg.ClientBase, matchIds: readonly number[]): Promise<NamedMatch[]> {
  const { rows } = await client.query<Row<NamedMatchColumns>>(
    `select x.match_id as "matchId", s.data_source as "dataSource", s.source_id as "sourceId", s.external_match_id as key,
       (select min(r.id) from raw_match_data r
        where r.data_source = x.data_source and r.external_match_id = x.external_id) as "firstRawId"
     from match_external_ids x
     join source_match_ids s on s.data_source = x.data_source and s.external_match_id = x.external_id
     where x.match_id = any($1::bigint[])
     order by 1, 2, 3`,
    [matchIds],
  );
  return rows;
}

/** Waits until the batch that has this match has ended. */
export async function waitForMatch(client: pg.ClientBase, matchId: number): Promise<void> {
  await client.query('select from match_registry where id = $1 for no key update', [matchId]);
}

/** Waits until whoever holds the oldest pending price has ended. Returns false where none is pending. */
export async function waitForPrices(
  client: pg.ClientBase,
  { storedBy }: Pick<BatchBounds, 'storedBy'>,
): Promise<boolean> {
  const { rows } = await client.query<Row<{ id: 'raw_odds_data.id' }>>(
    `select id from raw_odds_data where process_status = 'pending' and created_at <= coalesce($1::timestamptz, 'infinity')
     order by id limit 1 for no key update`,
    [storedBy],
  );
  return rows.length > 0;
}

interface RecordColumns {
  readonly dataSource: 'raw_odds_data.data_source';
  readonly sourceId: Present<'raw_odds_data.external_match_id'>;
  readonly recordKey: 'raw_odds_data.record_key';
}

/** A bookmaker's market and line of one match, as its source writes them: what several payloads are about. */
interface PriceRecordColumns extends RecordColumns {
  readonly bookmaker: 'raw_odds_data.bookmaker';
  readonly market: 'raw_odds_data.market_type';
  readonly line: 'raw_odds_data.line_value';
}
export type PriceRecord = Row<PriceRecordColumns>;

/** A pending payload that this batch has locked. */
interface ClaimedPriceColumns extends PriceRecordColumns {
  readonly id: 'raw_odds_data.id';
  readonly collectedAt: 'raw_odds_data.collected_at';
}
export type ClaimedPrice = Row<ClaimedPriceColumns>;

const sourceColumns = (names: readonly NamedMatch[]): [string[], string[]] => [
  names.map(({ dataSource }) => dataSource),
  names.map(({ sourceId }) => sourceId),
];

/** Locks the pending prices of these matches. Those that somebody else holds stay pending. */
export async function lockPendingPrices(
  client: pg.ClientBase,
  names: readonly NamedMatch[],
): Promise<ClaimedPrice[]> {
  const { rows } = await client.query<Row<ClaimedPriceColumns>>(
    `select r.id, r.data_source as "dataSource", r.external_match_id as "sourceId", r.record_key as "recordKey",
       r.bookmaker, r.market_type as market, r.line_value as line, r.collected_at as "collectedAt"
     from unnest($1::text[], $2::text[]) as n (data_source, external_match_id)
     join raw_odds_data r on r.data_source = n.data_source and r.external_match_id = n.external_match_id
     where r.process_status = 'pending' order by r.id for no key update of r skip locked`,
    sourceColumns(names),
  );
  return rows;
}

/** Every record of these matches. */
export async function listRecords(
  client: pg.ClientBase,
  names: readonly NamedMatch[],
): Promise<PriceRecord[]> {
  // Each `offset 0` keeps a lookup by index one, in the partitions too.
  const { rows } = await client.query<Row<PriceRecordColumns>>(
    `select distinct r.data_source as "dataSource", r.external_match_id as "sourceId", r.record_key as "recordKey",
       r.bookmaker, r.market_type as market, r.line_value as line
     from unnest($1::text[], $2::text[]) as n (data_source, external_match_id)
     cross join lateral (
       select * from raw_odds_data r
       where r.data_source = n.data_source and r.external_match_id = n.external_match_id offset 0
     ) as r`,
    sourceColumns(names),
  );
  return rows;
}

interface StoredPriceColumns extends RecordColumns {
  readonly id: 'raw_odds_data.id';
  readonly raw: Narrowed<'raw_odds_data.raw_data', JsonObject>;
  readonly collectedAt: 'raw_odds_data.collected_at';
  readonly lastSeenAt: 'raw_odds_data.last_seen_at';
  readonly status: 'raw_odds_data.process_status';
  readonly error: 'raw_odds_data.process_error';
}

/** A payload as it came. */
export type StoredPrice = Row<StoredPriceColumns>;

/** Every payload of these records; of those that are told from an instant on, the payloads from then on. */
export async function loadPrices(
  client: pg.ClientBase,
  records: readonly (Row<RecordColumns> & { readonly since: Date | null })[],
): Promise<StoredPrice[]> {
  const { rows } = await client.query<Row<StoredPriceColumns>>(
    `select r.id, r.data_source as "dataSource", r.external_match_id as "sourceId", r.record_key as "recordKey",
       r.raw_data as raw, r.collected_at as "collectedAt", r.last_seen_at as "lastSeenAt",
       r.process_status as status, r.process_error as error
     from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) as k (data_source, external_match_id, record_key, since)
     cross join lateral (
       select * from raw_odds_data r
       where r.data_source = k.data_source and r.external_match_id = k.external_match_id and r.record_key = k.record_key
         and r.collected_at >= coalesce(k.since, '-infinity')
       offset 0
     ) as r`,
    [
      records.map(({ dataSource }) => dataSource),
      records.map(({ sourceId }) => sourceId),
      records.map(({ recordKey }) => recordKey),
      records.map(({ since }) => since),
    ],
  );
  return rows;
}
