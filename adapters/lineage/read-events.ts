import type pg from 'pg';
import { z } from 'zod';
import { type Facets, type LineageEvent, type LineageEventType } from '../../schemas/lineage.js';
import { instant } from '../../schemas/values.js';
import { reachingPostgres } from '../postgres/away.js';
import type { Row } from '../postgres/row.js';

const Facets = z.record(z.string(), z.unknown());
const ByDataset = z.record(z.string(), Facets);
const Datasets = z.array(z.object({ namespace: z.string(), name: z.string() }));
const Kept = z.object({ run: Facets, job: Facets, inputs: ByDataset.default({}), outputs: ByDataset });
const EventType = z.enum(['START', 'COMPLETE', 'FAIL', 'ABORT'] satisfies LineageEventType[]);

/** An event as it was kept. */
export interface KeptEvent {
  /** Rises in the order in which events came. */
  readonly id: number;
  readonly event: LineageEvent;
  /** The version of the description that was known then; null for one from before descriptions were kept. */
  readonly description: string | null;
}

/** The events after one, in their order, so many at most. */
export async function readEvents(
  pool: pg.Pool,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<KeptEvent[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<
      Row<{
        id: 'lineage_events.id';
        event_time: 'lineage_events.event_time';
        event_type: 'lineage_events.event_type';
        run_id: 'lineage_events.run_id';
        parent_run_id: 'lineage_events.parent_run_id';
        job_namespace: 'lineage_events.job_namespace';
        job_name: 'lineage_events.job_name';
        inputs: 'lineage_events.inputs';
        outputs: 'lineage_events.outputs';
        facets: 'lineage_events.facets';
        producer: 'lineage_events.producer';
        description: 'lineage_events.description';
      }>
    >(
      `select id, event_time, event_type, run_id, parent_run_id, job_namespace, job_name, inputs, outputs, facets, producer, description
       from lineage_events where id > $1 order by id limit $2`,
      [after, limit],
    ),
  );
  return rows.map((row) => ({
    ...{ id: row.id, description: row.description },
    event: {
      eventTime: instant(row.event_time.getTime()),
      eventType: EventType.parse(row.event_type),
      runId: row.run_id,
      parentRunId: row.parent_run_id,
      job: { namespace: row.job_namespace, name: row.job_name },
      inputs: Datasets.parse(row.inputs),
      outputs: Datasets.parse(row.outputs),
      facets: Kept.parse(row.facets),
      producer: row.producer,
    },
  }));
}
