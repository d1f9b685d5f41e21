import { z } from 'zod';
import type { BackupErrorType } from '../../schemas/backup.js';
import { BackupUnsound, BadInput, DependencyAway } from '../../schemas/errors.js';
import { postgresAway } from '../postgres/away.js';
import { fileError } from './absent.js';
import { UploadFailed } from './offsite.js';
import { ToolFailed } from './run-tool.js';

const byFileError: Readonly<Record<string, BackupErrorType>> = {
  ENOSPC: 'no_space',
  EDQUOT: 'no_space',
  EFBIG: 'no_space',
  EACCES: 'permission',
  EPERM: 'permission',
  EROFS: 'permission',
};
const bySetting: Readonly<Record<string, BackupErrorType>> = {
  POSTGRES_TOOLS_DIR: 'tools_missing',
  BACKUP_RECIPIENTS_FILE: 'key',
  BACKUP_IDENTITY_FILE: 'key',
  BACKUP_DIR: 'permission',
};
const byWords: readonly (readonly [RegExp, BackupErrorType])[] = [
  [/no space left|disk quota exceeded|file too large|SIGXFSZ/i, 'no_space'],
  [/permission denied|must be superuser|no pg_hba.conf entry|password authentication failed/i, 'permission'],
  [/cannot be run|ENOENT/i, 'tools_missing'],
];
const Cause = z.object({ cause: z.unknown() });

/** The class of what went wrong with a backup (MET-20), by the error or what caused it. */
export function backupErrorType(error: unknown): BackupErrorType {
  if (error instanceof BackupUnsound) return error.fault;
  if (error instanceof UploadFailed) return 'upload';
  if (error instanceof Error && /^(AbortError|CancelledFailure)$/.test(error.name)) return 'interrupted';
  const ofFile = byFileError[fileError(error) ?? ''];
  if (ofFile !== undefined) return ofFile;
  if (error instanceof ToolFailed) {
    return byWords.find(([words]) => words.test(error.message))?.[1] ?? 'other';
  }
  const { data: { cause } = {} } = Cause.safeParse(error);
  if (error instanceof BadInput) {
    return byFileError[fileError(cause) ?? ''] ?? bySetting[error.subject.setting ?? ''] ?? 'other';
  }
  const deeper = cause === undefined ? 'other' : backupErrorType(cause);
  if (deeper !== 'other') return deeper;
  return error instanceof DependencyAway || postgresAway(error) !== undefined ? 'database_away' : 'other';
}
