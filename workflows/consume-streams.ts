import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { executeChild } from '@temporalio/workflow';
import { ConsumeStreamsInput, noMessages, type ConsumeStreamsResult } from '../schemas/jobs/streams.js';
import { readJobInput } from './job-input.js';
import type { readStreams } from './read-streams.js';

/** Of all runs one reads at a time: it has this id. */
const readerId = 'stream-reader';

/** Brings messages of producers of others to bronze and on to silver. Continuous and batch runs exclude each other: the later one is skipped (STRM-8). */
export async function consumeStreams(input: ConsumeStreamsInput): Promise<ConsumeStreamsResult> {
  const plan = readJobInput(ConsumeStreamsInput, input);
  try {
    return await executeChild<typeof readStreams>('readStreams', { workflowId: readerId, args: [{ plan }] });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const result = { outcome: 'skipped', reason: 'Another run reads the streams' } as const;
    return { result, counts: noMessages };
  }
}
