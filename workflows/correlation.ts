import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { workflowInfo, type WorkflowInterceptors } from '@temporalio/workflow';
import { correlationHeader } from '../schemas/jobs/correlation.js';

type Headers = Readonly<Record<string, Payload>>;

/** Hands the correlation id of a run to its steps, its children and the run that continues it. A run that was started with none goes by its own id. */
export function correlation(): Required<Pick<WorkflowInterceptors, 'inbound' | 'outbound'>> {
  let told: Payload | undefined;
  const withId = (headers: Headers): Record<string, Payload> => ({
    ...headers,
    [correlationHeader]: told ?? defaultPayloadConverter.toPayload(workflowInfo().runId),
  });
  return {
    inbound: [
      {
        execute: (input, next) => {
          told = input.headers[correlationHeader];
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next({ ...input, headers: withId(input.headers) }),
        startChildWorkflowExecution: (input, next) => next({ ...input, headers: withId(input.headers) }),
        continueAsNew: (input, next) => next({ ...input, headers: withId(input.headers) }),
      },
    ],
  };
}
