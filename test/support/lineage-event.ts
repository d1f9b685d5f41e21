import { attemptRunId } from '../../adapters/lineage/run-id.js';
import type { Dataset, LineageEvent } from '../../schemas/lineage.js';
import { instantFromIso } from '../../schemas/values.js';

/** That an attempt of a job, the one of that number, made datasets of others. */
export const madeOf = (
  name: string,
  inputs: readonly Dataset[],
  outputs: readonly Dataset[],
  no: number,
): LineageEvent => ({
  ...{ eventTime: instantFromIso('2026-11-24T09:00:00Z'), eventType: 'COMPLETE', parentRunId: null },
  runId: attemptRunId({
    ...{ taskName: name, workflowType: 'w', workflowId: 'w', runId: 'r' },
    ...{ activityId: String(no), retryCount: 1 },
  }),
  ...{ job: { namespace: 'touchline', name }, producer: 'urn:test', inputs, outputs },
  facets: { run: {}, job: {}, outputs: {} },
});
