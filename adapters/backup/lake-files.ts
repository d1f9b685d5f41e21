import { stat } from 'node:fs/promises';
import type { Computed, Row } from '../postgres/row.js';
import { isInStore } from '../lake/lake-place.js';
import type { Asks } from './restore-audit.js';

/** Whether there is a file of the lake at a place: a path, or an address in an object store. */
export type FileExists = (place: string) => Promise<boolean | 'not-looked-at'>;

/** Looks on this machine's disks; what lies in an object store is asked of it, where it can be. */
export const lakeFileExists =
  (inStore: FileExists | undefined): FileExists =>
  async (place) => {
    if (isInStore(place)) return inStore === undefined ? 'not-looked-at' : await inStore(place);
    return (await stat(place).catch(() => undefined))?.isFile() === true;
  };

const sideBySide = 16;

/** The files that DuckLake's catalogue names, each with its folders as its schema and table tell them, absolute. */
const filesOfCatalogue = `
  with root as (select value as path from lake_catalog.ducklake_metadata where key = 'data_path' and scope is null),
  folders as (
    select t.table_id,
      case when not t.path_is_relative then t.path
        when not s.path_is_relative then s.path || t.path
        else root.path || s.path || t.path end as path
    from lake_catalog.ducklake_table t join lake_catalog.ducklake_schema s using (schema_id), root),
  files as (
    select table_id, path, path_is_relative from lake_catalog.ducklake_data_file
    union all select table_id, path, path_is_relative from lake_catalog.ducklake_delete_file)
  select distinct case when f.path_is_relative then folders.path || f.path else f.path end as place
  from files f join folders using (table_id)`;

/** The files that the lake's catalogue names and that are not there, and how many were looked for. A database without a catalogue names none. */
export async function missingLakeFiles(
  asks: Asks,
  exists: FileExists,
): Promise<{ readonly files: number; readonly missing: readonly string[] }> {
  const known = await asks.query<Row<{ known: Computed<boolean> }>>(
    `select to_regclass('lake_catalog.ducklake_data_file') is not null as known`,
  );
  if (known.rows[0]?.known !== true) return { files: 0, missing: [] };
  const { rows } = await asks.query<Row<{ place: Computed<string> }>>(filesOfCatalogue);
  const places = rows.map(({ place }) => place);
  const missing: string[] = [];
  let files = 0;
  for (let from = 0; from < places.length; from += sideBySide) {
    const some = places.slice(from, from + sideBySide);
    const there = await Promise.all(some.map(exists));
    missing.push(...some.filter((_, index) => there[index] === false));
    files += there.filter((one) => one !== 'not-looked-at').length;
  }
  return { files, missing: missing.sort() };
}
