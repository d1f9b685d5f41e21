import type pg from 'pg';
import { copyRows } from '../../adapters/postgres/copy-rows.js';
import { storeEdition, type NewEdition, type StagedRow } from '../../adapters/postgres/source-editions.js';
import { parseSeason } from '../../schemas/values.js';

/** A stored edition with its rows as they were staged. */
export interface BronzeEdition {
  readonly edition: NewEdition;
  readonly rows: readonly StagedRow[];
}

interface EditionRow {
  readonly id: number;
  readonly uri: string;
  readonly kind: 'season' | 'fixtures';
  readonly season: string | null;
  readonly division: string | null;
  readonly sha256: string;
  readonly location: string;
  readonly time: Date;
  readonly encoding: string;
  readonly header: string[];
  readonly rows: number;
}

interface PayloadRow {
  readonly rowNo: number;
  readonly dedupKey: Buffer;
  readonly key: string;
  readonly division: string;
  readonly matchTime: Date;
  readonly content: Buffer;
  readonly raw: string;
}

/** Everything in bronze. Held rows are left out: they are few and take another way. */
export async function readBronze(client: pg.ClientBase): Promise<readonly BronzeEdition[]> {
  const editions = await client.query<EditionRow>(
    `select id, uri, file_kind as kind, season, division, sha256, fetched_from as location, edition_time as time,
       encoding, header, row_count as rows
     from source_editions order by id`,
  );
  const read: BronzeEdition[] = [];
  for (const edition of editions.rows) {
    const payloads = await client.query<PayloadRow>(
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

const asNewEdition = (edition: EditionRow): NewEdition => ({
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
  runId: `bench/${edition.uri}`,
  counts: { rows: edition.rows, stored: edition.rows, duplicates: 0, held: 0 },
});

const asStagedRow = ({ rowNo, dedupKey, key, division, matchTime, content, raw }: PayloadRow): StagedRow => ({
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
