import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { BadInput } from '../../../schemas/errors.js';
import type { CompiledFrame, FrameReference } from '../../../schemas/features/compiled-frame.js';
import { readRows } from '../rows.js';
import { quoteIdentifier } from '../sql-text.js';
import { checkWritable, instantColumn, placeColumn, readFrame, writeFrameFile } from './frame-file.js';
import { frameQuery } from './frame-query.js';

/** A frame of entities and instants, and what is asked of each. */
export interface FrameAsked {
  /** A file of Parquet, CSV or JSON with the ids of entities and `event_timestamp`. */
  readonly file: string;
  /** Where the answer goes: its ending says how it is written. */
  readonly out: string;
  readonly references: readonly FrameReference[];
  /** Nobody waits for it any more once it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

export interface FrameWritten {
  readonly rows: number;
  readonly columns: readonly string[];
}

/** What a frame is joined with. */
export interface FrameSources {
  /** Where the rows of `gold.elo` stand. */
  readonly relationOf: (table: string) => string;
  /** Where matches stand, by `id`, with their league and their sides: a frame of matches need not say them. */
  readonly matches: string;
}

/** What a match says of itself, where a frame leaves it out. */
const ofMatches: Readonly<Record<string, string>> = {
  home_team_id: 'home_team_id',
  away_team_id: 'away_team_id',
  league_id: 'league_id',
};

/**
 * Writes a frame with the features that were known at the instant of each of its rows (FEAT-13): as many rows, in the same order; null where nothing was known, or
 * nothing young enough. Throws {@link BadInput} with file, row and field where the frame cannot be read, or lacks an entity that is asked about.
 */
export async function pointInTimeFrame(
  connection: DuckDBConnection,
  { file, out, references }: Omit<FrameAsked, 'signal'>,
  { relationOf, matches }: FrameSources,
): Promise<FrameWritten> {
  checkWritable(out);
  const { columns, rows } = await readFrame(connection, file);
  const told = references.flatMap(({ features }) => features.map(({ as }) => as));
  const taken = told.find((name) => columns.includes(name));
  if (taken !== undefined) {
    throw new BadInput(`The frame has a column ${taken} already`, {
      ...{ file, field: taken, advice: 'Rename it, or ask for full names.' },
    });
  }
  await completeEntities(connection, file, { columns, references, matches });
  for (const column of new Set(references.map(({ entityColumn }) => entityColumn))) {
    await checkIds(connection, file, column);
  }
  const select = await findSeen(connection, { columns, references }, relationOf);
  await writeFrameFile(connection, select, out);
  return { rows, columns: [...columns, ...told] };
}

/** Finds which rows of the views the rows of the table `frame` see, and returns the SELECT that tells what these say, in the frame's order. */
export async function findSeen(
  connection: DuckDBConnection,
  frame: CompiledFrame,
  relationOf: FrameSources['relationOf'],
): Promise<string> {
  const [bounds] = await readRows(
    connection,
    `select coalesce(min(${instantColumn}), 'epoch')::varchar as first, coalesce(max(${instantColumn}), 'epoch')::varchar as last from frame`,
  );
  const { finds, select } = frameQuery(
    frame,
    z.object({ first: z.string(), last: z.string() }).parse(bounds),
    relationOf,
  );
  for (const find of finds) await connection.run(find);
  return select;
}

/** Adds to the frame what its matches say of themselves and it does not. */
async function completeEntities(
  connection: DuckDBConnection,
  file: string,
  {
    columns,
    references,
    matches,
  }: {
    readonly columns: readonly string[];
    readonly references: readonly FrameReference[];
    readonly matches: string;
  },
): Promise<void> {
  const needed = new Set(references.map(({ entityColumn }) => entityColumn));
  const missing = [...needed].filter((name) => !columns.includes(name));
  if (missing.length === 0) return;
  const unknown = missing.find((name) => ofMatches[name] === undefined || !columns.includes('match_id'));
  if (unknown !== undefined) {
    throw new BadInput(`The frame has no column ${unknown}, which the features ask for`, {
      ...{ file, field: unknown, advice: `It has ${columns.join(', ')}.` },
    });
  }
  await checkIds(connection, file, 'match_id');
  const added = missing.map((name) => `m.${ofMatches[name] ?? ''} as ${name}`).join(', ');
  await connection.run(
    `create or replace temporary table frame as
     select f.*, ${added} from frame f left join ${matches} m on m.id = f.match_id::bigint`,
  );
}

async function checkIds(connection: DuckDBConnection, file: string, column: string): Promise<void> {
  const id = quoteIdentifier(column);
  const [bad] = await readRows(
    connection,
    `select ${placeColumn} as place, ${id}::varchar as said from frame
     where ${id} is not null and try_cast(${id} as bigint) is null order by place limit 1`,
  );
  if (bad === undefined) return;
  const { place, said } = z.object({ place: z.number(), said: z.string() }).parse(bad);
  throw new BadInput(`${JSON.stringify(said)} is no id`, { file, row: place, field: column });
}
