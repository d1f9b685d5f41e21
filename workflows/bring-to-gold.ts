import { executeChild, workflowInfo } from '@temporalio/workflow';
import type { JobProgress } from '../schemas/jobs/progress.js';
import type { buildGold } from './build-gold.js';
import type { publish } from './publish.js';
import type { refine } from './refine.js';

type Report = (change: Partial<JobProgress>) => void;

/** Runs one part of the way as a child of the calling job, named after the part. */
function childOf(phase: string, report: Report): string {
  report({ phase, done: 0, total: null, rows: null });
  return `${workflowInfo().workflowId}/${phase}`;
}

/** The first part of the way, as a child of the calling job: refine. It runs even where nothing was stored: a run that was killed may have left work. */
export async function bringToSilver(report: Report): Promise<void> {
  await executeChild<typeof refine>('refine', { workflowId: childOf('refine', report), args: [{}] });
}

/** The rest of the way, as children of the calling job: publish, build gold. */
export async function bringSilverToGold(report: Report): Promise<void> {
  await executeChild<typeof publish>('publish', { workflowId: childOf('publish', report), args: [{}] });
  await executeChild<typeof buildGold>('buildGold', {
    workflowId: childOf('build-gold', report),
    args: [{}],
  });
}

/** The way from bronze to gold, as children of the calling job: refine, publish, build gold. */
export async function bringToGold(report: Report): Promise<void> {
  await bringToSilver(report);
  await bringSilverToGold(report);
}
