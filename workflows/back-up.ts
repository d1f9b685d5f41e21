import { ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import type { createBackUpActivities } from '../activities/back-up.js';
import type { BackupKind } from '../schemas/backup.js';
import { BackUpInput, type BackedUp } from '../schemas/jobs/backup.js';
import { outcomeOfAll, type JobOutcome } from '../schemas/jobs/outcome.js';
import { backupActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';

const { makeBackup } = proxyActivities<ReturnType<typeof createBackUpActivities>>(backupActivity);

const everyKind: readonly BackupKind[] = ['full', 'incremental', 'wal'];

/** Makes the backups of a kind, or of each. Fails where none of them was made. */
export async function backUp(input: BackUpInput): Promise<JobOutcome & { readonly made: BackedUp[] }> {
  const { kind } = readJobInput(BackUpInput, input);
  const kinds = kind === 'all' ? everyKind : [kind];
  const report = reportProgress({ phase: 'backup', unit: 'kinds', total: kinds.length });
  const made: BackedUp[] = [];
  for (const [index, one] of kinds.entries()) {
    made.push(...(await makeBackup({ kind: one })));
    report({ done: index + 1 });
  }
  const outcome = outcomeOfAll(made.map(outcomeOf));
  if (outcome.outcome !== 'failed') return { ...outcome, made };
  throw ApplicationFailure.create({
    message: outcome.reason,
    type: 'BackupFailed',
    nonRetryable: true,
    details: [{ remedy: 'fix-input', subject: { object: `backup ${kind}` } }],
  });
}

function outcomeOf(one: BackedUp): JobOutcome {
  if (one.outcome !== 'succeeded') return { outcome: one.outcome, reason: `${one.method}: ${one.reason}` };
  return one.notCopied === null
    ? { outcome: 'succeeded' }
    : { outcome: 'partial', reason: `${one.name} was not copied: ${one.notCopied}` };
}
