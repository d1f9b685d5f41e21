import type pg from 'pg';
import { copyRows } from '../../adapters/postgres/copy-rows.js';
import type { Computed, Narrowed, Present, Row } from '../../adapters/postgres/row.js';
import { storeEdition, type NewEdition, type StagedRow } from '../../adapters/postgres/source-editions.js';
import type { FileKind } from '../../schemas/records/source-file.js';
import { parseSeason } from '../../schemas/values.js';

/** A stored edition with its rows as they were staged. */
export interface BronzeEdition {
  readonly edition: NewEdition;
  readonly rows: readonly StagedRow[];
}

interface EditionColumns {
  readonly id: 'source_editions.id';
  readonly uri: 'source_editions.uri';
  readonly kind: Narrowed<'source_editions.file_kind', FileKind>;
  readonly season: 'source_editions.season';
  readonly division: 'source_editions.division';
  readonly sha256: 'source_editions.sha256';
  readonly location: 'source_editions.fetched_from';
  readonly time: 'source_editions.edition_time';
  readonly encoding: 'source_editions.encoding';
  readonly header: Narrowed<'source_editions.header', string[]>;
  readonly rows: 'source_editions.row_count';
}

interface PayloadColumns {
  readonly rowNo: 'edition_rows.row_no';
  readonly dedupKey: 'raw_match_data.dedup_key';
  readonly key: Present<'raw_match_data.external_match_id'>;
  readonly division: 'raw_match_data.external_league_id';
  readonly matchTime: 'raw_match_data.match_time';
  readonly content: 'raw_match_data.content_hash';
  readonly raw: Computed<string>;
}

/** Everything in bronze. Held rows are left out: they are few and take another way. */
export async function readBronze(client: pg.ClientBase): Promise<readonly BronzeEdition[]> {
  const editions = await client.query<Row<EditionColumns>>(
    `select id, uri, file_kind as kind, season, division, sha256, fetched_from as location, edition_time as time,
       encoding, header, row_count as rows
     from source_editions order by id`,
  );
  const read: BronzeEdition[] = [];
  for (const edition of editions.rows) {
    const payloads = await client.query<Row<PayloadColumns>>(
      `select m.row_no as "rowNo", r.dedup_key as "dedupKey", r.external_match_id as key,
         r.external_league_id as division, r.match_time as "matchTime", r.content_hash as content, r.raw_data::text as raw
       from edition_rows m join raw_match_data r on r.id = m.raw_id
       where m.edition_id = $1 and r.external_match_id is not null order by m.row_no`,
      [edition.id],
    );
    read.push({ edition: asNewEdition(edition), rows: payloads.rows.map(asStagedRow) });
  }
  return read;
}

const asNewEdition = (edition: Row<EditionColumns>): NewEdition => ({
  file: {
    dataSource: 'football_data',
    uri: edition.uri,
    kind: edition.kind,
    location: edition.location,
    season: parseSeason(edition.season ?? '') ?? null,
    division: edition.division,
  },
  editionNo: 1,
  sha256: edition.sha256,
  etag: null,
  editionTime: edition.time,
  editionTimeBasis: 'file_time',
  fetchedAt: edition.time,
  encoding: edition.encoding,
  header: edition.header,
  doubt: null,
  results: null,
  runId: `bench/${edition.uri}`,
  counts: { rows: edition.rows, stored: edition.rows, duplicates: 0, held: 0 },
});

const asStagedRow = ({
  rowNo,
  dedupKey,
  key,
  division,
  matchTime,
  content,
  raw,
}: Row<PayloadColumns>): StagedRow => ({
  rowNo,
  rawId: null,
  dedupKey,
  payload: { status: 'pending', key, division, matchTime, content, raw, error: null, finding: null },
});

/** Empties what {@link loadBronze} fills. */
export async function emptyBronze(client: pg.ClientBase): Promise<void> {
  await client.query(
    'truncate raw_match_data, source_editions, edition_rows, data_quality_logs restart identity cascade',
  );
}

/** Stores bronze again, a transaction a file, as collecting does: files go to whichever session is free. */
export async function loadBronze(
  sessions: readonly pg.ClientBase[],
  editions: readonly BronzeEdition[],
): Promise<void> {
  const queue = editions.values();
  await Promise.all(
    sessions.map(async (client) => {
      for (const { edition, rows } of queue) {
        await client.query('begin');
        await storeEdition(client, edition, rows, []);
        await client.query('commit');
      }
    }),
  );
}

const bareColumns = [
  'data_source',
  'raw_data',
  'collected_at',
  'external_match_id',
  'external_league_id',
  'match_time',
  'content_hash',
  'dedup_key',
  'process_status',
];

/** Makes the plain table anew: the columns of the real one, without a key. */
export async function emptyBronzePlain(client: pg.ClientBase): Promise<void> {
  await client.query(
    `drop table if exists bare_raw; create table bare_raw as select ${bareColumns.join(', ')} from raw_match_data where false`,
  );
}

/** The same payloads by bare COPY, a transaction a file: into the plain table, or straight into the finished one. */
export async function copyBronze(
  client: pg.ClientBase,
  editions: readonly BronzeEdition[],
  target: 'plain' | 'finished',
): Promise<void> {
  const table = target === 'plain' ? 'bare_raw' : 'raw_match_data';
  for (const { edition, rows } of editions) {
    const payloads = rows.map(({ dedupKey, payload }) => [
      edition.file.dataSource,
      payload?.raw ?? null,
      edition.fetchedAt,
      payload?.key ?? null,
      payload?.division ?? null,
      payload?.matchTime ?? null,
      payload?.content ?? null,
      dedupKey,
      'pending',
    ]);
    await copyRows(client, { table, columns: bareColumns }, payloads);
  }
}
