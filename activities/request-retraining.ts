import type pg from 'pg';
import { claimRetraining } from '../adapters/postgres/anomaly/retrainings.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import type { TemporalClient } from '../adapters/temporal/connect.js';
import { startJob } from '../adapters/temporal/run-job.js';
import { retrainingPeriod } from '../domain/anomaly/retraining-period.js';
import { nowBy } from '../domain/clock/simulated-clock.js';
import type { RetrainingState } from '../schemas/jobs/detect-anomalies.js';
import type { SimulatedClock } from '../schemas/jobs/simulated-clock.js';
import { TrainModelInput } from '../schemas/jobs/train-model.js';

export interface RequestRetrainingDeps {
  /** The writer's. */
  readonly pool: pg.Pool;
  readonly connect: () => Promise<TemporalClient>;
}

/** The job's own id: a training that a person started and this one never overlap. */
const workflowId = 'train-model';

/** An activity that has the model trained anew where features have drifted. */
export function createRequestRetrainingActivities({ pool, connect }: RequestRetrainingDeps) {
  return {
    /**
     * Starts a training, once a week of UTC whatever drifts how often. One that runs already stands for it: of two at once the later would not know the
     * former. Asked again by the same run it starts none beside its own.
     */
    async requestRetraining({
      runId,
      clock,
    }: {
      readonly runId: string;
      readonly clock?: SimulatedClock;
    }): Promise<{ readonly state: RetrainingState }> {
      const at = nowBy(clock, Date.now());
      const claim = { period: retrainingPeriod(at), runId, workflowId, at };
      if (!(await reachingPostgres(() => claimRetraining(pool, claim)))) return { state: 'not-due' };
      const temporal = await connect();
      try {
        const { begun } = await startJob(temporal.client, {
          ...{ workflowType: 'trainModel', workflowId, taskQueue: 'default' },
          input: TrainModelInput.parse({}),
          startedBy: 'house',
        });
        return { state: begun === 'now' ? 'started' : 'under-way' };
      } finally {
        await temporal.close();
      }
    },
  };
}
