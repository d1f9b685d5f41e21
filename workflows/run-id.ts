import { workflowInfo } from '@temporalio/workflow';

/** Names this run in every row and snapshot it writes: `<workflow id>/<run id>`, at most 200 characters. */
export function thisRunId(): string {
  const { workflowId, runId } = workflowInfo();
  return `${workflowId}/${runId}`;
}
