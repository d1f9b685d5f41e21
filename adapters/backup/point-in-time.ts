import { createWriteStream } from 'node:fs';
import { chown } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { backupFolders, baseFiles, metadataSuffix, sealedSuffix } from '../../schemas/backup.js';
import { BackupUnsound, BadInput } from '../../schemas/errors.js';
import { asUser } from '../embedded/postgres/server-user.js';
import { faultsOfFiles, measureFile } from './metadata.js';
import type { BackupPlace } from './place.js';
import type { RecoveryPlan, WalSource } from './recovery-plan.js';
import {
  recoverFrom,
  ScratchEnded,
  scratchWalFolder,
  startScratchCluster,
  type ScratchCluster,
} from './scratch-cluster.js';
import { makeScratchFolder, type ScratchFolder } from './scratch-folder.js';
import { unseal, type Identities } from './sealing.js';
import { untar } from './untar.js';

/** What a recovery is made with. */
export interface RecoveryMeans {
  readonly place: BackupPlace;
  readonly identities: Identities;
  /** A folder with `bin`, `lib` and `share` of Postgres; undefined: the embedded one. */
  readonly binaries: string | undefined;
  /** Where the copy goes; undefined: the system's temporary folder. */
  readonly scratchParent: string | undefined;
  /** As whom the copy is asked: a user of the cluster that was backed up, who may read everything. */
  readonly user: string;
  readonly signal?: AbortSignal;
  /** Told what is done now. */
  readonly report?: (line: string) => void;
}

/** A copy of the whole server as it was at an instant. */
export interface RecoveredCluster {
  readonly cluster: ScratchCluster;
  /** Ends it and removes it. */
  remove(): Promise<void>;
}

/**
 * Makes a server of its own from a base backup, and replays the log up to an instant (null: to its end). Everything is compared with its
 * sum before anything is unpacked. Production is neither asked nor touched.
 *
 * Throws {@link BackupUnsound} where a file is not as it was written or Postgres cannot replay it; {@link BadInput} where the log turns
 * out not to reach the instant.
 */
export async function recoverCluster(
  plan: RecoveryPlan,
  to: Date | null,
  means: RecoveryMeans,
): Promise<RecoveredCluster> {
  const say = means.report ?? (() => undefined);
  say(`Looking whether ${plan.base.name} and the log are as they were written`);
  await refuseDamaged(plan, means);
  const folder = await makeScratchFolder(means.binaries, means.scratchParent);
  try {
    say(`Unpacking ${plan.base.name}`);
    await unpackBase(plan, folder, means);
    const wal = await scratchWalFolder(folder);
    say(`Opening ${plan.wal.length} files of the log`);
    for (const source of plan.wal) {
      means.signal?.throwIfAborted();
      await openWal(source, path.join(wal, source.segment), folder, means.identities);
    }
    say(`Replaying ${to === null ? 'to the end of the log' : `to ${to.toISOString()}`}`);
    const cluster = await startRecovery(folder, wal, to, plan, means);
    const remove = async (): Promise<void> => {
      await cluster.stop();
      await folder.remove();
    };
    return { cluster, remove };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** The sums of all that a recovery takes. What nobody noted the sum of, Postgres' own checks have to find. */
async function refuseDamaged({ base, wal }: RecoveryPlan, { place, signal }: RecoveryMeans): Promise<void> {
  const [fault] = await faultsOfFiles(
    place.at(backupFolders.full, `${base.name}${metadataSuffix}`),
    base.files,
  );
  if (fault !== undefined) throw fault;
  for (const { file, sha256 } of wal) {
    signal?.throwIfAborted();
    if ((await sumOf(file)) === sha256 || sha256 === undefined) continue;
    throw new BackupUnsound('corrupt', 'A file of the log is not as it was written', {
      file,
      advice: 'Fetch it from the copies off site, or restore to an instant before it.',
    });
  }
}

async function unpackBase(
  { base }: RecoveryPlan,
  folder: ScratchFolder,
  means: RecoveryMeans,
): Promise<void> {
  const { place, identities } = means;
  const fileOf = (name: string): string | undefined =>
    base.files.find((file) => [name, `${name}${sealedSuffix}`].includes(path.basename(file.name)))?.name;
  const known = Object.values(baseFiles).map(fileOf);
  const other = base.files.find(({ name }) => !known.includes(name));
  if (other !== undefined) {
    throw new BadInput('The base has a file that cannot be put back: a tablespace of its own', {
      file: place.at(backupFolders.full, other.name),
      advice: 'Restore a dump (touchline restore --list), or unpack the base by hand.',
    });
  }
  for (const [name, target] of [
    [baseFiles.data, folder.place.data],
    [baseFiles.wal, path.join(folder.place.data, 'pg_wal')],
  ] as const) {
    const file = fileOf(name);
    if (file === undefined)
      throw new BackupUnsound('missing', 'A file of a backup is not named by its metadata', { object: name });
    const whole = place.at(backupFolders.full, file);
    // As the account that runs the server: what is unpacked belongs to it.
    await untar(unseal(whole, { identities, sealedFor: base.recipients }), {
      ...{ target, file: whole, spawnedAs: asUser(folder.place.user) },
    });
  }
}

async function openWal(
  { file, recipients }: WalSource,
  target: string,
  { place }: ScratchFolder,
  identities: Identities,
): Promise<void> {
  await pipeline(
    unseal(file, { identities, sealedFor: recipients }),
    createWriteStream(target, { mode: 0o600, flags: 'wx' }),
  );
  if (place.user.uid !== process.geteuid?.()) await chown(target, place.user.uid, place.user.gid);
}

async function sumOf(file: string): Promise<string | undefined> {
  try {
    return (await measureFile(file)).sha256;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new BackupUnsound('missing', 'A file of the log is not there', { file }, error);
    throw error;
  }
}

const endsBefore = 'recovery ended before configured recovery target was reached';
const tooEarly = 'requested recovery stop point is before consistent recovery point';

/**
 * Starts the recovery. A log without a commit after the instant, although it was archived after it, has all that was committed before:
 * Postgres cannot know, and is then told to replay it to its end.
 */
async function startRecovery(
  folder: ScratchFolder,
  wal: string,
  to: Date | null,
  plan: RecoveryPlan,
  { user, signal }: RecoveryMeans,
): Promise<ScratchCluster> {
  const start = async (until: Date | null): Promise<ScratchCluster> =>
    startScratchCluster(folder, {
      user,
      settings: await recoverFrom(folder, { wal, to: until }),
      ...(signal === undefined ? {} : { signal }),
    });
  try {
    return await start(to);
  } catch (error) {
    if (!(error instanceof ScratchEnded)) throw error;
    if (to !== null && error.log.includes(endsBefore) && plan.reaches >= to) return await start(null);
    if (to !== null && error.log.includes(tooEarly)) {
      throw new BadInput(
        `${to.toISOString()} cannot be reached: the base had not ended by then, whatever its clock said`,
        { field: 'to', object: plan.base.name, advice: 'Name a later instant.' },
        error,
      );
    }
    throw new BackupUnsound(
      'corrupt',
      `Postgres cannot replay the log: ${error.message}`,
      {
        object: plan.base.name,
        advice: 'Production was not touched. Restore to an instant before, or another base.',
      },
      error,
    );
  }
}
