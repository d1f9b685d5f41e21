import type pg from 'pg';
import type { FileKind } from '../../../schemas/records/source-file.js';
import type { JsonObject } from '../database.js';
import type { Narrowed, Row } from '../row.js';

interface UnidentifiedColumns {
  readonly rawId: 'raw_match_data.id';
  readonly dataSource: 'raw_match_data.data_source';
  readonly raw: Narrowed<'raw_match_data.raw_data', JsonObject>;
  readonly rowNo: 'edition_rows.row_no';
  readonly fileKind: Narrowed<'source_editions.file_kind', FileKind>;
  readonly season: 'source_editions.season';
  readonly division: 'source_editions.division';
}

/** A released row of bronze that collection could not read, with what its file says of it. */
export type UnidentifiedRow = Row<UnidentifiedColumns>;

/** Locks and returns the pending rows that collection could not read (they have no time): those that somebody released. Oldest first. */
export async function lockUnidentifiedRows(client: pg.ClientBase): Promise<UnidentifiedRow[]> {
  const { rows } = await client.query<Row<UnidentifiedColumns>>(
    `select r.id as "rawId", r.data_source as "dataSource", r.raw_data as raw, f.row_no as "rowNo",
       f.file_kind as "fileKind", f.season, f.division
     from raw_match_data r
     cross join lateral (
       select m.row_no, e.file_kind, e.season, e.division
       from edition_rows m join source_editions e on e.id = m.edition_id
       where m.raw_id = r.id order by e.id, m.row_no limit 1
     ) as f
     where r.process_status = 'pending' and r.match_time is null
     order by r.id for no key update of r`,
  );
  return rows;
}

/** Whether another row of an edition that holds this one has the key. */
export async function isKeyTaken(client: pg.ClientBase, rawId: number, key: string): Promise<boolean> {
  const { rows } = await client.query(
    `select from edition_rows m
     join edition_rows o on o.edition_id = m.edition_id and o.raw_id <> m.raw_id
     join raw_match_data r on r.id = o.raw_id
     where m.raw_id = $1 and r.external_match_id = $2 limit 1`,
    [rawId, key],
  );
  return rows.length > 0;
}

/** Fills what is looked up by; the payload itself stays as it came. */
export async function giveKey(
  client: pg.ClientBase,
  row: { readonly rawId: number; readonly key: string; readonly division: string; readonly matchTime: Date },
): Promise<void> {
  await client.query(
    `update raw_match_data set external_match_id = $2, external_league_id = $3, match_time = $4 where id = $1`,
    [row.rawId, row.key, row.division, row.matchTime],
  );
}

/** Holds a released row again: its finding is open again, and says why. */
export async function holdRowAgain(client: pg.ClientBase, rawId: number, reason: string): Promise<void> {
  await client.query(`update raw_match_data set process_status = 'held', process_error = $2 where id = $1`, [
    rawId,
    reason,
  ]);
  await client.query(
    `with opened as (
       update data_quality_logs
       set status = 'logged', released = false, handled_by = 'refine', handled_at = now(), resolution_notes = $2,
         updated_at = now()
       where record_id = $1 and table_name = 'raw_match_data' and released
       returning id
     )
     insert into review_transitions (finding_id, action, from_status, to_status, by, why)
     select id, 'hold', 'resolved', 'logged', 'refine', $2 from opened`,
    [rawId, reason],
  );
}
