import { BackupErrorType, BackupKind } from '../../schemas/backup.js';
import type { Meters } from './meters.js';

/** What the ledger of backups tells, by kind and database. */
export interface BackupGauges {
  /** The database that is backed up from here. */
  readonly database: string;
  readonly kinds: readonly {
    readonly kind: BackupKind;
    readonly database: string;
    readonly lastSuccess: Date | null;
    /** Bytes. */
    readonly lastSize: number | null;
    readonly successes: number;
  }[];
  readonly failures: readonly {
    readonly kind: BackupKind;
    readonly database: string;
    readonly errorType: BackupErrorType;
    readonly failures: number;
  }[];
}

/** The last drill of a restore. */
export interface DrillGauges {
  readonly database: string;
  readonly at: Date;
  readonly passed: boolean;
  /** When one last passed; null where none did. */
  readonly passedAt: Date | null;
  readonly rtoSeconds: number | null;
  readonly rpoSeconds: number | null;
}

/** Shows what the last drill found, whoever drilled. */
export function setDrillGauges(meters: Meters, drill: DrillGauges | undefined): void {
  if (drill === undefined) return;
  const labels = { database_name: drill.database };
  meters.set('football_database_restore_drill_passed', labels, drill.passed ? 1 : 0);
  meters.set('football_database_last_restore_drill_timestamp', labels, drill.at.getTime() / 1_000);
  if (drill.passedAt !== null)
    meters.set(
      'football_database_last_passed_restore_drill_timestamp',
      labels,
      drill.passedAt.getTime() / 1_000,
    );
  if (drill.rtoSeconds !== null)
    meters.set('football_database_restore_drill_rto_seconds', labels, drill.rtoSeconds);
  if (drill.rpoSeconds !== null)
    meters.set('football_database_restore_drill_rpo_seconds', labels, drill.rpoSeconds);
}

/**
 * Shows what the ledger tells: a worker that was started anew, or that made none of the backups, tells of them too. Of what has not failed yet it shows 0, or the first
 * failure would be no rise.
 */
export function setBackupGauges(meters: Meters, { database, kinds, failures }: BackupGauges): void {
  for (const backup_type of BackupKind.options)
    for (const error_type of BackupErrorType.options)
      meters.add(
        'football_database_backup_failure_total',
        { backup_type, database_name: database, error_type },
        0,
      );
  for (const { kind: backup_type, database: database_name, lastSuccess, lastSize, successes } of kinds) {
    const labels = { backup_type, database_name };
    meters.follow('football_database_backup_success_total', labels, successes);
    if (lastSuccess === null) continue;
    meters.set('football_database_last_backup_timestamp', labels, lastSuccess.getTime() / 1_000);
    meters.set('football_database_backup_file_size_bytes', labels, lastSize ?? 0);
  }
  for (const { kind: backup_type, database: database_name, errorType, failures: total } of failures) {
    const labels = { backup_type, database_name, error_type: errorType };
    meters.follow('football_database_backup_failure_total', labels, total);
  }
}
