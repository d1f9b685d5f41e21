import { sql, type Kysely } from 'kysely';
import type pg from 'pg';
import type { ParsedFile, SourceFile } from '../../schemas/records/source-file.js';
import { copyRows, type CopyRow } from './copy-rows.js';
import type { JsonObject } from './database.js';
import {
  answerEarlierDoubts,
  answerReplacedRows,
  reportDoubt,
  type EditionDoubt,
  type NumberedEdition,
} from './edition-doubts.js';
import type { Database } from './open-database.js';
import type { Computed, Narrowed, Present, Row } from './row.js';
import { awaitedScores } from './scored-keys.js';

/** The newest edition of a file, with what its import counted. */
export type StoredEdition = NonNullable<Awaited<ReturnType<typeof latestEdition>>>;

export type FileName = Pick<SourceFile, 'dataSource' | 'uri'>;

/** The newest edition of the file, or undefined before its first import. */
export async function latestEdition(db: Kysely<Database>, file: FileName) {
  return await db
    .selectFrom('source_editions')
    .select([
      'id',
      'edition_no as editionNo',
      'sha256',
      'etag',
      'fetched_from as fetchedFrom',
      'edition_time as editionTime',
      'run_id as runId',
      'row_count as rows',
      'stored_count as stored',
      'duplicate_count as duplicates',
      'held_count as held',
    ])
    .where('data_source', '=', file.dataSource)
    .where('uri', '=', file.uri)
    .orderBy('edition_no', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** An edition that stands is doubted by nobody, or a person has released it. */
export const editionStands = (edition: string): string =>
  `(${edition}.doubt_finding_id is null
     or (select f.released from data_quality_logs f where f.id = ${edition}.doubt_finding_id))`;

/** A payload that an edition which stands has said. */
export const standingSays = (payload: string): string =>
  `exists (select from edition_rows m join source_editions e on e.id = m.edition_id
     where m.raw_id = ${payload}.id and ${editionStands('e')})`;

/** The newest edition of the file that stands, or undefined where none does. */
export async function standingEdition(
  client: pg.ClientBase,
  file: FileName,
): Promise<{ readonly id: number } | undefined> {
  const { rows } = await client.query<Row<{ id: 'source_editions.id' }>>(
    `select e.id from source_editions e where e.data_source = $1 and e.uri = $2 and ${editionStands('e')}
     order by e.edition_no desc limit 1`,
    [file.dataSource, file.uri],
  );
  return rows[0];
}

/** Waits until no other transaction stores an edition of this file. The lock ends with the transaction. */
export async function lockFile(client: pg.ClientBase, file: FileName): Promise<void> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 1))', [
    `${file.dataSource}/${file.uri}`,
  ]);
}

interface FileVersionColumns {
  readonly key: 'raw_match_data.external_match_id';
  readonly rawId: 'raw_match_data.id';
  /** Hex. */
  readonly content: Computed<string>;
  /** The edition that was asked about has the key, or the unreadable row, whatever it says of it. */
  readonly inEdition: Computed<boolean>;
}

export type FileVersion = Row<FileVersionColumns>;

/** The latest version of each key that this file ever had, and every unreadable row of it (`key` null), beside whether the edition has it. */
export async function versionsInFile(
  client: pg.ClientBase,
  file: FileName,
  editionId: number,
): Promise<FileVersion[]> {
  const { rows } = await client.query<Row<FileVersionColumns>>(
    `with told as (
       select e.id as edition_id, e.edition_no, m.row_no, r.external_match_id as key, r.id as raw_id,
         encode(r.content_hash, 'hex') as content, coalesce(r.external_match_id, encode(r.content_hash, 'hex')) as name
       from source_editions e
       join edition_rows m on m.edition_id = e.id
       join raw_match_data r on r.id = m.raw_id
       where e.data_source = $1 and e.uri = $2
     )
     select distinct on (t.name) t.key, t.raw_id as "rawId", t.content, a.name is not null as "inEdition"
     from told t left join (select distinct name from told where edition_id = $3) as a on a.name = t.name
     order by t.name, t.edition_no desc, t.row_no desc`,
    [file.dataSource, file.uri, editionId],
  );
  return rows;
}

/** A key with the payload of its latest version that could be read, from whichever file it came. */
export interface KeyPayloadColumns {
  readonly key: Present<'raw_match_data.external_match_id'>;
  readonly raw: Narrowed<'raw_match_data.raw_data', JsonObject>;
}

