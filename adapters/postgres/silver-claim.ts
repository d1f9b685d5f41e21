import type pg from 'pg';
import type { FileKind } from '../../schemas/records/source-file.js';
import type { JsonObject } from './database.js';
import { keyName } from './identity/match-directory.js';
import { editionStands } from './source-editions.js';
import type { Computed, Narrowed, Present, Row } from './row.js';

/** What a batch takes of all that is pending. */
export interface BatchBounds {
  /** So many payloads. */
  readonly limit: number;
  /** Stored by this instant of the database ({@link storedByNow}), with all that its match has; undefined: whenever. */
  readonly storedBy?: string | undefined;
}

/** The payloads that a batch has claimed, by the key they speak of. */
export interface ClaimedKey {
  readonly dataSource: string;
  readonly key: string;
  readonly rawIds: readonly number[];
  /** Its payloads that are not pending, locked too. Those that another batch or a collector holds are not among them: they stay pending. */
  readonly processed: readonly number[];
}

/** The instant of the database by which all was stored that is there now, to the microsecond. */
export async function storedByNow(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<Row<{ at: Computed<string> }>>('select clock_timestamp()::text as at');
  return rows[0]?.at ?? 'infinity';
}

interface SourceKeyColumns {
  readonly dataSource: 'raw_match_data.data_source';
  readonly key: Present<'raw_match_data.external_match_id'>;
}

interface LockedColumns extends SourceKeyColumns {
  readonly id: 'raw_match_data.id';
  readonly pending: Computed<boolean>;
  readonly isFirst: Computed<boolean>;
}

/**
 * Claims up to `limit` pending payloads and, with each, every payload of its key. A key is claimed whole or not at all:
 * whoever holds its first payload has it. Waits for nobody; the locks end with the transaction. A payload without a time could not be
 * read when it was collected: it is no version of its key.
 */
export async function claimKeys(
  client: pg.ClientBase,
  { limit, storedBy }: BatchBounds,
): Promise<ClaimedKey[]> {
  const { rows } = await client.query<Row<LockedColumns>>(
    `with claimed as materialized (
       select data_source, external_match_id
       from raw_match_data
       where process_status = 'pending' and match_time is not null and created_at <= coalesce($2::timestamptz, 'infinity')
       order by id limit $1
       for no key update skip locked
     ), keys as materialized (
       select distinct data_source, external_match_id from claimed
     ), firsts as materialized (
       select k.data_source, k.external_match_id, min(r.id) as first_id
       from keys k join raw_match_data r using (data_source, external_match_id)
       group by k.data_source, k.external_match_id
     )
     select r.id, r.data_source as "dataSource", r.external_match_id as key,
       r.process_status = 'pending' and r.match_time is not null as pending, r.id = f.first_id as "isFirst"
     from firsts f join raw_match_data r using (data_source, external_match_id)
     order by r.id
     for no key update of r skip locked`,
    [limit, storedBy],
  );
  const keys = new Map<string, ClaimedKey & { rawIds: number[]; processed: number[]; isOurs: boolean }>();
  for (const { id, dataSource, key, pending, isFirst } of rows) {
    const name = keyName({ dataSource, key });
    const claimed = keys.get(name) ?? { dataSource, key, rawIds: [], processed: [], isOurs: false };
    (pending ? claimed.rawIds : claimed.processed).push(id);
    if (isFirst) claimed.isOurs = true;
    keys.set(name, claimed);
  }
  return [...keys.values()].filter(({ isOurs, rawIds }) => isOurs && rawIds.length > 0);
}

/**
 * Waits until the batch that holds the oldest pending payload, or another one of its key, has ended. Returns false
 * where nothing is pending, true where a new claim may find something.
 */
export async function waitForOtherBatches(
  client: pg.ClientBase,
  { storedBy }: Pick<BatchBounds, 'storedBy'>,
): Promise<boolean> {
  const { rows } = await client.query<Row<SourceKeyColumns>>(
    `select data_source as "dataSource", external_match_id as key from raw_match_data
     where process_status = 'pending' and match_time is not null and created_at <= coalesce($1::timestamptz, 'infinity')
     order by id limit 1`,
    [storedBy],
  );
  const oldest = rows[0];
  if (oldest === undefined) return false;
  await client.query(
    `select id from raw_match_data where data_source = $1 and external_match_id = $2 order by id for no key update`,
    [oldest.dataSource, oldest.key],
  );
  return true;
}

