import { Context, log } from '@temporalio/activity';
import { tellDetails } from '../adapters/temporal/pulse.js';

/** Names the step an activity is in; details are small and printable. */
export type ReportPhase = (phase: string, details?: Record<string, string | number>) => void;

/**
 * Runs the work of an activity so that it can be followed and stopped: each reported phase is one log line and the details of the heartbeats from
 * then on, which the worker sends by itself (`pulse`). The work is raced against cancellation: a cancelled activity rejects with
 * CancelledFailure at its next await.
 */
export async function heartbeating<T>(work: (reportPhase: ReportPhase) => Promise<T>): Promise<T> {
  const reportPhase: ReportPhase = (phase, details = {}) => {
    const reported = { phase, ...details };
    log.info('phase', reported);
    tellDetails(reported);
  };
  return await Promise.race([work(reportPhase), Context.current().cancelled]);
}