/** Every key that begins with one of the prefixes (`E0/2021-22/`). */
export async function keysWithPrefix(
  client: pg.ClientBase,
  dataSource: string,
  prefixes: readonly string[],
): Promise<Row<KeyPayloadColumns>[]> {
  const { rows } = await client.query<Row<KeyPayloadColumns>>(
    // A prefix ends in '/', and '0' is the character after it: a range of the index.
    `select k.key, k.raw
     from unnest($2::text[]) as p (prefix)
     cross join lateral (
       select distinct on (r.external_match_id) r.external_match_id as key, r.raw_data as raw
       from raw_match_data r
       where r.data_source = $1
         and r.external_match_id >= p.prefix collate "C"
         and r.external_match_id < (left(p.prefix, -1) || '0') collate "C"
         and r.match_time is not null
       order by r.external_match_id, r.id desc
     ) as k`,
    [dataSource, prefixes],
  );
  return rows;
}

/** A row of an edition on its way to bronze. Exactly one of `rawId` and `dedupKey` is set. */
export interface StagedRow {
  readonly rowNo: number;
  readonly rawId: number | null;
  readonly dedupKey: Uint8Array | null;
  /** Null for a row that repeats one of this edition or of an earlier one. */
  readonly payload: {
    readonly status: 'pending' | 'held';
    readonly key: string | null;
    readonly division: string | null;
    readonly matchTime: Date | null;
    readonly content: Uint8Array;
    readonly raw: string;
    readonly error: string | null;
    /** What data_quality_logs says of a row that is held by itself: its type, and as JSON. */
    readonly finding: { readonly type: 'unreadable_row' | 'doubted_row'; readonly data: string } | null;
  } | null;
}

const payloadColumns = [
  'data_source',
  'raw_data',
  'collected_at',
  'external_match_id',
  'external_league_id',
  'match_time',
  'content_hash',
  'dedup_key',
  'process_status',
  'process_error',
];

function* payloadRows({ file, fetchedAt }: NewEdition, rows: readonly StagedRow[]): Generator<CopyRow> {
  for (const { dedupKey, payload } of rows) {
    if (payload === null) continue;
    const { raw, key, division, matchTime, content, status, error } = payload;
    yield [file.dataSource, raw, fetchedAt, key, division, matchTime, content, dedupKey, status, error];
  }
}

const stageColumns = ['row_no', 'raw_id', 'dedup_key', 'finding_type', 'finding', 'reason'];

function* stagedRows(rows: readonly StagedRow[]): Generator<CopyRow> {
  for (const { rowNo, rawId, dedupKey, payload } of rows) {
    const held = payload?.status === 'held' ? payload : null;
    const finding = held?.finding ?? null;
    yield [rowNo, rawId, dedupKey, finding?.type ?? null, finding?.data ?? null, held?.error ?? null];
  }
}

/** A column that no rule of its provider knows, and in how many rows it has a value. */
export interface UnknownColumn {
  readonly name: string;
  readonly values: number;
}

export interface NewEdition extends NumberedEdition {
  readonly sha256: string;
  readonly etag: string | null;
  readonly editionTime: Date;
  readonly editionTimeBasis: 'last_modified' | 'file_time' | 'fetched';
  readonly fetchedAt: Date;
  readonly encoding: string;
  readonly header: ParsedFile['header'];
  readonly runId: string;
  readonly counts: {
    readonly rows: number;
    readonly stored: number;
    readonly duplicates: number;
    readonly held: number;
  };
  /** What a person is asked about it; null where there is nothing. */
  readonly doubt: EditionDoubt | null;
  /** The results that it tells, in the order of its rows; null of a file that is no season's. */
  readonly results: readonly string[] | null;
}

/**
 * Stores an edition inside the caller's transaction: new payloads, what is said of the held ones, the edition, which row
 * of it is which payload, and one finding for each column that nobody reads. Returns the edition's id.
 */