interface HistoryColumns {
  readonly keyNo: Computed<number>;
  readonly editionId: 'source_editions.id';
  readonly uri: 'source_editions.uri';
  readonly fileKind: Narrowed<'source_editions.file_kind', FileKind>;
  readonly season: 'source_editions.season';
  readonly division: 'source_editions.division';
  readonly editionTime: 'source_editions.edition_time';
  readonly editionNo: 'source_editions.edition_no';
  /** The number of the first edition of the file that stands. */
  readonly firstNo: Computed<number>;
  /** Null: the match is not in this edition. */
  readonly rawId: 'raw_match_data.id' | null;
  /** Some edition of the file was doubted, whether or not a person has released it since. */
  readonly hasDoubts: Computed<boolean>;
}

/** One edition's word on a key; only editions in which the word changed. */
export type HistoryRow = Row<HistoryColumns>;

/**
 * Which editions carried which version of the keys, or none: `keyNo` is the place of the key in `keys`. A key is missing from the edition after
 * its last one, where there is such an edition. Editions that are doubted say nothing.
 */
export async function loadHistory(client: pg.ClientBase, keys: readonly ClaimedKey[]): Promise<HistoryRow[]> {
  // Each `offset 0` keeps a lookup by index one: the planner takes a source's keys for a handful and would read the whole table for each.
  const { rows } = await client.query<Row<HistoryColumns>>(
    `with keys as materialized (
       select (n - 1)::integer as key_no, data_source, external_match_id
       from unnest($1::text[], $2::text[]) with ordinality as k (data_source, external_match_id, n)
     ), seen as materialized (
       select distinct k.key_no, e.data_source, e.uri, e.edition_no, r.id as raw_id
       from keys k
       cross join lateral (
         select id from raw_match_data r
         where r.data_source = k.data_source and r.external_match_id = k.external_match_id offset 0
       ) as r
       cross join lateral (select edition_id from edition_rows m where m.raw_id = r.id offset 0) as m
       join source_editions e on e.id = m.edition_id
       where ${editionStands('e')}
     ), placed as materialized (
       select key_no, data_source, uri, edition_no, raw_id,
         lag(raw_id) over told as raw_id_before, lag(edition_no) over told as no_before, lead(edition_no) over told as no_after
       from seen window told as (partition by key_no, data_source, uri order by edition_no)
     ), words as (
       select key_no, data_source, uri, edition_no, raw_id from placed
       where raw_id is distinct from raw_id_before or no_before < edition_no - 1
       union all
       select p.key_no, p.data_source, p.uri, a.edition_no, null
       from placed p
       cross join lateral (
         select e.edition_no from source_editions e
         where e.data_source = p.data_source and e.uri = p.uri and e.edition_no > p.edition_no
           and (p.no_after is null or e.edition_no < p.no_after) and ${editionStands('e')}
         order by e.edition_no limit 1
       ) as a
       where p.no_after is distinct from p.edition_no + 1
     ), files as materialized (
       select f.data_source, f.uri, min(e.edition_no)::integer as first_no
       from (select distinct data_source, uri from words) as f join source_editions e using (data_source, uri)
       where ${editionStands('e')} group by f.data_source, f.uri
     )
     select w.key_no as "keyNo", e.id as "editionId", e.uri, e.file_kind as "fileKind", e.season, e.division,
       e.edition_time as "editionTime", e.edition_no as "editionNo", f.first_no as "firstNo", w.raw_id as "rawId",
       exists (
         select from source_editions d
         where d.data_source = e.data_source and d.uri = e.uri and d.doubt_finding_id is not null
       ) as "hasDoubts"
     from words w join source_editions e using (data_source, uri, edition_no) join files f using (data_source, uri)
     order by w.key_no, e.uri, e.edition_no`,
    [keys.map(({ dataSource }) => dataSource), keys.map(({ key }) => key)],
  );
  return rows;
}

interface PayloadColumns {
  readonly id: 'raw_match_data.id';
  readonly raw: Narrowed<'raw_match_data.raw_data', JsonObject>;
}

/** A payload as it came. */
export type Payload = Row<PayloadColumns>;

