import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseHistory, parseLsn, type EndedTimeline } from './wal-chain.js';
import { backupFolders, walDayFile, type SignedWalDay, type WalDay } from '../../schemas/backup.js';
import { BackupUnsound } from '../../schemas/errors.js';
import { readWalDay } from './metadata.js';
import { namesIn, type BackupPlace } from './place.js';
import { parseIncoming, type IncomingFile } from './wal-archive.js';

/** One file of the archive that is on disk. */
export interface ArchivedFile {
  /** As the server named it. */
  readonly segment: string;
  readonly file: string;
  /** Of the file as it lies there; undefined where nobody noted it. */
  readonly sha256: string | undefined;
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

/** What the server archived and nobody has sealed yet, in the order of the WAL. */
export const incomingFiles = async (place: BackupPlace): Promise<IncomingFile[]> =>
  (await namesIn(place.at(backupFolders.incoming))).flatMap((name) => parseIncoming(name) ?? []);

/**
 * Reads what the archive holds of one server. Throws BackupUnsound where a list of a day or a history is not as it was written. A file that is named and not on disk is not in
 * it: the chain has a gap there.
 */
export async function readWalStore(place: BackupPlace, system: string): Promise<WalStore> {
  const files = new Map<string, ArchivedFile>();
  const ancestors = new Map<number, readonly EndedTimeline[]>();
  const days: SignedWalDay[] = [];
  const incoming = place.at(backupFolders.incoming);
  for (const { name, segment, sha256 } of await incomingFiles(place)) {
    const file = path.join(incoming, name);
    files.set(segment, { segment, file, sha256, sealed: undefined });
    const timeline = timelineOfHistory(segment);
    if (timeline !== undefined) ancestors.set(timeline, await historyIn(file));
  }
  for (const day of await walDays(place)) {
    const folder = place.at(backupFolders.wal, day);
    const list = await readWalDay(path.join(folder, walDayFile));
    if (list?.system !== system) continue;
    days.push(list);
    const there = new Set(await namesIn(folder));
    for (const sealed of list.files) {
      if (!there.has(sealed.name)) continue;
      const { segment, sha256, name } = sealed;
      files.set(segment, { segment, file: path.join(folder, name), sha256, sealed });
      const timeline = timelineOfHistory(sealed.segment);
      if (timeline !== undefined) ancestors.set(timeline, sealed.ancestors.map(ended));
    }
  }
  return { days, files, ancestorsOf: (timeline) => ancestors.get(timeline) ?? [] };
}

/** One that was sealed away this moment has none. */
async function historyIn(file: string): Promise<readonly EndedTimeline[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  try {
    return parseHistory(text);
  } catch (error) {
    throw new BackupUnsound('corrupt', 'The history of a timeline cannot be read', { file }, error);
  }
}

const ended = ({ timeline, switched_at: at }: { timeline: number; switched_at: string }): EndedTimeline => ({
  timeline,
  switchedAt: parseLsn(at),
});

/** The timeline whose history a file is; undefined of another file. */
export const timelineOfHistory = (segment: string): number | undefined =>
  segment.endsWith('.history') ? Number.parseInt(segment.slice(0, 8), 16) : undefined;
