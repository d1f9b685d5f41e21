import { stat } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import {
  chainEnd,
  isArchivedName,
  neededFiles,
  parseHistory,
  parseLsn,
  parseSegment,
  segmentAt,
  segmentName,
  type Position,
  type Stretch,
} from '../../domain/backup/wal-chain.js';
import {
  backupFolders,
  metadataSuffix,
  parseBackupName,
  walDayFile,
  type SignedMetadata,
} from '../../schemas/backup.js';
import { BackupUnsound, BadInput } from '../../schemas/errors.js';
import { isAbsent } from './absent.js';
import { readMetadata, readWalDay } from './metadata.js';
import { namesIn, type BackupPlace } from './place.js';
import { unseal, type Identities } from './sealing.js';

/** One file of the log as it lies among the backups. */
export interface WalSource {
  /** As the server named it. */
  readonly segment: string;
  readonly file: string;
  /** Of the file as it lies there; undefined where the server archived it and nobody has sealed it yet. */
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
    identities,
  }: {
    readonly to: Date | null;
    readonly now: Date;
    readonly database: string;
    readonly identities: Identities;
  },
): Promise<RecoveryPlan> {
  if (to !== null && to > now) throw unreachable(to, 'It lies ahead', 'Name an instant of the past.');
  const bases = (await readBases(place)).filter((base) => base.database === database);
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
  const kept = await readWal(place, base.wal.system);
  const line = await newestLine(base, kept, identities);
  const end = chainEnd(line, new Set(kept.keys()));
  const wal = filesOf({ ...line, to: end }, kept);
  const last = wal.filter(({ segment }) => parseSegment(segment, line.segmentSize) !== undefined).at(-1);
  const reaches = last?.archivedAt ?? new Date(base.ended_at);
  if (to !== null && to <= reaches) return { base, wal, reaches };
  refuseGap(line, end, kept, reaches);
  if (to === null) return { base, wal, reaches };
  const advice =
    'Name an earlier instant, or wait until the log of then is archived (touchline backup status).';
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

/** Every base whose metadata is whole, in the order in which they lie in the log: clocks may have been set in between. */
async function readBases(place: BackupPlace): Promise<SignedMetadata[]> {
  const names = (await namesIn(place.at(backupFolders.full))).filter(
    (name) =>
      name.endsWith(metadataSuffix) &&
      parseBackupName(name.slice(0, -metadataSuffix.length))?.method === 'base',
  );
  const read = await Promise.all(
    names.map((name) =>
      readMetadata(place.at(backupFolders.full, name)).catch((error: unknown) => {
        if (error instanceof BackupUnsound) return undefined;
        throw error;
      }),
    ),
  );
  return read
    .filter((one) => one !== undefined)
    .sort(
      (one, other) =>
        one.wal.timeline - other.wal.timeline || Number(parseLsn(one.wal.end) - parseLsn(other.wal.end)),
    );
}

/** Every file of the log of one server, by the server's name of it: sealed, or as it was archived. */
async function readWal(place: BackupPlace, system: string): Promise<ReadonlyMap<string, WalSource>> {
  const kept = new Map<string, WalSource>();
  for (const day of await namesIn(place.at(backupFolders.wal))) {
    if (!/^\d{8}$/.test(day)) continue;
    const folder = place.at(backupFolders.wal, day);
    const list = await readWalDay(path.join(folder, walDayFile));
    if (list?.system !== system) continue;
    for (const { segment, name, sha256, recipients, archived_at: archived } of list.files) {
      const file = path.join(folder, name);
      kept.set(segment, { segment, file, sha256, recipients, archivedAt: new Date(archived) });
    }
  }
  for (const segment of await namesIn(place.at(backupFolders.incoming))) {
    if (!isArchivedName(segment) || kept.has(segment)) continue;
    const file = place.at(backupFolders.incoming, segment);
    const found = await stat(file).catch((error: unknown) => {
      // It was sealed meanwhile: its day's list was read before, so it counts as not there yet.
      if (isAbsent(error)) return undefined;
      throw error;
    });
    if (found === undefined) continue;
    kept.set(segment, { segment, file, sha256: undefined, recipients: [], archivedAt: found.mtime });
  }
  return kept;
}

type Line = Omit<Stretch, 'to'>;

/** The newest line of timelines that comes from a base: a server that was restored goes on along another one. */
async function newestLine(
  { wal }: SignedMetadata,
  kept: ReadonlyMap<string, WalSource>,
  identities: Identities,
): Promise<Line> {
  const from = parseLsn(wal.start);
  let best: Line = { from, timeline: wal.timeline, ancestors: [], segmentSize: wal.segment_size };
  for (const { segment, file, recipients } of kept.values()) {
    if (!segment.endsWith('.history')) continue;
    const timeline = Number.parseInt(segment.slice(0, 8), 16);
    if (timeline < best.timeline) continue;
    const ancestors = parseHistory(await text(unseal(file, { identities, sealedFor: recipients })));
    const ours = ancestors.find((one) => one.timeline === wal.timeline);
    const comesFromBase = ours !== undefined && ours.switchedAt >= parseLsn(wal.end);
    if (timeline === wal.timeline || comesFromBase)
      best = { from, timeline, ancestors, segmentSize: wal.segment_size };
  }
  return best;
}

/** Files of a stretch that are there: those in between are, at its ends there may be none. */
const filesOf = (stretch: Stretch, kept: ReadonlyMap<string, WalSource>): WalSource[] =>
  neededFiles(stretch).flatMap((segment) => kept.get(segment) ?? []);

/** What lies behind a gap is lost to a recovery, and what was asked for may lie there. */
function refuseGap(line: Line, end: Position, kept: ReadonlyMap<string, WalSource>, reaches: Date): void {
  const behind = [...kept.keys()].filter((name) => {
    const segment = parseSegment(name, line.segmentSize);
    return segment?.timeline === line.timeline && segment.number > segmentAt(end, line.segmentSize);
  });
  if (behind.length === 0) return;
  const missing = segmentName(
    { timeline: line.timeline, number: segmentAt(end, line.segmentSize) },
    line.segmentSize,
  );
  throw new BackupUnsound(
    'wal_gap',
    `The log has a gap: ${missing} is missing, and there is more behind it`,
    {
      object: missing,
      field: 'to',
      advice: `Fetch it from the copies off site, or restore to an instant up to ${reaches.toISOString()}.`,
    },
  );
}
