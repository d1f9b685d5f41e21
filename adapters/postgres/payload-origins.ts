import type pg from 'pg';
import { reachingPostgres } from './away.js';
import type { Computed, Row } from './row.js';

interface OriginColumns {
  readonly rawId: 'raw_match_data.id';
  readonly dataSource: 'raw_match_data.data_source';
  readonly hash: Computed<string>;
  readonly knownAt: 'fixture_revisions.known_at';
  readonly file: 'source_editions.uri' | null;
  readonly line: 'edition_rows.row_no' | null;
  readonly edition: 'source_editions.edition_no' | null;
}

/** A payload that told of a match: its content hash, when it was known, and where it stood; file and line are null where it came from no file. */
export type PayloadOrigin = Row<OriginColumns>;

/** The payloads behind what was known of a match at an instant, each once, by its first edition. */
export async function readPayloadOrigins(
  pool: pg.Pool,
  matchId: number,
  asOf: Date | 'infinity',
): Promise<PayloadOrigin[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<OriginColumns>>(
      `select * from (
         select distinct on (r.id) r.id as "rawId", r.data_source as "dataSource", encode(r.content_hash, 'hex') as hash,
           f.known_at as "knownAt", e.uri as file, m.row_no as line, e.edition_no as edition
         from fixture_revisions f
         join raw_match_data r on r.id = f.raw_id
         left join edition_rows m on m.raw_id = r.id
         left join source_editions e on e.id = m.edition_id
         where f.match_id = $1 and f.known_at <= $2
         order by r.id, f.known_at, e.id, m.row_no
       ) as o order by "knownAt", "rawId"`,
      [matchId, asOf],
    ),
  );
  return rows;
}
