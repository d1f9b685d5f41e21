import type pg from 'pg';
import { z } from 'zod';
import { reachingPostgres } from '../postgres/away.js';
import type { Computed, Row } from '../postgres/row.js';
import type { Dataset } from '../../schemas/lineage.js';
import type { Making } from './upstream.js';

const Datasets = z.array(z.object({ namespace: z.string(), name: z.string() }));

/** Every way in which a job has made its outputs of its inputs, from the runs that ended well. */
export async function readMakings(pool: pg.Pool): Promise<Making[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<
      Row<{
        job: 'lineage_events.job_name';
        inputs: 'lineage_events.inputs';
        outputs: 'lineage_events.outputs';
        runs: Computed<number>;
        last_at: 'lineage_events.event_time';
        last_run: 'lineage_events.run_id';
      }>
    >(
      `with makings as (
         select count(*)::integer as runs, max(id) as last_id
         from lineage_events where event_type = 'COMPLETE'
         group by job_name, inputs, outputs
       )
       select e.job_name as job, e.inputs, e.outputs, m.runs, e.event_time as last_at, e.run_id as last_run
       from makings m join lineage_events e on e.id = m.last_id
       order by e.event_time desc`,
    ),
  );
  return rows.map(({ job, inputs, outputs, runs, last_at, last_run }) => ({
    ...{ job, runs, lastAt: last_at, lastRunId: last_run },
    inputs: Datasets.parse(inputs),
    outputs: Datasets.parse(outputs),
  }));
}

const EventFacets = z.object({
  run: z
    .object({
      errorMessage: z.object({ message: z.string() }).optional(),
      touchline_attempt: z.object({ workflowId: z.string(), activityId: z.string(), attempt: z.number() }),
    })
    .loose(),
  /** Of some the version alone is told. */
  outputs: z.record(
    z.string(),
    z.object({ outputStatistics: z.object({ rowCount: z.number() }).optional() }),
  ),
});

/** An event as it is told to a person. */
export interface ToldEvent {
  readonly at: Date;
  readonly event: string;
  readonly runId: string;
  readonly job: string;
  readonly attempt: number;
  readonly inputs: readonly Dataset[];
  readonly outputs: readonly Dataset[];
  /** By `namespace/name`. */
  readonly rows: Readonly<Record<string, number>>;
  readonly error: string | null;
}

/** The events of one attempt, or of all the attempts of a workflow's run, in their order. */
export async function readRun(pool: pg.Pool, runId: string): Promise<ToldEvent[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<
      Row<{
        at: 'lineage_events.event_time';
        event: 'lineage_events.event_type';
        run_id: 'lineage_events.run_id';
        job: 'lineage_events.job_name';
        inputs: 'lineage_events.inputs';
        outputs: 'lineage_events.outputs';
        facets: 'lineage_events.facets';
      }>
    >(
      `select event_time as at, event_type as event, run_id, job_name as job, inputs, outputs, facets
       from lineage_events where run_id = $1 or parent_run_id = $1
       order by event_time, id`,
      [runId],
    ),
  );
  return rows.map(({ at, event, run_id, job, inputs, outputs, facets }) => {
    const { run, outputs: ofOutputs } = EventFacets.parse(facets);
    return {
      ...{ at, event, runId: run_id, job, attempt: run.touchline_attempt.attempt },
      inputs: Datasets.parse(inputs),
      outputs: Datasets.parse(outputs),
      rows: Object.fromEntries(
        Object.entries(ofOutputs).flatMap(([key, { outputStatistics }]) =>
          outputStatistics === undefined ? [] : [[key, outputStatistics.rowCount] as const],
        ),
      ),
      error: run.errorMessage?.message ?? null,
    };
  });
}
