import type pg from 'pg';
import { RawPayload } from '../../../schemas/api/provenance.js';
import { reachingPostgres } from '../away.js';

/** Ids of payloads by the table that has them. */
export type PayloadIds = Readonly<Record<RawPayload['table'], readonly number[]>>;

const iso = (instant: string): string =>
  `to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Payloads by their ids: source, hash, and the first edition of a file that had them. One whose month has left Postgres for the lake is not told. */
export async function readPayloads(pool: pg.Pool, ids: PayloadIds): Promise<RawPayload[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query(
      `select 'raw_match_data' as "table", r.id, r.data_source, ${iso('r.collected_at')} as collected_at,
         encode(r.content_hash, 'hex') as content_hash, e.edition
       from raw_match_data r
       left join lateral (
         select json_build_object('uri', e.uri, 'edition_no', e.edition_no, 'sha256', e.sha256, 'edition_time', ${iso('e.edition_time')},
           'fetched_from', e.fetched_from, 'row_no', m.row_no) as edition
         from edition_rows m join source_editions e on e.id = m.edition_id where m.raw_id = r.id order by e.id limit 1
       ) e on true
       where r.id = any($1::bigint[])
       union all
       select 'raw_scores_data', id, data_source, ${iso('collected_at')}, encode(content_hash, 'hex'), null
       from raw_scores_data where id = any($2::bigint[])
       union all
       select 'raw_odds_data', id, data_source, ${iso('collected_at')}, encode(content_hash, 'hex'), null
       from raw_odds_data where id = any($3::bigint[])
       order by 1, 2`,
      [ids.raw_match_data, ids.raw_scores_data, ids.raw_odds_data],
    ),
  );
  return rows.map((row) => RawPayload.parse(row));
}
