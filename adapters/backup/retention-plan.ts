import type { BackupKind, BackupMethod } from '../../schemas/backup.js';
import { parseLsn, type Position } from './wal-chain.js';

const dayMs = 86_400_000;

/** How long backups of a kind are kept, in days (BKP-1). */
export const keptDays = { full: 7, incremental: 30, wal: 7 } as const satisfies Record<BackupKind, number>;

/** A backup, as far as keeping it is concerned. */
export interface KeepableBackup {
  readonly name: string;
  readonly kind: BackupKind;
  readonly method: BackupMethod;
  /** Epoch milliseconds. */
  readonly endedAt: number;
  readonly wal: { readonly start: string; readonly end: string; readonly system: string } | null;
}

/** A file of the WAL archive that is sealed. */
export interface KeepableWal {
  readonly name: string;
  readonly system: string;
  /** Where it ends; null of what is no segment, as the history of a timeline: that stays. */
  readonly end: Position | null;
  /** Epoch milliseconds. */
  readonly archivedAt: number;
}

/** What may go. */
export interface RetentionPlan {
  readonly backups: readonly string[];
  readonly wal: readonly string[];
}

/**
 * What is older than its kind is kept, and nothing needs. The last backup of each method stays whatever its age. Every instant of the last seven days stays
 * within reach: the newest base from before them stays, and all WAL since the oldest base that does. Backups are in the order of the WAL, oldest first, as are the
 * instants at which they ended only where no clock was ever set back.
 */
export function planRetention(
  backups: readonly KeepableBackup[],
  wal: readonly KeepableWal[],
  now: number,
): RetentionPlan {
  const isOld = ({ kind, endedAt }: KeepableBackup): boolean => now - endedAt > keptDays[kind] * dayMs;
  const lastOf = (method: BackupMethod): KeepableBackup | undefined =>
    backups.filter((one) => one.method === method).at(-1);
  const stays = new Set(
    [
      ...(['dump', 'base', 'shipping', 'chain'] as const).map(lastOf),
      backups.filter((one) => one.method === 'base' && isOld(one)).at(-1),
    ].flatMap((one) => (one === undefined ? [] : [one.name])),
  );
  const going = backups.filter((one) => isOld(one) && !stays.has(one.name));
  const gone = new Set(going.map(({ name }) => name));
  const bases = backups.filter(({ method, name }) => method === 'base' && !gone.has(name));
  return {
    backups: going.map(({ name }) => name),
    wal: wal
      .filter((file) => now - file.archivedAt > keptDays.wal * dayMs && !isNeeded(file, bases))
      .map(({ name }) => name),
  };
}

/** Without any base there is no telling what the WAL is for. */
function isNeeded({ end, system }: KeepableWal, bases: readonly KeepableBackup[]): boolean {
  if (bases.length === 0 || end === null) return true;
  return bases.some(({ wal }) => wal === null || (wal.system === system && end > parseLsn(wal.start)));
}
