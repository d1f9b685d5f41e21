import { Context, log } from '@temporalio/activity';
import { cleanBackups } from '../adapters/backup/clean.js';
import { makeBackup, note, type BackupDeps } from '../adapters/backup/make-backup.js';
import { makePlace } from '../adapters/backup/place.js';
import { readIdentities } from '../adapters/backup/sealing.js';
import { verifyBackups } from '../adapters/backup/verify.js';
import { serverFacts } from '../adapters/backup/server.js';
import { findPostgresTools } from '../adapters/backup/tools.js';
import { parseBackupName, type BackupKind } from '../schemas/backup.js';
import {
  CleanBackupsInput,
  type BackedUp,
  VerifyBackupInput,
  type CleanBackupsResult,
  type VerifyBackupResult,
} from '../schemas/jobs/backup.js';
import { heartbeating } from './heartbeating.js';

/** Activities that make, verify and remove backups. Each may be killed at any moment and run again. */
export function createBackUpActivities(deps: BackupDeps) {
  return {
    /**
     * Makes the backups of a kind. What fails is told in the answer, the log and the metrics, and the next run tries again.
     * @throws PrerequisiteMissing where another of the kind goes on, BadInput where the tools, the keys or the folder cannot be used, DependencyAway where Postgres is away
     */
    async makeBackup({ kind }: { readonly kind: BackupKind }): Promise<BackedUp[]> {
      return await heartbeating(async (reportPhase) => {
        const made = await makeBackup(kind, deps, {
          signal: Context.current().cancellationSignal,
          report: (method) => {
            reportPhase('backup', { method });
          },
        });
        for (const one of made) {
          if (one.outcome === 'failed') log.warn('A backup failed', { ...one });
          else if (one.outcome === 'succeeded' && one.notCopied !== null)
            log.warn('A backup was not copied', { ...one });
        }
        return made;
      });
    },

    /**
     * Looks whether every backup is whole (BKP-5). A fault is a warning, a line of the log, and told in the answer.
     * @throws BadInput where it should be deep and the tools are not there
     */
    async verifyBackups(input: VerifyBackupInput = {}): Promise<VerifyBackupResult> {
      const { depth } = VerifyBackupInput.parse(input);
      return await heartbeating(async (reportPhase) => {
        const place = await makePlace(deps.config.folder);
        const { database, major } = await serverFacts(deps.pool);
        const deepBy = depth === 'deep' ? await findPostgresTools({ ...deps.config, major }) : undefined;
        const verified = await verifyBackups({
          ...{
            place,
            pool: deps.pool,
            deepBy,
            now: deps.now(),
            signal: Context.current().cancellationSignal,
          },
          identities: await readIdentities(deps.config.identityFile),
          report: (backup) => {
            reportPhase('verify', { backup });
          },
        });
        for (const fault of verified.faults) {
          deps.meters.add('football_database_backup_failure_total', {
            ...{ backup_type: parseBackupName(fault.backup)?.kind ?? 'wal', database_name: database },
            error_type: fault.type,
          });
          log.warn('A backup is not sound', { ...fault });
          await note(place, deps.now(), `${fault.backup} is not sound (${fault.type}): ${fault.message}`);
        }
        return {
          faults: [...verified.faults],
          sound: [...verified.sound],
          unopened: [...verified.unopened],
          restorableUntil: verified.restorableUntil,
        };
      });
    },

    /** Removes what is kept no longer (BKP-6), or says what it would remove. */
    async cleanBackups(input: CleanBackupsInput): Promise<CleanBackupsResult> {
      const { mode } = CleanBackupsInput.parse(input);
      return await heartbeating(async () => {
        const place = await makePlace(deps.config.folder);
        const { pool, url } = deps;
        const { backups, wal } = await cleanBackups({ place, pool, url, now: deps.now(), mode });
        if (mode === 'apply' && backups.length + wal.length > 0) {
          await note(
            place,
            deps.now(),
            `removed ${backups.join(', ') || 'no backup'} and ${wal.length} files of WAL`,
          );
        }
        return { mode, backups: [...backups], wal: [...wal] };
      });
    },
  };
}
