import { createReadStream } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatLsn, missingFiles, neededFiles, parseHistory, parseLsn } from './wal-chain.js';
import {
  backupDay,
  backupFolders,
  sealedSuffix,
  walDayFile,
  type BackupFile,
  type SignedMetadata,
  type WalDay,
} from '../../schemas/backup.js';
import { BackupUnsound, DependencyAway, PrerequisiteMissing } from '../../schemas/errors.js';
import { reachingPostgres } from '../postgres/away.js';
import type { Computed, Row } from '../postgres/row.js';
import { isAbsent } from './absent.js';
import type { MadeFiles, MakeOptions } from './making.js';
import { measureFile, readWalDay, writeMetadata } from './metadata.js';
import { ownFolder, partialOf, takeName } from './place.js';
import { sealTo } from './sealing.js';
import { readSegmentHeader, type IncomingFile } from './wal-archive.js';
import { incomingFiles, readWalStore, timelineOfHistory } from './wal-store.js';

const archivedWithinMs = 60_000;
const lookEveryMs = 100;
/** So many are sealed before their day's list is written, and what the server archived is removed. */
const listedAtOnce = 16;

/** Has the server finish its segment, and waits until all of the WAL so far is in the archive. Returns the position up to which it is. */
async function switchWal({ pool, place, facts, signal }: MakeOptions): Promise<bigint> {
  if (facts.archiving === 'off') {
    throw new PrerequisiteMissing('archiving is off', {
      setting: 'BACKUP_DIR',
      advice:
        'Set BACKUP_DIR and start the stack again (touchline down, touchline up): archiving begins with the server.',
    });
  }
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<{ lsn: Computed<string> }>>('select pg_switch_wal()::text as lsn'),
  );
  const to = parseLsn(rows[0]?.lsn ?? facts.lsn);
  const { timeline, segmentSize } = facts;
  const [wanted = ''] = neededFiles({
    ...{ from: to === 0n ? 0n : to - 1n, to, timeline, segmentSize },
    ancestors: [],
  }).slice(-1);
  const deadline = performance.now() + archivedWithinMs;
  while (!(await readWalStore(place, facts.system)).files.has(wanted)) {
    if (performance.now() > deadline) throw await notArchived({ pool, place }, wanted);
    await sleep(lookEveryMs, undefined, { signal });
  }
  return to;
}

async function notArchived(
  { pool, place }: Pick<MakeOptions, 'pool' | 'place'>,
  wanted: string,
): Promise<Error> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<{ failed: Computed<string | null>; at: Computed<Date | null> }>>(
      'select last_failed_wal as failed, last_failed_time as at from pg_stat_archiver',
    ),
  );
  const failed = rows[0]?.failed ?? undefined;
  return new DependencyAway(
    `Postgres has not archived ${wanted} within ${archivedWithinMs / 1_000} s${failed === undefined ? '' : `; it failed to archive ${failed}`}`,
    {
      object: 'Postgres',
      file: place.at(backupFolders.incoming),
      advice:
        'See the log of Postgres (logs/postgres.log) for why archive_command fails: room, rights, or another file of that name.',
    },
  );
}

/** Seals what the server has archived, oldest first, into the folders of its days. Returns what it sealed, names beginning at `wal/`. */
async function sealArchived(options: MakeOptions): Promise<BackupFile[]> {
  const { place, signal } = options;
  const incoming = place.at(backupFolders.incoming);
  const sealed: BackupFile[] = [];
  const files = await incomingFiles(place);
  for (let from = 0; from < files.length; from += listedAtOnce) {
    signal.throwIfAborted();
    const batch = files.slice(from, from + listedAtOnce);
    const times = await Promise.all(
      batch.map(async ({ name }) => (await stat(path.join(incoming, name))).mtime),
    );
    for (const day of new Set(times.map(backupDay))) {
      const ofDay = batch.filter((_, index) => backupDay(times[index] ?? new Date(0)) === day);
      sealed.push(...(await sealDay(day, ofDay, options)));
    }
  }
  return sealed;
}

async function sealDay(
  day: string,
  incoming: readonly IncomingFile[],
  { place, facts, recipients, at }: MakeOptions,
): Promise<BackupFile[]> {
  const folder = place.at(backupFolders.wal, day);
  await ownFolder(folder);
  const listFile = path.join(folder, walDayFile);
  const before = await readWalDay(listFile);
  if (before !== undefined && before.system !== facts.system) {
    throw new BackupUnsound('corrupt', 'The WAL of another server lies in the archive', {
      file: listFile,
      advice: 'Give each server a BACKUP_DIR of its own; move the old one away after a new beginning.',
    });
  }
  const listed = new Map((before?.files ?? []).map((file) => [file.segment, file]));
  const added: WalDay['files'] = [];
  for (const { name: archived, segment, sha256: written } of incoming) {
    const source = place.at(backupFolders.incoming, archived);
    await refuseAnothers(source, segment, facts.system);
    const known = listed.get(segment);
    if (known !== undefined) {
      await refuseOtherContent(source, known);
      continue;
    }
    const name = `${segment}.gz${recipients.keys.length === 0 ? '' : sealedSuffix}`;
    const partial = partialOf(path.join(folder, name));
    const { size, sha256, plainSha256 } = await sealTo(partial, createReadStream(source), {
      recipients,
      compression: 'gzip',
    });
    if (written !== undefined && written !== plainSha256) {
      await rm(partial);
      throw new BackupUnsound('corrupt', 'A segment is not as Postgres archived it', {
        file: source,
        advice:
          'Move it away, then run touchline backup full: restores end before it, and begin again after it.',
      });
    }
    await takeName(partial, path.join(folder, name));
    const file = {
      ...{ name, segment, size, sha256, plain_sha256: plainSha256 },
      ancestors: await ancestorsIn(source, segment),
      archived_at: (await stat(source)).mtime.toISOString(),
      sealed_at: at.toISOString(),
      recipients: [...recipients.fingerprints],
    };
    added.push(file);
    listed.set(segment, file);
  }
  if (added.length > 0) {
    await writeMetadata(listFile, {
      ...{ version: 1, day, system: facts.system },
      files: [...(before?.files ?? []), ...added],
    });
  }
  for (const { name } of incoming) await rm(place.at(backupFolders.incoming, name));
  return added.map(({ name, size, sha256 }) => ({ name: `${day}/${name}`, size, sha256 }));
}

