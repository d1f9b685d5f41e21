import { randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { BadInput } from '../../../schemas/errors.js';
import { readRows } from '../rows.js';
import { quoteIdentifier, quoteText } from '../sql-text.js';
import { writeArrow, type ArrowLayout } from './arrow-file.js';
import { writeLines } from './lines-file.js';

/** The formats of a frame, by the ending of its file. */
const readers: Readonly<Record<string, (file: string) => string>> = {
  '.parquet': (file) => `read_parquet(${file})`,
  '.csv': (file) => `read_csv(${file}, header = true)`,
  '.json': (file) => `read_json(${file})`,
};
const writers: Readonly<Record<string, string>> = {
  '.parquet': 'format parquet',
  '.csv': 'format csv, header true',
  '.json': 'format json, array true',
};
/** Arrow by the ending of its file, as the IPC format has them. */
const arrowLayouts: Readonly<Record<string, ArrowLayout>> = { '.arrow': 'file', '.arrows': 'stream' };
const linesEnding = '.ndjson';

const endingOf = (file: string): string => path.extname(file).toLowerCase();

/** The column of a frame that says as of when each row asks. */
export const instantColumn = 'event_timestamp';
/** The column that keeps the rows of a frame in their order while it is joined. */
export const placeColumn = 'touchline_frame_row';

const Column = z.object({ column_name: z.string(), column_type: z.string() });

/** A frame that was read: its own columns, in their order. */
export interface ReadFrame {
  readonly columns: readonly string[];
  readonly rows: number;
}

/**
 * Reads the entities of a frame, with the instants as of which they ask, into the table `frame`, each row with its place. An instant without a zone is one of UTC.
 * Throws {@link BadInput} with the file, and the row, where it cannot be read, lacks the instant or bears one that is none.
 */
export async function readFrame(connection: DuckDBConnection, file: string): Promise<ReadFrame> {
  const reader = readers[endingOf(file)];
  if (reader === undefined) {
    throw new BadInput('A frame is a file of Parquet, CSV or JSON', {
      ...{ file, advice: `Name it with one of ${Object.keys(readers).join(', ')}.` },
    });
  }
  const isThere = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isThere) throw new BadInput('There is no such file', { file });
  const from = reader(quoteText(file));
  let described: readonly z.infer<typeof Column>[];
  try {
    described = (await readRows(connection, `describe select * from ${from}`)).map((row) =>
      Column.parse(row),
    );
    await connection.run(
      `create or replace temporary table frame as select row_number() over () as ${placeColumn}, * from ${from}`,
    );
  } catch (error) {
    throw new BadInput(
      `The frame cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      { file },
    );
  }
  const columns = described.map(({ column_name: name }) => name);
  if (!columns.includes(instantColumn)) {
    throw new BadInput(`A frame has a column ${instantColumn}: as of when each row asks`, {
      ...{ file, field: instantColumn, advice: `It has ${columns.join(', ')}.` },
    });
  }
  const instant = quoteIdentifier(instantColumn);
  const [bad] = await readRows(
    connection,
    `select ${placeColumn} as place, ${instant}::varchar as said from frame where try_cast(${instant} as timestamptz) is null order by place limit 1`,
  );
  if (bad !== undefined) {
    const { place, said } = z.object({ place: z.number(), said: z.string().nullable() }).parse(bad);
    throw new BadInput(`${JSON.stringify(said)} is no instant`, {
      ...{ file, row: place, field: instantColumn, advice: 'Write 2024-05-19T14:00:00Z.' },
    });
  }
  const type = described.find(({ column_name: name }) => name === instantColumn)?.column_type;
  if (type !== 'TIMESTAMP WITH TIME ZONE') {
    await connection.run(
      `alter table frame alter ${instant} type timestamptz using try_cast(${instant} as timestamptz)`,
    );
  }
  const [counted] = await readRows(connection, 'select count(*)::integer as rows from frame');
  return { columns, ...z.object({ rows: z.number() }).parse(counted) };
}

/** Whether a file can be written as a frame, by its name. Throws {@link BadInput} where it cannot. */
export function checkWritable(file: string): void {
  const ending = endingOf(file);
  const endings = [...Object.keys(arrowLayouts), linesEnding, ...Object.keys(writers)];
  if (endings.includes(ending)) return;
  throw new BadInput('A frame is written as Parquet, Arrow, CSV or JSON', {
    ...{ file, advice: `Name it with one of ${endings.join(', ')}.` },
  });
}

/** Writes what a SELECT answers, in its order; the file appears, or replaces another, once all is written. */
export async function writeFrameFile(
  connection: DuckDBConnection,
  select: string,
  file: string,
): Promise<void> {
  checkWritable(file);
  const partial = `${file}.${randomUUID()}.partial`;
  try {
    const ending = endingOf(file);
    const layout = arrowLayouts[ending];
    if (layout !== undefined) await writeArrow(connection, select, { file: partial, layout });
    else if (ending === linesEnding) await writeLines(connection, select, partial);
    else await connection.run(`copy (${select}) to ${quoteText(partial)} (${writers[ending] ?? ''})`);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}
