import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { z } from 'zod';
import { correlationHeader } from '../../schemas/jobs/correlation.js';
import { correlated, correlationId } from '../correlation.js';

const withId = (headers: Readonly<Record<string, Payload>>): Record<string, Payload> => {
  const id = correlationId();
  return id === undefined
    ? { ...headers }
    : { ...headers, [correlationHeader]: defaultPayloadConverter.toPayload(id) };
};

/** Hands the id of who starts a run to the run. */
export const correlatedStarts: WorkflowClientInterceptor = {
  startWithDetails: (input, next) => next({ ...input, headers: withId(input.headers) }),
  signalWithStart: (input, next) => next({ ...input, headers: withId(input.headers) }),
};

/** Runs each attempt under the id of its run, so that its log lines and its statements carry it. */
export const correlatedAttempts: ActivityInterceptorsFactory = ({ info }) => ({
  inbound: {
    execute: (input, next) => {
      const told = input.headers[correlationHeader];
      const id =
        told === undefined ? undefined : z.string().safeParse(defaultPayloadConverter.fromPayload(told)).data;
      return correlated(id ?? info.workflowExecution?.runId ?? info.activityId, () => next(input));
    },
  },
});
