import { z } from 'zod';
import type { BackupKind } from '../schemas/backup.js';
import { BackedUp, BackUpInput, CleanBackupsResult, VerifyBackupResult } from '../schemas/jobs/backup.js';
import { JobOutcome } from '../schemas/jobs/outcome.js';
import { backUpJob, cleanBackupsJob, verifyBackupJob } from '../workflows/jobs.js';
import { command, type Command } from './command.js';
import { runJob } from './run-job.js';
import { counted, grouped, textTable } from './table.js';
import { withStack } from './with-stack.js';

const Result = z.intersection(JobOutcome, z.object({ made: z.array(BackedUp) }));

const about = {
  full: {
    summary: 'back up the database: a dump, and a copy of the whole server',
    description: [
      'Makes full/full_backup_….sql.gz by pg_dump, with the roles and the models beside it, and full/base_… by pg_basebackup, each with its',
      'metadata, below BACKUP_DIR. They are encrypted for the keys of BACKUP_RECIPIENTS_FILE, and copied to BACKUP_S3_URL where that is set.',
    ],
  },
  incremental: {
    summary: 'put the WAL since the last time into the archive, and prove that it has no gap',
    description: [
      'Has Postgres finish its segment, compresses and encrypts what it archived, and proves that every file since a base is there. What is in the',
      'archive restores to any instant. Skipped where archiving is off (BACKUP_DIR).',
    ],
  },
  wal: {
    summary: 'take the sums of all archived WAL anew, and prove its chain',
    description: ['What runs by itself on Sundays. Skipped where archiving is off (BACKUP_DIR).'],
  },
  all: {
    summary: 'full, incremental and wal, one after the other',
    description: ['What fails does not keep the others from being made.'],
  },
} as const satisfies Readonly<
  Record<BackupKind | 'all', { readonly summary: string; readonly description: readonly string[] }>
>;

const backupCommand = (kind: BackupKind | 'all'): Command =>
  command({
    path: ['backup', kind],
    summary: about[kind].summary,
    description: about[kind].description.join('\n'),
    examples: [`touchline backup ${kind}`, `touchline backup ${kind} --json`],
    json: '{"outcome", "reason", "made": [{"outcome": "succeeded", "method", "name", "size", "notCopied"} or {"outcome": "failed" or "skipped", "method", "type", "reason"}]}',
    settings: z.object({}),
    run: (_, context) =>
      withStack(context, async ({ client }) => {
        const result = Result.parse(await runJob(backUpJob, BackUpInput.parse({ kind }), client, context));
        await context.output.result(result, () => result.made.map(lineOf).join('\n'));
        return result.outcome === 'partial' ? 1 : 0;
      }),
  });

function lineOf(one: BackedUp): string {
  if (one.outcome !== 'succeeded') return `${one.method} ${one.outcome}: ${one.reason}`;
  const copied = one.notCopied === null ? '' : `\n  It was not copied: ${one.notCopied}`;
  return `${one.name}: ${grouped(one.size)} bytes.${copied}`;
}

export const backupFull = backupCommand('full');
export const backupIncremental = backupCommand('incremental');
export const backupWal = backupCommand('wal');
export const backupAll = backupCommand('all');

export const backupVerify = command({
  path: ['backup', 'verify'],
  summary: 'whether every backup is whole',
  description: [
    'Takes the sum of every file of every backup, reads each dump and base to its end (encrypted ones where BACKUP_IDENTITY_FILE has their key), holds what is on disk',
    'against the ledger, and looks for gaps in the WAL since each base. Its exit code is 1 where it finds a fault.',
  ].join('\n'),
  options: [
    {
      flags: '--deep',
      about: "also unpack each base and hold it against the server's manifest, by pg_verifybackup",
    },
  ],
  examples: ['touchline backup verify', 'touchline backup verify --deep --json'],
  json: '{"faults": [{"backup", "type", "message", "file"}], "sound": [name], "unopened": [name], "restorableUntil": position or null}',
  settings: z.object({ deep: z.boolean().default(false) }),
  run: ({ deep }, context) =>
    withStack(context, async ({ client }) => {
      const found = VerifyBackupResult.parse(
        await runJob(verifyBackupJob, { depth: deep ? 'deep' : 'sums' }, client, context),
      );
      await context.output.result(found, () =>
        [
          `${counted(found.sound.length, 'backup')} without a fault, ${counted(found.faults.length, 'fault')}.`,
          ...(found.unopened.length === 0
            ? []
            : [`Not opened, their key is not here: ${found.unopened.join(', ')}.`]),
          ...(found.faults.length === 0
            ? []
            : [
                textTable(
                  ['backup', 'what', 'file'],
                  found.faults.map(({ backup, type, message, file }) => [
                    backup,
                    `${type}: ${message}`,
                    file,
                  ]),
                ),
              ]),
        ].join('\n'),
      );
      return found.faults.length === 0 ? 0 : 1;
    }),
});

export const backupClean = command({
  path: ['backup', 'clean'],
  summary: 'remove backups that are kept no longer',
  description: [
    'Dumps, bases and WAL are kept for 7 days, the proofs of the four-hourly step for 30. What stays beyond that: the last of each, the newest base from before',
    'those 7 days, and all WAL since the oldest base that stays. Runs by itself every day.',
  ].join('\n'),
  options: [{ flags: '--dry-run', about: 'say what would be removed' }],
  examples: ['touchline backup clean --dry-run', 'touchline backup clean'],
  json: '{"mode": "apply" | "plan", "backups": [name], "wal": [name]}',
  settings: z.object({ dryRun: z.boolean().default(false) }),
  async run({ dryRun }, context) {
    await withStack(context, async ({ client }) => {
      const mode = dryRun ? 'plan' : 'apply';
      const cleaned = CleanBackupsResult.parse(await runJob(cleanBackupsJob, { mode }, client, context));
      const what = `${counted(cleaned.backups.length, 'backup')} and ${counted(cleaned.wal.length, 'file')} of WAL`;
      await context.output.result(cleaned, () =>
        [dryRun ? `Would remove ${what}.` : `Removed ${what}.`, ...cleaned.backups].join('\n'),
      );
    });
    return 0;
  },
});
