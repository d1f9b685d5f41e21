import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { correlation } from './correlation.js';
import { failureLog } from './failure-log.js';
import { scheduledSkip } from './scheduled-skip.js';

/** Part of the bundle: what stands around every workflow, the outermost first. */
export const interceptors: WorkflowInterceptorsFactory = () => {
  const { inbound, outbound } = correlation();
  return { inbound: [...inbound, failureLog, scheduledSkip], outbound };
};