export async function storeEdition(
  client: pg.ClientBase,
  edition: NewEdition,
  rows: readonly StagedRow[],
  unknownColumns: readonly UnknownColumn[],
): Promise<number> {
  const { file, counts } = edition;
  await copyRows(client, { table: 'raw_match_data', columns: payloadColumns }, payloadRows(edition, rows));
  await client.query(`create temporary table staged_rows (
    row_no integer, raw_id bigint, dedup_key bytea, finding_type text, finding jsonb, reason text) on commit drop`);
  await copyRows(client, { table: 'staged_rows', columns: stageColumns }, stagedRows(rows));
  await client.query(
    `insert into data_quality_logs (table_name, record_id, error_type, severity, field, error_data, error_message,
       requires_manual_review, finding_key)
     select 'raw_match_data', r.id, s.finding_type, 'medium', s.finding ->> 'field', s.finding, s.reason, true,
       sha256(s.dedup_key || convert_to(s.finding_type, 'UTF8'))
     from staged_rows s join raw_match_data r on r.dedup_key = s.dedup_key
     where s.finding is not null order by s.row_no`,
  );
  const findingId = edition.doubt === null ? null : await reportDoubt(client, edition, edition.doubt);
  const inserted = await client.query<Row<{ id: 'source_editions.id' }>>(
    `insert into source_editions (data_source, uri, edition_no, file_kind, season, division, sha256, fetched_from,
       etag, edition_time, edition_time_basis, fetched_at, encoding, header, run_id,
       row_count, stored_count, duplicate_count, held_count, doubt_finding_id, results)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
     returning id`,
    [
      file.dataSource,
      file.uri,
      edition.editionNo,
      file.kind,
      file.season,
      file.division,
      edition.sha256,
      file.location,
      edition.etag,
      edition.editionTime,
      edition.editionTimeBasis,
      edition.fetchedAt,
      edition.encoding,
      JSON.stringify(edition.header),
      edition.runId,
      counts.rows,
      counts.stored,
      counts.duplicates,
      counts.held,
      edition.doubt?.type === 'doubted_edition' ? findingId : null,
      edition.results?.join(' ') ?? null,
    ],
  );
  const editionId = inserted.rows[0]?.id ?? 0;
  await client.query(
    `insert into edition_rows (edition_id, row_no, raw_id)
     select $1, s.row_no, coalesce(s.raw_id, r.id)
     from staged_rows s left join raw_match_data r on r.dedup_key = s.dedup_key
     order by s.row_no`,
    [editionId],
  );
  await answerEarlierDoubts(client, edition);
  if (edition.doubt?.type !== 'doubted_edition') await answerReplacedRows(client, edition, editionId);
  await client.query(reportColumns, [
    unknownColumns.map(({ name }) => name),
    unknownColumns.map(({ values }) => values),
    file.dataSource,
    file.uri,
    edition.editionNo,
  ]);
  return editionId;
}

const reportColumns = `
  insert into data_quality_logs (table_name, error_type, severity, field, error_data, error_message, finding_key)
  select 'source_editions', 'unknown_column', 'low', left(c.name, 300),
    jsonb_build_object('data_source', $3::text, 'file', $4::text, 'edition', $5::integer, 'column', c.name, 'values', c.n),
    'No rule reads the column ' || c.name || ' of ' || $4 || '; its values are kept in bronze',
    sha256(convert_to(concat_ws('/', 'unknown_column', $3::text, $4::text, $5::text, c.name), 'UTF8'))
  from unnest($1::text[], $2::integer[]) as c (name, n)
  on conflict do nothing`;

/**
 * Sets the latest payload of each key to pending again, so that refine looks at the key's whole history once more: it left its file or
 * came back, which no payload says.
 */
export async function refineAgain(
  db: Kysely<Database>,
  dataSource: string,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  // Locked in order of ids: two files that share matches must not wait for each other.
  await sql`
    with latest as (
      select max(id) as id from raw_match_data
      where data_source = ${dataSource} and external_match_id = any(${keys}) and match_time is not null
      group by external_match_id
    ), locked as (
      select r.id from raw_match_data r join latest using (id) order by r.id for no key update of r
    )
    update raw_match_data r set processed = false, process_status = 'pending', process_error = null
    from locked where r.id = locked.id`.execute(db);
}

/** Which of these ids of a source mean a match that has been told. */
export async function knownSourceIds(
  client: pg.ClientBase,
  dataSource: string,
  sourceIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<Row<{ sourceId: 'source_match_ids.source_id' }>>(
    `select source_id as "sourceId" from source_match_ids where data_source = $1 and source_id = any($2::text[])`,
    [dataSource, sourceIds],
  );
  return new Set(rows.map(({ sourceId }) => sourceId));
}

/**
 * Remembers which key each of the source's own ids means; an id that is known keeps the key it was given first. What waited for an id that
 * is known now is pending again; the key's payload is new, so refine comes by.
 */
export async function rememberSourceIds(
  client: pg.ClientBase,
  dataSource: string,
  keys: readonly { readonly sourceId: string; readonly key: string }[],
): Promise<void> {
  if (keys.length === 0) return;
  const inOrder = keys.toSorted((a, b) => (a.sourceId < b.sourceId ? -1 : 1));
  const { rows } = await client.query<Row<{ sourceId: 'source_match_ids.source_id' }>>(
    `insert into source_match_ids (data_source, source_id, external_match_id)
     select $1, s.source_id, s.key from unnest($2::text[], $3::text[]) as s (source_id, key)
     on conflict do nothing
     returning source_id as "sourceId"`,
    [dataSource, inOrder.map(({ sourceId }) => sourceId), inOrder.map(({ key }) => key)],
  );
  await awaitedScores(
    client,
    dataSource,
    rows.map(({ sourceId }) => sourceId),
  );
}
