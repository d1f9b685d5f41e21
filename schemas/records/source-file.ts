import { z } from 'zod';
import type { Instant } from '../values.js';
import { Season } from '../values.js';

/**
 * `season`: one division's season; a match missing from a later edition is news.
 * `fixtures`: matches ahead; a match leaves it by being played.
 */
export const FileKind = z.enum(['season', 'fixtures']);
export type FileKind = z.infer<typeof FileKind>;

/** A file that a provider offers. `uri` is its name wherever it lies (`2122/E0.csv`); `location` is the path or URL. */
export const SourceFile = z.object({
  dataSource: z.string(),
  uri: z.string(),
  kind: FileKind,
  location: z.string(),
  /** Null for files that carry several seasons. */
  season: Season.nullable(),
  /** Null for files that carry several divisions. */
  division: z.string().nullable(),
});
export type SourceFile = z.infer<typeof SourceFile>;

/** A file's bytes and what is known of their age. Times in epoch milliseconds. */
export interface FetchedFile {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly etag: string | null;
  readonly editionTime: Instant;
  readonly editionTimeBasis: 'last_modified' | 'file_time' | 'fetched';
  readonly fetchedAt: Instant;
}

/** One data row of a file. */
export interface FileRow {
  /** Its place, as {@link ParsedFile.rowIs} counts. */
  readonly rowNo: number;
  /** What the row says, as it came, by name; blank cells of a CSV are left out. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** The row's text in the file, decoded. */
  readonly text: string;
}

export interface ParsedFile {
  readonly encoding: string;
  /** What the file says beside its rows: the names of its columns, or the other properties of its JSON. */
  readonly header: readonly string[] | Readonly<Record<string, unknown>>;
  /** Every row that is not blank. */
  readonly rows: readonly FileRow[];
  /** What a row number counts, from 1: the lines of the file, its header included, or its matches. */
  readonly rowIs: 'line' | 'match';
  /** Fields that no contract knows, by their path; absent where the header's columns tell it. */
  readonly unknownFields?: readonly string[] | undefined;
}
