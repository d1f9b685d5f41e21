import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { z } from 'zod';
import type { TemporalClient } from '../adapters/temporal/connect.js';
import { nowBy } from '../domain/clock/simulated-clock.js';
import { priorityOf } from '../schemas/jobs/priorities.js';
import type { SimulatedClock } from '../schemas/jobs/simulated-clock.js';
import { startedByHouse } from '../schemas/jobs/started-by.js';
import type { TaskQueue } from '../schemas/jobs/task-queues.js';
import { instant, type Instant } from '../schemas/values.js';
import { coalesced } from './coalesced.js';

/** The features of a match, as of an instant or later. */
export interface FeaturesAsked {
  readonly asOf: Instant;
  readonly clock?: SimulatedClock;
}

/** `pending` is asked again. */
export interface RequestedFeatures {
  readonly state: 'ready' | 'pending';
}

/** What a run of features remembers: when it was started, by the clock of whoever asked. */
const RunMemo = z.object({ asOf: z.number().transform(instant) });

/** Less than Temporal gives the activity. */
const longestAskMs = 15_000;

/** By a simulated clock an instant may come again, in another season: its runs have an id of their own. */
const runOf = (clock: SimulatedClock | undefined): string =>
  clock === undefined ? 'features' : `features/simulated/${clock.realStart}`;

/** An activity that has features computed: once for all matches that ask while no run has begun. */
export function createRequestFeaturesActivities({
  connect,
}: {
  readonly connect: () => Promise<TemporalClient>;
}) {
  const askTogether = coalesced(async (batch: readonly FeaturesAsked[]): Promise<RequestedFeatures[]> => {
    const temporal = await connect();
    try {
      const clocks = new Map(batch.map(({ clock }) => [runOf(clock), clock]));
      const computed = new Map<string, Instant>();
      for (const [workflowId, clock] of clocks) {
        const asked = batch.filter((one) => runOf(one.clock) === workflowId).map(({ asOf }) => asOf);
        const newest = instant(Math.max(...asked));
        const asOf = await newestRun(temporal.client, { workflowId, clock, newest });
        if (asOf !== undefined) computed.set(workflowId, asOf);
      }
      return batch.map(({ asOf, clock }) => ({
        state: asOf <= (computed.get(runOf(clock)) ?? -Infinity) ? 'ready' : 'pending',
      }));
    } finally {
      await temporal.close();
    }
  }, longestAskMs);

  return {
    /**
     * Tells whether a run has ended well that began at that instant or later. Where none has and none is under way, it starts one: what is asked
     * for while a run is under way has the next one, however many matches ask.
     */
    async requestFeatures(asked: FeaturesAsked): Promise<RequestedFeatures> {
      return await askTogether(asked);
    },
  };
}

/** As of when the last run was that ended well; starts another where it is older than what is asked for. */
async function newestRun(
  { workflow }: Client,
  { workflowId, clock, newest }: { workflowId: string; clock: SimulatedClock | undefined; newest: Instant },
): Promise<Instant | undefined> {
  const last = await workflow
    .getHandle(workflowId)
    .describe()
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    });
  if (last?.status.name === 'RUNNING') return undefined;
  // One that a person restarted says nothing of its start, and counts for nobody.
  const asOf = last?.status.name === 'COMPLETED' ? RunMemo.safeParse(last.memo).data?.asOf : undefined;
  if (asOf !== undefined && asOf >= newest) return asOf;
  await workflow
    .start('calculateFeatures', {
      workflowId,
      taskQueue: 'default' satisfies TaskQueue,
      args: [{}],
      priority: priorityOf('calculateFeatures'),
      // A clock a little behind that of whoever asks has no second run begun.
      memo: { ...startedByHouse, asOf: Math.max(newest, nowBy(clock, Date.now())), input: {} },
    })
    .catch((error: unknown) => {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    });
  return asOf;
}
