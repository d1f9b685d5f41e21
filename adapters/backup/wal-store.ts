import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isArchivedName, parseHistory, type EndedTimeline } from './wal-chain.js';
import { parseLsn } from './wal-chain.js';
import { backupFolders, walDayFile, type SignedWalDay, type WalDay } from '../../schemas/backup.js';
import { readWalDay } from './metadata.js';
import { namesIn, type BackupPlace } from './place.js';

/** One file of the archive that is on disk. */
export interface ArchivedFile {
  /** As the server named it. */
  readonly segment: string;
  readonly file: string;
  /** What its day's list says of it; undefined while it is not sealed. */
  readonly sealed: WalDay['files'][number] | undefined;
}

/** The WAL that lies in the archive: what is on disk, sealed or not yet. */
export interface WalStore {
  readonly days: readonly SignedWalDay[];
  readonly files: ReadonlyMap<string, ArchivedFile>;
  /** The timelines before one, as its history tells; empty of the first. */
  ancestorsOf(timeline: number): readonly EndedTimeline[];
}

/** The days of which there may be sealed WAL, oldest first. */
export const walDays = async (place: BackupPlace): Promise<string[]> =>
  (await namesIn(place.at(backupFolders.wal))).filter((name) => /^\d{8}$/.test(name));

/**
 * Reads what the archive holds of one server. Throws BackupUnsound where a list of a day is not as it was written. A file that is named and not on disk is not in
 * it: the chain has a gap there.
 */
export async function readWalStore(place: BackupPlace, system: string): Promise<WalStore> {
  const files = new Map<string, ArchivedFile>();
  const ancestors = new Map<number, readonly EndedTimeline[]>();
  const days: SignedWalDay[] = [];
  const incoming = place.at(backupFolders.incoming);
  for (const segment of await namesIn(incoming)) {
    if (!isArchivedName(segment)) continue;
    files.set(segment, { segment, file: path.join(incoming, segment), sealed: undefined });
    const timeline = timelineOfHistory(segment);
    if (timeline === undefined) continue;
    const text = await readFile(path.join(incoming, segment), 'utf8').catch(() => undefined);
    if (text !== undefined) ancestors.set(timeline, parseHistory(text));
  }
  for (const day of await walDays(place)) {
    const folder = place.at(backupFolders.wal, day);
    const list = await readWalDay(path.join(folder, walDayFile));
    if (list?.system !== system) continue;
    days.push(list);
    const there = new Set(await namesIn(folder));
    for (const sealed of list.files) {
      if (!there.has(sealed.name)) continue;
      files.set(sealed.segment, { segment: sealed.segment, file: path.join(folder, sealed.name), sealed });
      const timeline = timelineOfHistory(sealed.segment);
      if (timeline !== undefined) ancestors.set(timeline, sealed.ancestors.map(ended));
    }
  }
  return { days, files, ancestorsOf: (timeline) => ancestors.get(timeline) ?? [] };
}

const ended = ({ timeline, switched_at: at }: { timeline: number; switched_at: string }): EndedTimeline => ({
  timeline,
  switchedAt: parseLsn(at),
});

/** The timeline whose history a file is; undefined of another file. */
export const timelineOfHistory = (segment: string): number | undefined =>
  segment.endsWith('.history') ? Number.parseInt(segment.slice(0, 8), 16) : undefined;
