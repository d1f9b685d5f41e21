import { executeChild, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { createCollectOddsActivities } from '../activities/collect-odds.js';
import { CollectOddsInput, type CollectSourcesResult } from '../schemas/jobs/collect-told.js';
import { longActivity } from './activity-options.js';
import { collectFromSources } from './collect-told.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import type { refine } from './refine.js';

const { oddsRequests } = proxyActivities<ReturnType<typeof createCollectOddsActivities>>(longActivity);

/** Collects the prices that are due by the clock of their matches, and brings them to silver. */
export async function collectOdds(input: CollectOddsInput): Promise<CollectSourcesResult> {
  const job = readJobInput(CollectOddsInput, input);
  const report = reportProgress({ phase: 'collect', unit: 'sources' });
  const { sources } = await oddsRequests(job);
  report({ total: sources.length });
  const { bookmakers, clock } = job;
  const collected = await collectFromSources(sources, {
    kind: 'odds',
    ...(bookmakers === undefined ? {} : { bookmakers }),
    ...(clock === undefined ? {} : { clock }),
  });
  report({ done: sources.length });
  if (collected.sources.some(({ counts }) => counts !== null && counts.stored > 0)) {
    report({ phase: 'refine' });
    await executeChild<typeof refine>('refine', {
      workflowId: `${workflowInfo().workflowId}/refine`,
      args: [{}],
    });
  }
  return collected;
}
