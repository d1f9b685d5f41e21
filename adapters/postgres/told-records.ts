import type pg from 'pg';
import type { LookupValue, ToldKind } from '../../schemas/records/told-row.js';
import type { Instant } from '../../schemas/values.js';
import { copyRows, type CopyRow } from './copy-rows.js';
import { jsonText } from './json-text.js';
import type { Computed, Row } from './row.js';

/** The raw table of each kind, with the columns that are looked up beside the payload. */
const tables = {
  odds: { table: 'raw_odds_data', lookup: ['bookmaker', 'market_type', 'line_value'] },
  scores: {
    table: 'raw_scores_data',
    lookup: ['match_status', 'home_score', 'away_score', 'match_minute', 'provider_updated_at'],
  },
  lineups: { table: 'raw_lineups_data', lookup: [] },
  injuries: { table: 'raw_injuries_data', lookup: [] },
  weather: { table: 'raw_weather_data', lookup: [] },
} as const satisfies Record<ToldKind, { readonly table: string; readonly lookup: readonly string[] }>;

/** Names a record within its source: of which match, and what about it. */
export interface RecordName {
  readonly externalMatchId: string | null;
  readonly recordKey: string;
}

/** Keeps others from storing records of this kind and source until the transaction ends. */
export async function lockTold(client: pg.ClientBase, kind: ToldKind, dataSource: string): Promise<void> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 2))', [`${kind}/${dataSource}`]);
}

interface InForceColumns {
  /** The place of the record in the list that was asked about, from 0. */
  readonly place: Computed<number>;
  readonly id: Computed<number>;
  /** Hex. */
  readonly content: Computed<string>;
  readonly lastSeenAt: Computed<Date>;
}

/** The version of a record that was in force at an instant. */
export type StoredInForce = Row<InForceColumns>;

/** Of each record the version in force at an instant, where there was one. */
export async function versionsInForce(
  client: pg.ClientBase,
  kind: ToldKind,
  { dataSource, at, records }: { dataSource: string; at: Instant; records: readonly RecordName[] },
): Promise<StoredInForce[]> {
  const { rows } = await client.query<Row<InForceColumns>>(
    `select (n.place - 1)::integer as place, v.id, encode(v.content_hash, 'hex') as content, v.last_seen_at as "lastSeenAt"
     from unnest($2::text[], $3::text[]) with ordinality as n (match_id, record_key, place)
     cross join lateral (
       select r.id, r.content_hash, r.last_seen_at
       from ${tables[kind].table} r
       where r.data_source = $1 and r.external_match_id is not distinct from n.match_id and r.record_key = n.record_key
         and r.collected_at <= $4
       order by r.collected_at desc, r.id desc limit 1
     ) as v`,
    [
      dataSource,
      records.map(({ externalMatchId }) => externalMatchId),
      records.map(({ recordKey }) => recordKey),
      new Date(at),
    ],
  );
  return rows;
}

/** A payload as it is stored. */
export interface NewPayload extends RecordName {
  readonly dataSource: string;
  readonly at: Instant;
  readonly lastSeenAt: Instant;
  readonly content: Buffer;
  readonly dedupKey: Buffer;
  readonly lookup: Readonly<Record<string, LookupValue>>;
  readonly raw: unknown;
}

const columns = [
  ...['data_source', 'external_match_id', 'record_key', 'raw_data', 'collected_at', 'last_seen_at'],
  ...['content_hash', 'dedup_key'],
];

/** Stores payloads that nobody has stored, as pending. */
export async function copyPayloads(
  client: pg.ClientBase,
  kind: ToldKind,
  payloads: readonly NewPayload[],
): Promise<void> {
  if (payloads.length === 0) return;
  const { table, lookup } = tables[kind];
  const rows = payloads.map(
    ({
      dataSource,
      externalMatchId,
      recordKey,
      raw,
      at,
      lastSeenAt,
      content,
      dedupKey,
      ...rest
    }): CopyRow => [
      ...[dataSource, externalMatchId, recordKey, jsonText(raw), new Date(at), new Date(lastSeenAt)],
      ...[content, dedupKey],
      ...lookup.map((column) => rest.lookup[column] ?? null),
    ],
  );
  await copyRows(client, { table, columns: [...columns, ...lookup] }, rows);
}

/** Stores what a version says again, as of when it was seen last. Returns nothing; the version itself stays. */
export async function repeatPayload(
  client: pg.ClientBase,
  kind: ToldKind,
  { id, at, dedupKey }: { readonly id: number; readonly at: Instant; readonly dedupKey: Buffer },
): Promise<void> {
  const { table, lookup } = tables[kind];
  const copied = [
    'data_source',
    'external_match_id',
    'record_key',
    'raw_data',
    'content_hash',
    ...lookup,
  ].join(', ');
  await client.query(
    `insert into ${table} (${copied}, collected_at, last_seen_at, dedup_key)
     select ${copied}, $2, last_seen_at, $3 from ${table} where id = $1
     on conflict do nothing`,
    [id, new Date(at), dedupKey],
  );
}

/** Notes that versions were still so at an instant. */
export async function markSeen(
  client: pg.ClientBase,
  kind: ToldKind,
  ids: readonly number[],
  at: Instant,
): Promise<void> {
  if (ids.length === 0) return;
  await client.query(
    `update ${tables[kind].table} set last_seen_at = $2 where id = any($1::bigint[]) and last_seen_at < $2`,
    [ids, new Date(at)],
  );
}
