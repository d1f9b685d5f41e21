import { stat } from 'node:fs/promises';
import {
  chainEnd,
  neededFiles,
  parseLsn,
  parseSegment,
  segmentAt,
  segmentName,
  type Position,
  type Stretch,
} from './wal-chain.js';
import type { BackupWal, SignedMetadata } from '../../schemas/backup.js';
import { BackupUnsound, BadInput } from '../../schemas/errors.js';
import { basesAmong, listBackups, type FoundBackup } from './list.js';
import type { BackupPlace } from './place.js';
import { readWalStore, timelineOfHistory, type WalStore } from './wal-store.js';

/** One file of the log as it lies among the backups. */
export interface WalSource {
  /** As the server named it. */
  readonly segment: string;
  readonly file: string;
  /** Of the file as it lies there; undefined where nobody noted it. */
  readonly sha256: string | undefined;
  readonly recipients: readonly string[];
  readonly archivedAt: Date;
}

/** What a recovery to an instant takes. */
export interface RecoveryPlan {
  readonly base: SignedMetadata;
  /** The log from the base to the end of what is kept without a gap, in the order of replay. */
  readonly wal: readonly WalSource[];
  /** When the last of it was archived: what was committed before is in it. */
  readonly reaches: Date;
}

/**
 * Finds what a recovery takes: the newest base that ended before the instant, by its place in the log, and the log from there. Null: as far as the
 * log goes.
 *
 * Throws {@link BadInput} where the instant cannot be reached: it lies ahead, before every base, or after the end of the log;
 * {@link BackupUnsound} (`wal_gap`) where a file of the log is missing on the way.
 */
export async function planRecovery(
  place: BackupPlace,
  {
    to,
    now,
    database,
  }: {
    readonly to: Date | null;
    readonly now: Date;
    readonly database: string;
  },
): Promise<RecoveryPlan> {
  if (to !== null && to > now) throw unreachable(to, 'It lies ahead', 'Name an instant of the past.');
  const backups = await listBackups(place);
  const bases = basesAmong(backups).filter((base) => base.database === database);
  const earlier = bases.filter(({ ended_at: ended }) => to === null || new Date(ended) <= to);
  const base = earlier.at(-1);
  if (base === undefined) {
    const oldest = bases[0];
    const why = oldest === undefined ? 'There is no base backup' : `The oldest base is of ${oldest.ended_at}`;
    throw unreachable(
      to,
      why,
      'Restore a dump of before (touchline restore --list), or name a later instant.',
    );
  }
  const store = await readWalStore(place, base.wal.system);
  const line = newestLine(base.wal, store);
  const end = chainEnd(line, new Set(store.files.keys()));
  const wal = await filesOf({ ...line, to: end }, store);
  const last = wal.filter(({ segment }) => parseSegment(segment, line.segmentSize) !== undefined).at(-1);
  const reaches = last?.archivedAt ?? new Date(base.ended_at);
  if (to !== null && to <= reaches) return { base, wal, reaches };
  refuseGap(line, end, store, reaches, provenEnd(backups, base.wal.system, line.timeline));
  if (to === null) return { base, wal, reaches };
  const advice = 'Name an earlier instant, or have the log archived up to now: touchline backup incremental.';
  throw unreachable(to, `The log that was archived ends at ${reaches.toISOString()}`, advice);
}

const unreachable = (to: Date | null, why: string, advice: string): BadInput =>
  new BadInput(
    `${to === null ? 'Nothing can be recovered' : `${to.toISOString()} cannot be reached`}: ${why}`,
    {
      field: 'to',
      advice,
    },
  );

type Line = Omit<Stretch, 'to'>;

/** The newest line of timelines that comes from a base: a server that was restored goes on along another one. */
function newestLine(wal: BackupWal, store: WalStore): Line {
  const from = parseLsn(wal.start);
  const segmentSize = wal.segment_size;
  const ahead = [...store.files.keys()].flatMap((segment) => timelineOfHistory(segment) ?? []);
  const timelines = [...new Set([wal.timeline, ...ahead])].sort((one, other) => other - one);
  const newest = timelines.find((timeline) => {
    const left = store.ancestorsOf(timeline).find((one) => one.timeline === wal.timeline);
    return timeline === wal.timeline || (left !== undefined && left.switchedAt >= parseLsn(wal.end));
  });
  const timeline = newest ?? wal.timeline;
  return { from, timeline, ancestors: store.ancestorsOf(timeline), segmentSize };
}

/** Files of a stretch that are there: those in between are, at its ends there may be none. */
async function filesOf(stretch: Stretch, { files }: WalStore): Promise<WalSource[]> {
  const sources: WalSource[] = [];
  for (const segment of neededFiles(stretch)) {
    const found = files.get(segment);
    if (found === undefined) continue;
    const { file, sealed, sha256 } = found;
    const archivedAt = sealed === undefined ? (await stat(file)).mtime : new Date(sealed.archived_at);
    sources.push({ segment, file, sha256, recipients: sealed?.recipients ?? [], archivedAt });
  }
  return sources;
}

/** Up to where the log of a timeline was there once, as the backups that proved it tell. */
function provenEnd(backups: readonly FoundBackup[], system: string, timeline: number): Position {
  const ends = backups.flatMap(({ metadata }) =>
    metadata?.wal.system === system && metadata.wal.timeline === timeline && metadata.base !== null
      ? [parseLsn(metadata.wal.end)]
      : [],
  );
  return ends.reduce((most, one) => (one > most ? one : most), 0n);
}

/** What lies behind a gap is lost to a recovery, and what was asked for may lie there. */
function refuseGap(line: Line, end: Position, { files }: WalStore, reaches: Date, proven: Position): void {
  const behind = [...files.keys()].filter((name) => {
    const segment = parseSegment(name, line.segmentSize);
    return segment?.timeline === line.timeline && segment.number > segmentAt(end, line.segmentSize);
  });
  if (behind.length === 0 && proven <= end) return;
  const missing = segmentName(
    { timeline: line.timeline, number: segmentAt(end, line.segmentSize) },
    line.segmentSize,
  );
  throw new BackupUnsound(
    'wal_gap',
    `The log has a gap: ${missing} is missing, and there is or was more behind it`,
    {
      object: missing,
      field: 'to',
      advice: `Fetch it from the copies off site, or restore to an instant up to ${reaches.toISOString()}.`,
    },
  );
}
