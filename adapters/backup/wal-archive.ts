import { open } from 'node:fs/promises';
import { formatLsn } from './wal-chain.js';

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/**
 * The command by which Postgres archives one file to a folder: copied under another name, synced, then named. One that is there already is archived where it is
 * the same, and an error where it is not: two servers never share a folder. A switched segment is mostly zeros, of which no disk is used.
 */
export function archiveCommand(folder: string): string {
  const place = quoted(folder).replaceAll('%', '%%');
  return [
    `d=${place}; t="$d/.partial-%f"; umask 077`,
    `if [ -e "$d/%f" ]; then cmp -s "%p" "$d/%f"; exit $?; fi`,
    `{ cp --sparse=always "%p" "$t" 2>/dev/null || cp "%p" "$t"; } && sync "$t" && mv "$t" "$d/%f" && sync "$d"`,
  ].join('; ');
}

/** So long a row that was committed may be in the server's own WAL alone. */
const archiveEverySeconds = 30;

/** What a server is told so that it archives its WAL to a folder; archive_mode holds from its start on. */
export const archiveSettings = (folder: string): Readonly<Record<string, string>> => ({
  wal_level: 'replica',
  archive_mode: 'on',
  archive_command: archiveCommand(folder),
  archive_timeout: String(archiveEverySeconds),
});

/** What the first page of a segment says of it (XLogLongPageHeaderData). */
export interface SegmentHeader {
  readonly system: string;
  readonly timeline: number;
  /** Where it begins. */
  readonly start: string;
  readonly segmentSize: number;
}

/** Reads it. Undefined where the file is shorter than a page's header. */
export async function readSegmentHeader(file: string): Promise<SegmentHeader | undefined> {
  const handle = await open(file, 'r');
  try {
    const header = Buffer.alloc(40);
    const { bytesRead } = await handle.read(header, 0, header.length, 0);
    if (bytesRead < header.length) return undefined;
    return {
      timeline: header.readUInt32LE(4),
      start: formatLsn(header.readBigUInt64LE(8)),
      system: header.readBigUInt64LE(24).toString(),
      segmentSize: header.readUInt32LE(32),
    };
  } finally {
    await handle.close();
  }
}
