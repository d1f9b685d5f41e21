import { open } from 'node:fs/promises';
import { formatLsn, isArchivedName } from './wal-chain.js';

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** What the shell takes for a sum of SHA-256 in a name. */
const anySum = '?'.repeat(64);

/**
 * The command by which Postgres archives one file to a folder: copied under another name, synced, then named, with the SHA-256 of what the server wrote as the name's end
 * ({@link parseIncoming}), so that no bit of it can change unseen from then on. The same again replaces it; another of that segment is refused: two servers never share a
 * folder. A base's label is not kept: nothing is restored by it. A switched segment is mostly zeros, of which no disk is used. Postgres 15 takes 1,023 bytes of it.
 */
export function archiveCommand(folder: string): string {
  const place = quoted(folder).replaceAll('%', '%%');
  return [
    `case "%f" in *.backup) exit 0; esac; d=${place}; t="$d/.partial-%f"; umask 077`,
    `s=$({ sha256sum <"%p" || shasum -a 256 <"%p"; } 2>/dev/null | cut -c1-64); [ "\${#s}" = 64 ] || exit 1`,
    `for o in "$d/%f".${anySum}; do [ ! -e "$o" ] || [ "$o" = "$d/%f.$s" ] || exit 1; done`,
    `{ cp --sparse=always "%p" "$t" 2>/dev/null || cp "%p" "$t"; } && sync "$t" && mv -f "$t" "$d/%f.$s" && sync "$d"`,
  ].join('; ');
}

/** A file that the server archived, as its name tells. */
export interface IncomingFile {
  readonly name: string;
  /** As the server calls it. */
  readonly segment: string;
  /** Of its bytes; undefined where a command of somebody's own archived it under the segment's name alone. */
  readonly sha256: string | undefined;
}

/** Reads the name of a file in the folder that the server archives to; undefined of another's. */
export function parseIncoming(name: string): IncomingFile | undefined {
  const [, segment = name, sha256] = /^(.+)\.([0-9a-f]{64})$/.exec(name) ?? [];
  return isArchivedName(segment) ? { name, segment, sha256 } : undefined;
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
