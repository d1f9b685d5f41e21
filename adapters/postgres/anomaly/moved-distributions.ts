import type pg from 'pg';
import type { WatchedTable } from '../../../schemas/records/anomaly.js';
import { instant, type Instant } from '../../../schemas/values.js';
import type { Computed, Row } from '../row.js';

/**
 * When the last drift or shift of a table began for which a training was asked, and that nobody has called a false alarm; undefined where none was.
 */
export async function lastMoveFrom(client: pg.ClientBase, table: WatchedTable): Promise<Instant | undefined> {
  const { rows } = await client.query<Row<{ from: Computed<Date | null> }>>(
    `select max(d.window_from) as "from" from anomaly_detections d join data_quality_logs f on f.id = d.finding_id
     where d.table_name = $1 and d.anomaly_type in ('feature_drift', 'distribution_shift') and f.status <> 'ignored'
       and exists (select from drift_retrainings r where r.asked_at >= d.detected_at)`,
    [table],
  );
  const from = rows[0]?.from?.getTime();
  return from === undefined ? undefined : instant(from);
}

/** The columns of a table that had shifted by the last look that could tell. A look before the last training compared them with what is no longer usual. */
export async function shiftedBefore(
  client: pg.ClientBase,
  table: WatchedTable,
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<Row<{ feature: Computed<string> }>>(
    `select last.feature from (
       select distinct on (f.feature) f.feature, f.verdict
       from anomaly_detections d cross join lateral jsonb_to_recordset(d.details -> 'features') as f (feature text, verdict text)
       where d.table_name = $1 and d.method = 'distribution_shift' and f.verdict <> 'too_few'
         and not exists (select from drift_retrainings r where r.asked_at >= d.detected_at)
       order by f.feature, d.id desc
     ) as last where last.verdict = 'shift'`,
    [table],
  );
  return new Set(rows.map(({ feature }) => feature));
}
