import { z } from 'zod';
import { BackupErrorType, BackupKind, BackupMethod } from '../backup.js';

/** What is backed up; `all` is every kind, one after the other. */
export const BackUpInput = z.strictObject({
  kind: z
    .enum([...BackupKind.options, 'all'])
    .default('all')
    .describe('What is backed up'),
});
export type BackUpInput = z.input<typeof BackUpInput>;

/** What became of one part of a backup. */
export const BackedUp = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('succeeded'),
    method: BackupMethod,
    name: z.string(),
    /** Bytes. */
    size: z.number().int().nonnegative(),
    /** Why its copy is not where copies go; null where it is, or none is wanted. */
    notCopied: z.string().nullable(),
  }),
  z.object({
    outcome: z.enum(['failed', 'skipped']),
    method: BackupMethod,
    /** Null of what was skipped. */
    type: BackupErrorType.nullable(),
    reason: z.string(),
  }),
]);
export type BackedUp = z.infer<typeof BackedUp>;

export const VerifyBackupInput = z.strictObject({
  depth: z
    .enum(['sums', 'deep'])
    .default('sums')
    .describe('Sums, or also each base unpacked and held against the manifest of the server'),
});
export type VerifyBackupInput = z.input<typeof VerifyBackupInput>;

/** What a verification of all backups found. */
export const VerifyBackupResult = z.object({
  faults: z.array(
    z.object({
      /** The backup, or the day of WAL as `wal/20260103`. */
      backup: z.string(),
      type: BackupErrorType,
      message: z.string(),
      file: z.string().nullable(),
    }),
  ),
  sound: z.array(z.string()),
  /** Sound by their sums; their key is not here. */
  unopened: z.array(z.string()),
  /** A position in the WAL; null where nothing can be replayed. */
  restorableUntil: z.string().nullable(),
});
export type VerifyBackupResult = z.infer<typeof VerifyBackupResult>;

/** How a restore is drilled. */
export const RestoreDrillInput = z.strictObject({
  rounds: z.number().int().min(1).max(50).default(1).describe('Restores'),
  seconds: z
    .number()
    .int()
    .min(1)
    .max(600)
    .default(40)
    .describe('How long sentinels are written before each'),
});
export type RestoreDrillInput = z.input<typeof RestoreDrillInput>;

/** What a drill of restores showed. */
export const RestoreDrillResult = z.object({
  drill: z.string(),
  passed: z.boolean(),
  rounds: z.number().int(),
  /** Of all rounds. */
  findings: z.array(z.string()),
  /** The worst of the rounds, in seconds. */
  rtoSeconds: z.number(),
  rpoSeconds: z.number(),
});
export type RestoreDrillResult = z.infer<typeof RestoreDrillResult>;

export const CleanBackupsInput = z.strictObject({
  mode: z.enum(['apply', 'plan']).default('apply').describe('Remove, or only say what would be removed'),
});
export type CleanBackupsInput = z.input<typeof CleanBackupsInput>;

/** What retention removed, or would. */
export const CleanBackupsResult = z.object({
  mode: z.enum(['apply', 'plan']),
  backups: z.array(z.string()),
  wal: z.array(z.string()),
});
export type CleanBackupsResult = z.infer<typeof CleanBackupsResult>;
