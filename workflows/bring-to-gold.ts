import { executeChild, workflowInfo } from '@temporalio/workflow';
import type { JobProgress } from '../schemas/jobs/progress.js';
import type { buildGold } from './build-gold.js';
import type { publish } from './publish.js';
import type { refine } from './refine.js';

/**
 * The way from bronze to gold, as children of the calling job: refine, publish, build gold. Each runs even where
 * the one before found nothing to do: a run that was killed may have left work for it.
 */
export async function bringToGold(report: (change: Partial<JobProgress>) => void): Promise<void> {
  const { workflowId } = workflowInfo();
  const childOf = (phase: string): string => {
    report({ phase, done: 0, total: null, rows: null });
    return `${workflowId}/${phase}`;
  };
  await executeChild<typeof refine>('refine', { workflowId: childOf('refine'), args: [{}] });
  await executeChild<typeof publish>('publish', { workflowId: childOf('publish'), args: [{}] });
  await executeChild<typeof buildGold>('buildGold', { workflowId: childOf('build-gold'), args: [{}] });
}
