import type pg from 'pg';
import { DependencyAway } from '../../schemas/errors.js';
import type { LineageDescription, LineageEvent } from '../../schemas/lineage.js';
import { toIso } from '../../schemas/values.js';
import { reachingPostgres } from '../postgres/away.js';
import { storableJson } from '../postgres/storable.js';
import { keepDescription } from './descriptions.js';
import type { LineageSink } from './outbox.js';

/**
 * Keeps events in `lineage_events`, one statement a write, with the description of what they are about, which is kept once. The pool's role may
 * insert there.
 */
export function postgresSink(pool: pg.Pool, description: LineageDescription | null = null): LineageSink {
  let isKept = description === null;
  return {
    async write(events) {
      if (description !== null && !isKept) await keepDescription(pool, description);
      isKept = true;
      await reachingPostgres(() => insertEvents(pool, events, description?.version ?? null));
    },
  };
}

/**
 * Keeps events with the version of what the house knows of their datasets and jobs, which is seen to be kept before the first of them. Where that cannot be, events
 * are kept without, and a warning says so.
 */
export function describedSink(
  pool: pg.Pool,
  keep: () => Promise<string>,
  warn: (line: string) => void,
): LineageSink {
  let kept: Promise<string | null> | undefined;
  const version = (): Promise<string | null> =>
    keep().catch((error: unknown) => {
      if (error instanceof DependencyAway) throw error;
      warn(`Lineage is told without descriptions: ${String(error)}`);
      return null;
    });
  return {
    async write(events) {
      kept ??= version();
      const description = await kept.catch((error: unknown) => {
        kept = undefined;
        throw error;
      });
      await reachingPostgres(() => insertEvents(pool, events, description));
    },
  };
}

async function insertEvents(
  pool: pg.Pool,
  events: readonly LineageEvent[],
  description: string | null,
): Promise<void> {
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
  await pool.query(
    `insert into lineage_events
           (event_time, event_type, run_id, parent_run_id, job_namespace, job_name, inputs, outputs, facets, producer, description)
         select event_time, event_type, run_id, parent_run_id, job_namespace, job_name, inputs, outputs, facets, producer, $2
         from rows from (jsonb_to_recordset($1::jsonb) as (event_time timestamptz, event_type text, run_id uuid,
           parent_run_id uuid, job_namespace text, job_name text, inputs jsonb, outputs jsonb, facets jsonb, producer text)
         ) with ordinality
         order by ordinality
         on conflict on constraint uq_lineage_events_run do nothing`,
    [storableJson(rows), description],
  );
}
