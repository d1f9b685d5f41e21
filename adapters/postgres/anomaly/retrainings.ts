import type pg from 'pg';
import type { CalendarDate, Instant } from '../../../schemas/values.js';
import type { Row } from '../row.js';

/** Which run asks for the training of a period. */
export interface RetrainingClaim {
  readonly period: CalendarDate;
  readonly runId: string;
  readonly workflowId: string;
  readonly at: Instant;
}

/** Claims the one training of a period. True where this run has it, by this call or by an earlier one. */
export async function claimRetraining(
  client: pg.Pool | pg.ClientBase,
  { period, runId, workflowId, at }: RetrainingClaim,
): Promise<boolean> {
  await client.query(
    `insert into drift_retrainings (period, run_id, workflow_id, asked_at) values ($1, $2, $3, $4) on conflict do nothing`,
    [period, runId, workflowId, new Date(at)],
  );
  const { rows } = await client.query<Row<{ runId: 'drift_retrainings.run_id' }>>(
    `select run_id as "runId" from drift_retrainings where period = $1`,
    [period],
  );
  return rows[0]?.runId === runId;
}
