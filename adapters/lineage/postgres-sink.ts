import type pg from 'pg';
import { toIso } from '../../schemas/values.js';
import { reachingPostgres } from '../postgres/away.js';
import { storableJson } from '../postgres/storable.js';
import type { LineageSink } from './outbox.js';

/** Keeps events in `lineage_events`, one statement a write. The pool's role may insert there. */
export const postgresSink = (pool: pg.Pool): LineageSink => ({
  async write(events) {
    const rows = events.map((event) => ({
      event_time: toIso(event.eventTime),
      event_type: event.eventType,
      run_id: event.runId,
      parent_run_id: event.parentRunId,
      job_namespace: event.job.namespace.slice(0, 100),
      job_name: event.job.name.slice(0, 100),
      inputs: event.inputs,
      outputs: event.outputs,
      facets: event.facets,
      producer: event.producer,
    }));
    await reachingPostgres(() =>
      pool.query(
        `insert into lineage_events
           (event_time, event_type, run_id, parent_run_id, job_namespace, job_name, inputs, outputs, facets, producer)
         select event_time, event_type, run_id, parent_run_id, job_namespace, job_name, inputs, outputs, facets, producer
         from rows from (jsonb_to_recordset($1::jsonb) as (event_time timestamptz, event_type text, run_id uuid,
           parent_run_id uuid, job_namespace text, job_name text, inputs jsonb, outputs jsonb, facets jsonb, producer text)
         ) with ordinality
         order by ordinality
         on conflict on constraint uq_lineage_events_run do nothing`,
        [storableJson(rows)],
      ),
    );
  },
});
