import type pg from 'pg';
import type { SourceFile } from '../../schemas/records/source-file.js';

/** Asks whether matches that left a file with an edition go on as others that came with it. After the edition's payloads are stored. */
export async function reportChangedPairings(
  client: pg.ClientBase,
  { dataSource, uri, editionNo }: Pick<SourceFile, 'dataSource' | 'uri'> & { readonly editionNo: number },
  pairings: readonly { readonly left: string; readonly came: string }[],
): Promise<void> {
  if (pairings.length === 0) return;
  await client.query(
    `insert into data_quality_logs (table_name, record_id, error_type, severity, error_data, error_message,
       requires_manual_review, finding_key)
     select 'raw_match_data', r.id, 'changed_pairing', 'high',
       jsonb_build_object('file', $2::text, 'edition', $3::integer, 'left', p.gone, 'came', p.came),
       format('%s left %s with edition %s, and %s came for the same day. If a club is written anew: touchline team merge; '
         'if the sides were changed, the match that left stays marked as missing.', p.gone, $2::text, $3::integer, p.came),
       true, sha256(convert_to(concat_ws('/', 'changed_pairing', $1::text, $2::text, $3::text, p.gone, p.came), 'UTF8'))
     from unnest($4::text[], $5::text[]) as p (gone, came)
     cross join lateral (
       select max(id) as id from raw_match_data where data_source = $1 and external_match_id = p.came
     ) as r
     order by p.gone
     on conflict (finding_key) do nothing`,
    [dataSource, uri, editionNo, pairings.map(({ left }) => left), pairings.map(({ came }) => came)],
  );
}
