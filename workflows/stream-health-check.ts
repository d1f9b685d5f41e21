import { proxyActivities } from '@temporalio/workflow';
import type { createCheckStreamsActivities } from '../activities/check-streams.js';
import type { JobOutcome } from '../schemas/jobs/outcome.js';
import { StreamHealthInput } from '../schemas/jobs/streams.js';
import { streamingActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';

const { checkStreams } = proxyActivities<ReturnType<typeof createCheckStreamsActivities>>(streamingActivity);

/** Looks whether brokers answer, topics are as declared, and neither consumers nor the outbox are behind. */
export async function streamHealthCheck(input: StreamHealthInput): Promise<{ result: JobOutcome }> {
  const checked = await checkStreams(readJobInput(StreamHealthInput, input));
  if (checked.kind === 'skipped') return { result: { outcome: 'skipped', reason: checked.reason } };
  return checked.problems.length === 0
    ? { result: { outcome: 'succeeded' } }
    : { result: { outcome: 'partial', reason: checked.problems.join('; ') } };
}
