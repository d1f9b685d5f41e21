import { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/** What an attempt says of itself with every heartbeat: small and printable. */
export type HeartbeatDetails = Readonly<Record<string, string | number>>;

const latest = new WeakMap<Context, HeartbeatDetails>();
const untilItSaysMore: HeartbeatDetails = { phase: 'started' };

/** What an attempt told last. */
export const latestDetails = (context: Context): HeartbeatDetails => latest.get(context) ?? untilItSaysMore;

/** An event loop that is busy for half the timeout still has one come in time. */
const withinTimeout = 4;

/**
 * Tells Temporal that the attempt is alive, four times within its heartbeat timeout and with the details it told last: its activity need not think
 * of that, and one that ends before the first is due sends none. Where there is no such timeout nobody listens (Temporal says 0), and none is sent.
 * Cancellation, which comes with the answer to a heartbeat, is left to the activity.
 */
export const pulse: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    async execute(input, next) {
      const { heartbeatTimeoutMs = 0 } = context.info;
      if (heartbeatTimeoutMs === 0) return await next(input);
      const beating = setInterval(() => {
        context.heartbeat(latestDetails(context));
      }, heartbeatTimeoutMs / withinTimeout);
      try {
        return await next(input);
      } finally {
        clearInterval(beating);
      }
    },
  },
});

/** Tells these details of the running attempt at once, and with every heartbeat until there are others. */
export function tellDetails(details: HeartbeatDetails): void {
  const context = Context.current();
  latest.set(context, details);
  context.heartbeat(details);
}
