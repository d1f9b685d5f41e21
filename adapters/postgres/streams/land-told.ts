import type pg from 'pg';
import type { LookupValue } from '../../../schemas/records/told-row.js';
import { copyRows, type CopyRow } from '../copy-rows.js';
import type { Computed, Row } from '../row.js';

/** The kinds of records that messages bring row by row. */
export type LandedKind = 'odds' | 'scores';

/** A record that a message tells, as its raw table keeps it. */
export interface LandedRow {
  readonly dataSource: string;
  readonly externalMatchId: string;
  readonly recordKey: string;
  /** The message as it came: JSON that Postgres takes. */
  readonly text: string;
  readonly collectedAt: Date;
  readonly content: Uint8Array;
  readonly dedupKey: Uint8Array;
  readonly lookup: Readonly<Record<string, LookupValue>>;
}

const lookups = {
  odds: [
    ['bookmaker', 'text'],
    ['market_type', 'text'],
    ['line_value', 'numeric'],
  ],
  scores: [
    ['match_status', 'text'],
    ['home_score', 'integer'],
    ['away_score', 'integer'],
    ['match_minute', 'integer'],
    ['provider_updated_at', 'timestamptz'],
  ],
} as const satisfies Record<LandedKind, readonly (readonly [string, string])[]>;

const tables = {
  odds: { table: 'raw_odds_data', unique: 'dedup_key, collected_at' },
  scores: { table: 'raw_scores_data', unique: 'dedup_key' },
} as const;

const common = [
  ['data_source', 'text'],
  ['external_match_id', 'text'],
  ['record_key', 'text'],
  ['raw_data', 'jsonb'],
  ['collected_at', 'timestamptz'],
  ['last_seen_at', 'timestamptz'],
  ['content_hash', 'bytea'],
  ['dedup_key', 'bytea'],
] as const;

/**
 * Stores records that messages tell, as pending: by COPY to a stage, then those whose key (BRZ-9) is not there yet. Returns how many were new. Several
 * transactions may store the same side by side: they take the keys in one order.
 */
export async function landTold(
  client: pg.ClientBase,
  kind: LandedKind,
  rows: readonly LandedRow[],
): Promise<number> {
  if (rows.length === 0) return 0;
  const { table, unique } = tables[kind];
  const columns = [...common, ...lookups[kind]];
  const names = columns.map(([name]) => name);
  const stage = `landed_${kind}`;
  // Of the session, not of the transaction: a table made anew each time would fill the catalogue.
  await client.query(
    `create temporary table if not exists ${stage} (${columns.map((column) => column.join(' ')).join(', ')}) on commit delete rows`,
  );
  await copyRows(client, { table: stage, columns: names }, cells(kind, rows));
  const list = names.join(', ');
  const { rowCount } = await client.query(
    `insert into ${table} (${list}) select ${list} from ${stage} order by dedup_key
     on conflict (${unique}) do nothing`,
  );
  return rowCount ?? 0;
}

function* cells(kind: LandedKind, rows: readonly LandedRow[]): Generator<CopyRow> {
  const lookup = lookups[kind].map(([name]) => name);
  for (const row of rows) {
    yield [
      ...[row.dataSource, row.externalMatchId, row.recordKey, row.text, row.collectedAt, row.collectedAt],
      ...[row.content, row.dedupKey],
      ...lookup.map((name) => row.lookup[name] ?? null),
    ];
  }
}

/** Of messages about matches those that bronze has: by their source, its id of the match and what they say. */
export async function knownMatchMessages(
  client: pg.ClientBase,
  dataSource: string,
  messages: readonly { readonly matchId: string; readonly content: Uint8Array }[],
): Promise<ReadonlySet<number>> {
  const { rows } = await client.query<Row<{ place: Computed<number> }>>(
    `select (n.place - 1)::integer as place
     from unnest($2::text[], $3::bytea[]) with ordinality as n (match_id, content, place)
     where exists (
       select from source_match_ids i
       join raw_match_data r on r.data_source = i.data_source and r.external_match_id = i.external_match_id
       where i.data_source = $1 and i.source_id = n.match_id and r.content_hash = n.content)`,
    [dataSource, messages.map(({ matchId }) => matchId), messages.map(({ content }) => content)],
  );
  return new Set(rows.map(({ place }) => place));
}