/** The payloads with these ids. */
export async function loadPayloads(client: pg.ClientBase, ids: readonly number[]): Promise<Payload[]> {
  const { rows } = await client.query<Row<PayloadColumns>>(
    'select id, raw_data as raw from raw_match_data where id = any($1::bigint[])',
    [ids],
  );
  return rows;
}

interface KnownScoreColumns {
  readonly keyNo: Computed<number>;
  readonly id: 'raw_scores_data.id';
  readonly collectedAt: 'raw_scores_data.collected_at';
  readonly raw: 'raw_scores_data.raw_data';
  readonly status: 'raw_scores_data.process_status';
  readonly error: 'raw_scores_data.process_error';
}

/** What a feed of scores said of a key's match. */
export type KnownScore = Row<KnownScoreColumns>;

/** Every score of the keys, by the source's ids of their matches; those that others have not committed yet come with the next batch. */
export async function loadScores(client: pg.ClientBase, keys: readonly ClaimedKey[]): Promise<KnownScore[]> {
  const { rows } = await client.query<Row<KnownScoreColumns>>(
    `with keys as materialized (
       select (n - 1)::integer as key_no, data_source, external_match_id
       from unnest($1::text[], $2::text[]) with ordinality as k (data_source, external_match_id, n)
     ), named as materialized (
       select k.key_no, k.data_source, i.source_id
       from keys k
       cross join lateral (
         select source_id from source_match_ids i
         where i.data_source = k.data_source and i.external_match_id = k.external_match_id offset 0
       ) as i
     )
     select n.key_no as "keyNo", s.id, s.collected_at as "collectedAt", s.raw_data as raw, s.process_status as status,
       s.process_error as error
     from named n
     cross join lateral (
       select * from raw_scores_data s
       where s.data_source = n.data_source and s.external_match_id = n.source_id offset 0
     ) as s
     order by n.key_no, s.collected_at, s.id`,
    [keys.map(({ dataSource }) => dataSource), keys.map(({ key }) => key)],
  );
  return rows;
}

/** Marks scores as done, or held with a reason, where they are not yet. In the order of ids, as whoever stores scores locks them. */
export async function markScores(
  client: pg.ClientBase,
  outcomes: readonly { readonly rawScoreId: number; readonly held: string | null }[],
): Promise<void> {
  if (outcomes.length === 0) return;
  await client.query(
    `with locked as (
       select s.id, o.reason
       from raw_scores_data s join unnest($1::bigint[], $2::text[]) as o (id, reason) on o.id = s.id
       where (s.process_status, s.process_error)
         is distinct from (case when o.reason is null then 'done' else 'held' end, o.reason)
       order by s.id for no key update of s
     )
     update raw_scores_data s
     set process_status = case when l.reason is null then 'done' else 'held' end,
       processed = l.reason is null, process_error = l.reason
     from locked l where s.id = l.id`,
    [outcomes.map(({ rawScoreId }) => rawScoreId), outcomes.map(({ held }) => held)],
  );
}

interface KnownLeagueColumns {
  readonly dataSource: 'league_external_ids.data_source';
  readonly externalId: 'league_external_ids.external_id';
  readonly leagueId: 'leagues.id';
  readonly country: 'leagues.country';
  readonly timeZone: 'leagues.time_zone';
}

/** A league as a source names it. */
export type KnownLeague = Row<KnownLeagueColumns>;

/** Every league that a source may name. */
export async function loadLeagues(client: pg.ClientBase): Promise<KnownLeague[]> {
  const { rows } = await client.query<Row<KnownLeagueColumns>>(
    `select x.data_source as "dataSource", x.external_id as "externalId", l.id as "leagueId", l.country,
       l.time_zone as "timeZone"
     from league_external_ids x join leagues l on l.id = x.league_id`,
  );
  return rows;
}

/** Marks payloads as done, or held with a reason. */
export async function markProcessed(
  client: pg.ClientBase,
  outcomes: readonly { readonly rawId: number; readonly held: string | null }[],
): Promise<void> {
  await client.query(
    `update raw_match_data r
     set process_status = case when o.reason is null then 'done' else 'held' end,
       processed = o.reason is null, process_error = o.reason
     from unnest($1::bigint[], $2::text[]) as o (id, reason)
     where r.id = o.id`,
    [outcomes.map(({ rawId }) => rawId), outcomes.map(({ held }) => held)],
  );
}
