import type pg from 'pg';
import type { SourceFile } from '../../schemas/records/source-file.js';
import type { Computed, Row } from './row.js';
import { standingSays } from './source-editions.js';

/** The days of the matches that a source has told of a division's season in editions that stand, one for each match, and how many teams play in it. */
export interface ToldSeason {
  readonly teams: number;
  /** Ascending. */
  readonly days: readonly string[];
}

/** @param prefix of its keys, `E0/2021-22/` */
export async function toldSeason(
  pool: Pick<pg.Pool, 'query'>,
  dataSource: string,
  prefix: string,
): Promise<ToldSeason> {
  const { rows } = await pool.query<Row<{ day: Computed<string>; home: Computed<string> }>>(
    // A prefix ends in '/', and '0' is the character after it: a range of the index.
    `select to_char(max(r.match_time) at time zone 'Europe/London', 'YYYY-MM-DD') as day,
       split_part(r.external_match_id, '/', 3) as home
     from raw_match_data r
     where r.data_source = $1 and r.external_match_id >= $2 collate "C"
       and r.external_match_id < (left($2, -1) || '0') collate "C" and r.match_time is not null
       and ${standingSays('r')}
     group by r.external_match_id order by 1`,
    [dataSource, prefix],
  );
  return { teams: new Set(rows.map(({ home }) => home)).size, days: rows.map(({ day }) => day) };
}

/** Asks once whether a file stands still. */
export async function reportStaleFile(
  pool: Pick<pg.Pool, 'query'>,
  { dataSource, uri, division, season }: SourceFile,
  newest: string,
  says: string,
): Promise<void> {
  await pool.query(
    `insert into data_quality_logs (table_name, error_type, severity, field, error_data, error_message,
       requires_manual_review, finding_key)
     values ('source_editions', 'stale_file', 'medium', 'newest', $1, $2, true,
       sha256(convert_to(concat_ws('/', 'stale_file', $3::text, $4::text, $5::text), 'UTF8')))
     on conflict (finding_key) do nothing`,
    [
      JSON.stringify({ data_source: dataSource, file: uri, division, season, newest }),
      `${uri} stands still: ${says}`,
      dataSource,
      uri,
      newest,
    ],
  );
}