async function ancestorsIn(source: string, segment: string): Promise<WalDay['files'][number]['ancestors']> {
  if (timelineOfHistory(segment) === undefined) return [];
  return parseHistory(await readFile(source, 'utf8')).map(({ timeline, switchedAt }) => ({
    timeline,
    switched_at: formatLsn(switchedAt),
  }));
}

async function refuseAnothers(source: string, segment: string, system: string): Promise<void> {
  if (!/^[0-9A-F]{24}$/.test(segment)) return;
  const header = await readSegmentHeader(source);
  if (header?.system === system) return;
  throw new BackupUnsound('corrupt', 'A segment in the archive is not of this server', {
    file: source,
    advice: 'Give each server a BACKUP_DIR of its own; a segment that was damaged needs a new full backup.',
  });
}

/** The server archives a segment again where it was killed before it noted that it had. */
async function refuseOtherContent(source: string, known: WalDay['files'][number]): Promise<void> {
  if ((await measureFile(source)).sha256 === known.plain_sha256) return;
  throw new BackupUnsound('corrupt', 'A segment was archived twice, with different contents', {
    file: source,
    advice: 'Give each server a BACKUP_DIR of its own.',
  });
}

/** A base whose WAL is whole up to a position, and what is missing of the others. */
export interface ChainProof {
  /** The oldest base with an unbroken chain; null where there is no base. */
  readonly base: SignedMetadata | null;
  readonly broken: readonly { readonly base: string; readonly missing: readonly string[] }[];
}

/** Looks whether the archive holds every file that the bases of a server need up to a position. `bases` oldest first. */
export async function proveChain(
  { place, facts }: Pick<MakeOptions, 'place' | 'facts'>,
  bases: readonly SignedMetadata[],
  to: bigint,
): Promise<ChainProof> {
  const store = await readWalStore(place, facts.system);
  const there = new Set(store.files.keys());
  const { timeline, segmentSize } = facts;
  const ancestors = store.ancestorsOf(timeline);
  const judged = bases.flatMap((base) => {
    if (base.wal.system !== facts.system) return [];
    // A restore to an earlier point began another timeline: what was made after that point leads nowhere.
    const { timeline: of, end } = base.wal;
    const left = ancestors.find((one) => one.timeline === of);
    if (of !== timeline && (left === undefined || parseLsn(end) > left.switchedAt)) return [];
    const from = parseLsn(base.wal.start);
    return [{ base, missing: missingFiles({ from, to, timeline, ancestors, segmentSize }, there) }];
  });
  const broken = judged.filter(({ missing }) => missing.length > 0);
  return {
    base: judged.find(({ missing }) => missing.length === 0)?.base ?? null,
    broken: broken.map(({ base, missing }) => ({ base: base.name, missing })),
  };
}

/** The gap is in the way of the newest base: nothing after it can be restored. */
function refuseGap({ base, broken }: ChainProof, place: MakeOptions['place']): void {
  const newest = broken.at(-1);
  if (base !== null || newest === undefined) return;
  const [first = ''] = newest.missing;
  throw new BackupUnsound(
    'wal_gap',
    `The WAL has a gap: ${newest.missing.length} of its files are missing since the base ${newest.base}, from ${first} on`,
    {
      file: place.at(backupFolders.wal),
      object: first,
      advice:
        'Run touchline backup full: it makes a base after the gap. Until then restores end before it; put the file back if it was moved.',
    },
  );
}

/** The four-hourly step: the segment is switched, what was archived is sealed, and the chain since the bases is proven. */
export async function shipWal(options: MakeOptions, bases: readonly SignedMetadata[]): Promise<MadeFiles> {
  const to = await switchWal(options);
  const segments = await sealArchived(options);
  const proof = await proveChain(options, bases, to);
  refuseGap(proof, options.place);
  return proven(options, proof, to, segments);
}

/** The weekly step: the same switch, and the sums of all WAL are taken anew before the chain is proven. */
export async function proveWal(options: MakeOptions, bases: readonly SignedMetadata[]): Promise<MadeFiles> {
  const { place, facts, signal } = options;
  const to = await switchWal(options);
  for (const { file, sha256 } of (await readWalStore(place, facts.system)).files.values()) {
    signal.throwIfAborted();
    if (sha256 === undefined) continue;
    const found = await measureFile(file).catch((error: unknown) => {
      // Its gap is told below.
      if (isAbsent(error)) return undefined;
      throw error;
    });
    if (found !== undefined && found.sha256 !== sha256) {
      throw new BackupUnsound('corrupt', 'A file of the WAL archive is not as it was written', { file });
    }
  }
  const proof = await proveChain(options, bases, to);
  refuseGap(proof, place);
  return proven(options, proof, to, []);
}

function proven({ facts }: MakeOptions, { base }: ChainProof, to: bigint, segments: BackupFile[]): MadeFiles {
  const end = formatLsn(to);
  return {
    ...{ files: [], row_counts: {}, segments, base: base?.name ?? null },
    wal: { start: base?.wal.start ?? end, end, timeline: facts.timeline },
  };
}
