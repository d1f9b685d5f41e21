import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { failureLog } from './failure-log.js';
import { scheduledSkip } from './scheduled-skip.js';

/** Part of the bundle: what stands around every workflow, the outermost first. */
export const interceptors: WorkflowInterceptorsFactory = () => ({ inbound: [failureLog, scheduledSkip] });
