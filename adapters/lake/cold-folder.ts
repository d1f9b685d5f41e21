import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { catalogueSchema } from './duckdb.js';
import { placeBelow } from './lake-place.js';
import { readRows } from './rows.js';
import { quoteText } from './sql-text.js';

const IdRow = z.object({ id: z.string() });

/**
 * The folder in the cold location that is this lake's alone: several lakes may share the location, and what none of its snapshots names
 * is a lake's to remove. It is told by the catalogue and by where the hot files lie, since a copy of a catalogue that has its
 * files elsewhere is another lake.
 */
export async function coldFolderOf(
  connection: DuckDBConnection,
  { coldPath, dataPath }: { readonly coldPath: string; readonly dataPath: string },
): Promise<string> {
  const [row] = await readRows(
    connection,
    `select id from postgres_query('pg', ${quoteText(
      `select schema_uuid::text as id from ${catalogueSchema}.ducklake_schema where schema_id = 0`,
    )})`,
  );
  const lake = createHash('sha256')
    .update(`${IdRow.parse(row).id} ${dataPath}`)
    .digest('hex');
  return placeBelow(coldPath, `lake-${lake.slice(0, 16)}`);
}
