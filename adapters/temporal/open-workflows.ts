import type { Client } from '@temporalio/client';

/** The ids of the workflows of a type that go on. One that has begun a moment ago may be missing. */
export async function openWorkflows(client: Client, workflowType: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  const query = `WorkflowType = '${workflowType}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 1_000 })) ids.add(workflowId);
  return ids;
}
