import type pg from 'pg';
import type { Present, Row } from '../row.js';

interface DoubtColumns {
  readonly errorType: 'data_quality_logs.error_type';
  readonly field: Present<'data_quality_logs.field'>;
}

interface DecisionColumns extends DoubtColumns {
  readonly rawId: Present<'data_quality_logs.record_id'>;
  readonly released: 'data_quality_logs.released';
}

/** A doubt that a person released: the type and the field of its finding. */
export type ReleasedDoubt = Row<DoubtColumns>;

/**
 * What people decided about these payloads: each that has a finding someone handled, with the doubts that are released.
 * One whose doubts all stand has none: its history may have been another before.
 */
export async function loadDecisions(
  client: pg.ClientBase,
  rawIds: readonly number[],
): Promise<ReadonlyMap<number, readonly ReleasedDoubt[]>> {
  const { rows } = await client.query<Row<DecisionColumns>>(
    `select record_id as "rawId", error_type as "errorType", coalesce(field, '') as field, released
     from data_quality_logs
     where record_id = any($1::bigint[]) and handled_at is not null and table_name <> 'teams'`,
    [rawIds],
  );
  const decisions = new Map<number, ReleasedDoubt[]>();
  for (const { rawId, errorType, field, released } of rows) {
    const doubts = decisions.get(rawId) ?? [];
    if (released) doubts.push({ errorType, field });
    decisions.set(rawId, doubts);
  }
  return decisions;
}
