import { continueAsNew, executeChild, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { createConsumeStreamsActivities } from '../activities/consume-streams.js';
import type { createProcessStreamsActivities } from '../activities/process-streams.js';
import {
  addCounts,
  noMessages,
  ReadStreamsInput,
  type ConsumeStreamsResult,
  type StreamCounts,
} from '../schemas/jobs/streams.js';
import { shortActivity, streamingActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import type { refine } from './refine.js';

const { consumeContinuously, consumeBatch } =
  proxyActivities<ReturnType<typeof createConsumeStreamsActivities>>(streamingActivity);
const { sendStreamedScores } =
  proxyActivities<ReturnType<typeof createProcessStreamsActivities>>(shortActivity);

/** A reader joins its group anew this often: a step that is never over tells nobody what it did. */
const readingMs = 30 * 60_000;
const readingsOfRun = 20;

/** Reads the streams, as `consumeStreams` asks for. Continuous, it goes on until it is cancelled; silver is then `processStreams`' work. */
export async function readStreams(input: ReadStreamsInput): Promise<ConsumeStreamsResult> {
  const { plan, soFar = noMessages } = readJobInput(ReadStreamsInput, input);
  const { mode, topics, batchSize, consumers } = plan;
  const report = reportProgress({ phase: 'consume', unit: 'messages', done: soFar.handled });
  let counts: StreamCounts = soFar;
  if (mode === 'batch') {
    const consumed = await consumeBatch({ topics, batchSize });
    if (consumed.kind === 'skipped') return skipped(consumed.reason);
    report({ done: consumed.counts.handled, phase: 'refine' });
    if (consumed.counts.stored > 0) {
      await sendStreamedScores();
      const workflowId = `${workflowInfo().workflowId}/refine`;
      await executeChild<typeof refine>('refine', { workflowId, args: [{}] });
    }
    return { result: { outcome: 'succeeded' }, counts: consumed.counts };
  }
  for (let reading = 0; reading < readingsOfRun; reading += 1) {
    const lanes = await Promise.all(
      Array.from({ length: consumers }, () => consumeContinuously({ topics, forMs: readingMs })),
    );
    for (const lane of lanes) {
      if (lane.kind === 'skipped') return skipped(lane.reason);
      counts = addCounts(counts, lane.counts);
    }
    report({ done: counts.handled });
  }
  return await continueAsNew<typeof readStreams>({ plan, soFar: counts });
}

const skipped = (reason: string): ConsumeStreamsResult => ({
  result: { outcome: 'skipped', reason },
  counts: noMessages,
});
