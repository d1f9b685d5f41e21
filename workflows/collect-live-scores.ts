import {
  CancellationScope,
  executeChild,
  isCancellation,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { createCollectFilesActivities } from '../activities/collect-files.js';
import type { createCollectScoresActivities } from '../activities/collect-scores.js';
import {
  CollectLiveScoresInput,
  type CollectLiveScoresResult,
  type ScoreCounts,
} from '../schemas/jobs/collect-live-scores.js';
import { jobFailure } from '../schemas/jobs/failure.js';
import { retriedBy, scoresActivity, shortActivity, streamActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import type { refine } from './refine.js';
import { thisRunId } from './run-id.js';
import { countFailed, failureWith, outcomeOfFailure } from './source-outcome.js';

type CollectScores = ReturnType<typeof createCollectScoresActivities>;
const { scoreSource } = proxyActivities<CollectScores>(shortActivity);
const { openCollectionLog, closeCollectionLog } =
  proxyActivities<ReturnType<typeof createCollectFilesActivities>>(shortActivity);

/**
 * Asks the feed of scores how the matches in play stand, or listens to it for most of the time until the next run, and brings what is new to
 * silver. While no match is in its window it asks nothing, leaves no line in the log of collections, and is skipped (COL-7).
 */
export async function collectLiveScores(input: CollectLiveScoresInput): Promise<CollectLiveScoresResult> {
  const { matchIds, liveOnly, window, clock } = readJobInput(CollectLiveScoresInput, input);
  const followed = {
    window,
    ...(matchIds === undefined ? {} : { matchIds }),
    ...(clock === undefined ? {} : { clock }),
  };
  const report = reportProgress({ phase: 'collect', unit: 'scores' });
  const source = await scoreSource(followed);
  if (source.kind !== 'open') {
    const dataSource = source.kind === 'closed' ? source.dataSource : null;
    return { result: { outcome: 'skipped', reason: source.reason }, dataSource, counts: null };
  }
  const { dataSource, transport } = source;
  const runId = thisRunId();
  const asked = { ...followed, dataSource, liveOnly };
  await openCollectionLog({ runId, dataSource, collectionType: 'scores' });
  let counts: ScoreCounts;
  try {
    counts =
      transport === 'websocket' && window === 'open'
        ? await proxyActivities<CollectScores>(retriedBy(clock, streamActivity)).streamScores(asked)
        : await proxyActivities<CollectScores>(retriedBy(clock, scoresActivity)).collectScores(asked);
  } catch (error) {
    return await failed(error, { runId, dataSource });
  }
  report({ done: counts.told });
  // Before refine: a run that is killed in it has collected all the same.
  await closeCollectionLog({
    runId,
    collected: counts.told + counts.rejected,
    succeeded: counts.told,
    failed: counts.rejected,
  });
  if (counts.changedMatches > 0) {
    report({ phase: 'refine' });
    const workflowId = `${workflowInfo().workflowId}/refine`;
    await executeChild<typeof refine>('refine', { workflowId, args: [{}] });
  }
  return { result: { outcome: 'succeeded' }, dataSource, counts };
}

/** A feed whose key or quota is missing was skipped; any other error ends the run with it. */
async function failed(
  error: unknown,
  { runId, dataSource }: { readonly runId: string; readonly dataSource: string },
): Promise<CollectLiveScoresResult> {
  const failure = jobFailure(error);
  await CancellationScope.nonCancellable(() =>
    closeCollectionLog({
      ...{ runId, collected: 0, succeeded: 0, failed: countFailed([failure]) },
      errorMessage: failure.message,
    }),
  );
  if (isCancellation(error)) throw error;
  const result = outcomeOfFailure(dataSource, failure);
  if (result.outcome === 'failed') throw failureWith(result.reason, [failure]);
  return { result, dataSource, counts: null };
}
