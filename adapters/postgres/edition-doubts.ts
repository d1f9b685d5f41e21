import type pg from 'pg';
import type { SourceFile } from '../../schemas/records/source-file.js';
import type { Row } from './row.js';

/** Which edition of which file. */
export interface NumberedEdition {
  readonly file: SourceFile;
  readonly editionNo: number;
}

/** What a person is asked about an edition. */
export interface EditionDoubt {
  /** Of a doubted edition nothing comes to silver; an incomplete season does, and is asked about. */
  readonly type: 'doubted_edition' | 'incomplete_season';
  readonly message: string;
  /** The rule that comes first. */
  readonly rule: string;
  readonly doubts: readonly {
    readonly rule: string;
    readonly says: string;
    readonly rows: readonly number[];
    readonly bookmaker?: string | undefined;
  }[];
}

/** One finding for an edition, however much is wrong with it; that a season is incomplete is asked once of a file. Returns its id, 0 where it was asked before. */
export async function reportDoubt(
  client: pg.ClientBase,
  { file, editionNo }: NumberedEdition,
  { type, message, rule, doubts }: EditionDoubt,
): Promise<number> {
  const name = [type, file.dataSource, file.uri, ...(type === 'doubted_edition' ? [editionNo] : [])];
  const { rows } = await client.query<Row<{ id: 'data_quality_logs.id' }>>(
    `insert into data_quality_logs (table_name, error_type, severity, field, error_data, error_message,
       requires_manual_review, finding_key)
     values ('source_editions', $1, 'high', $2, $3, $4, true, sha256(convert_to($5, 'UTF8')))
     on conflict (finding_key) do nothing
     returning id`,
    [
      type,
      rule,
      JSON.stringify({
        ...{ data_source: file.dataSource, file: file.uri, edition: editionNo },
        ...{ division: file.division, season: file.season, doubts },
      }),
      `${file.uri}: ${message}`,
      name.join('/'),
    ],
  );
  return rows[0]?.id ?? 0;
}

/** Resolves open findings `f`; the last parameter says why. */
const answer = (which: string, why: string): string => `
  with answered as (
    select f.id, f.status as was from ${which} and f.status in ('logged', 'in_review')
    order by f.id for no key update of f
  ), moved as (
    update data_quality_logs f
    set status = 'resolved', handled_by = 'collect', handled_at = now(), resolution_notes = ${why}, updated_at = now()
    from answered where f.id = answered.id
  )
  insert into review_transitions (finding_id, action, from_status, to_status, by, why)
  select id, 'resolve', was, 'resolved', 'collect', ${why} from answered order by id`;

/** Nobody has to decide about an edition that another has followed: what is still wrong is asked about that one. */
export async function answerEarlierDoubts(
  client: pg.ClientBase,
  { file, editionNo }: NumberedEdition,
): Promise<void> {
  await client.query(
    answer(
      `source_editions e join data_quality_logs f on f.id = e.doubt_finding_id
       where e.data_source = $1 and e.uri = $2 and e.edition_no < $3`,
      '$4',
    ),
    [file.dataSource, file.uri, editionNo, `Edition ${editionNo} of the file has come`],
  );
}

/** Nor about a row that waits by itself and that an edition which stands says no more. */
export async function answerReplacedRows(
  client: pg.ClientBase,
  { file, editionNo }: NumberedEdition,
  editionId: number,
): Promise<void> {
  await client.query(
    answer(
      `data_quality_logs f
       where f.requires_manual_review and f.error_type in ('held', 'unreadable_row', 'doubted_row')
         and f.table_name in ('raw_match_data', 'matches')
         and exists (
           select from edition_rows m join source_editions e on e.id = m.edition_id
           where m.raw_id = f.record_id and e.data_source = $1 and e.uri = $2 and e.edition_no < $3)
         and not exists (select from edition_rows m where m.raw_id = f.record_id and m.edition_id = $5)`,
      '$4',
    ),
    [file.dataSource, file.uri, editionNo, `Edition ${editionNo} of the file says it no more`, editionId],
  );
}
