import { Context, log } from '@temporalio/activity';

/** Names the step an activity is in; details are small and printable. */
export type ReportPhase = (phase: string, details?: Record<string, string | number>) => void;

/** Four within the time after which Temporal takes the worker for dead. */
const heartbeatEveryMs = (timeoutMs = 15_000): number => timeoutMs / 4;

/**
 * Runs the work of an activity while telling Temporal that it is alive.
 * The work is raced against cancellation: a cancelled activity rejects with CancelledFailure at its next await.
 * Each reported phase is one log line and the details of the next heartbeat.
 */
export async function heartbeating<T>(work: (reportPhase: ReportPhase) => Promise<T>): Promise<T> {
  const context = Context.current();
  let latest: Record<string, string | number> = { phase: 'started' };
  const reportPhase: ReportPhase = (phase, details = {}) => {
    latest = { phase, ...details };
    log.info('phase', latest);
    context.heartbeat(latest);
  };
  const pulse = setInterval(() => {
    context.heartbeat(latest);
  }, heartbeatEveryMs(context.info.heartbeatTimeoutMs));
  try {
    return await Promise.race([work(reportPhase), context.cancelled]);
  } finally {
    clearInterval(pulse);
  }
}
