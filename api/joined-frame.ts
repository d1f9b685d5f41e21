import { mkdir, mkdtemp, open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { LakeReader } from '../adapters/lake/reader.js';
import { BadInput } from '../schemas/errors.js';
import type { FrameReference } from '../schemas/features/compiled-frame.js';

/** Rows of entities, and what is asked of each. */
export interface RowsAsked {
  readonly rows: readonly object[];
  readonly references: readonly FrameReference[];
  /** How the answer is written: lines of JSON, or Arrow as a stream. */
  readonly ending: '.ndjson' | '.arrows';
  /** Aborted once nobody waits for it. */
  readonly signal?: AbortSignal | undefined;
}

/** A frame that was joined: what is written is read from an open file that has no name any more, so nothing is left when it is closed. */
export interface JoinedFrame {
  readonly columns: readonly string[];
  readonly rows: number;
  readonly file: FileHandle;
}

/** Joins rows with features as they were known, by files in a folder of its own. Throws as {@link LakeReader.frame} does. */
export async function joinFrame(
  { lake, temporaryFolder }: { readonly lake: Pick<LakeReader, 'frame'>; readonly temporaryFolder: string },
  { rows, references, ending, signal }: RowsAsked,
): Promise<JoinedFrame> {
  await mkdir(temporaryFolder, { recursive: true });
  const folder = await mkdtemp(path.join(temporaryFolder, 'frame-'));
  try {
    const file = path.join(folder, 'entities.json');
    const out = path.join(folder, `told${ending}`);
    await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const written = await lake.frame({ file, out, references, signal });
    return { ...written, file: await open(out) };
  } catch (error) {
    if (signal?.aborted === true) throw new BadInput('Nobody waits for the frame any more', {}, error);
    throw error instanceof BadInput ? withoutFile(error) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whoever asks has sent rows, and knows nothing of our file. */
const withoutFile = (error: BadInput): BadInput => {
  const { row, field, object, advice } = error.subject;
  const where = row === undefined ? '' : ` (row ${row})`;
  return new BadInput(
    `${error.message}${where}`,
    {
      ...(row === undefined ? {} : { row }),
      ...(field === undefined ? {} : { field }),
      ...(object === undefined ? {} : { object }),
      ...(advice === undefined ? {} : { advice }),
    },
    error,
  );
};
