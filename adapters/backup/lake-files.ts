import { stat } from 'node:fs/promises';
import { BadInput } from '../../schemas/errors.js';
import { isInStore } from '../lake/lake-place.js';
import type { ObjectStore } from '../lake/object-store.js';
import type { S3Access } from '../lake/s3-access.js';
import type { Computed, Row } from '../postgres/row.js';
import type { Asks } from './restore-audit.js';

/** Whether there is a file of the lake at a place: a path, or an address in an object store. */
export type FileExists = (place: string) => Promise<boolean>;

/** Looks on this machine's disks, and asks the store for what lies in one. Throws {@link BadInput} of such a file where no store is known, what its client throws where it is away. */
export function lakeFileExists(s3: S3Access | undefined): FileExists {
  let store: Promise<ObjectStore> | undefined;
  return async (place) => {
    if (!isInStore(place)) return (await stat(place).catch(() => undefined))?.isFile() === true;
    if (s3 === undefined) {
      throw new BadInput('A file of the lake lies in an object store, and none is configured', {
        ...{ object: place, setting: 'LAKE_URL' },
        advice: 'Set LAKE_URL and the key of the store as they were when the backup was made.',
      });
    }
    // The client is loaded where a lake has a store, and nowhere else.
    store ??= import('../lake/object-store.js').then(({ openObjectStore }) => openObjectStore(s3));
    return await (await store).has(place);
  };
}

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
  for (let from = 0; from < places.length; from += sideBySide) {
    const some = places.slice(from, from + sideBySide);
    const there = await Promise.all(some.map(exists));
    missing.push(...some.filter((_, index) => there[index] !== true));
  }
  return { files: places.length, missing: missing.sort() };
}
