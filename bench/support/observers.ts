import { jobLineage } from '../../activities/lineage.js';
import { keepHouseDescription } from '../../activities/keep-description.js';
import { activityLineage, type LineageHook } from '../../adapters/lineage/activity-lineage.js';
import { lineageOutbox } from '../../adapters/lineage/outbox.js';
import { describedSink } from '../../adapters/lineage/postgres-sink.js';
import { createMeters, type Meters } from '../../adapters/metrics/meters.js';
import type { RolePools } from '../../adapters/postgres/role-pools.js';
import type { Redactor } from '../../adapters/redaction/redactor.js';
import { taskMeter, type TaskMeter } from '../../adapters/temporal/task-meter.js';

/** What watches a worker at its work. */
export interface Observers {
  readonly meters: Meters;
  readonly tasks: TaskMeter;
  readonly lineage: LineageHook<keyof typeof jobLineage>;
  /** Resolves when all that was seen is kept. */
  close(): Promise<void>;
}

const betweenScrapesMs = 1_000;

/** Metrics and lineage as a worker has them; the metrics are read every second, more often than Prometheus does. */
export function realObservers(
  { writer }: Pick<RolePools, 'writer'>,
  redactor: Redactor,
  log: { warn(message: string): void },
): Observers {
  const meters = createMeters();
  const warn = (line: string): void => {
    log.warn(line);
  };
  const outbox = lineageOutbox({
    sink: describedSink(writer.pool, () => keepHouseDescription(writer.pool), warn),
    log,
  });
  const scrapes = setInterval(() => void meters.exposition(), betweenScrapesMs);
  return {
    ...{ meters, tasks: taskMeter(meters) },
    lineage: activityLineage(jobLineage, { outbox, redactor, log }),
    async close() {
      clearInterval(scrapes);
      await outbox.close();
    },
  };
}

const nothing = (): void => undefined;

/** Nobody watches. */
export const noObservers: Observers = {
  meters: {
    ...{ add: nothing, set: nothing, observe: nothing, clear: nothing, follow: nothing },
    exposition: () => Promise.resolve({ contentType: 'text/plain', text: '' }),
  },
  tasks: { measure: (_info, attempt) => attempt(), interceptor: () => ({}), refresh: nothing },
  lineage: { declared: jobLineage, interceptor: () => ({}) },
  close: () => Promise.resolve(),
};
