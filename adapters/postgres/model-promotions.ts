import type pg from 'pg';
import type { GateFigures, ServingAction } from '../../schemas/records/promotion.js';
import type { Narrowed, Row } from './row.js';

/** What the gate said of a promotion, also where it was overridden. */
export interface GateRecord {
  readonly passed: boolean;
  readonly objections: readonly string[];
  readonly figures: GateFigures;
}

/** One decision about what serves. */
export interface ServingDecision {
  readonly model: string;
  readonly action: ServingAction;
  readonly from: number | null;
  readonly to: number | null;
  readonly share?: number;
  readonly by: string;
  readonly why: string;
  readonly gate?: GateRecord;
}

/** Keeps everybody else from deciding what serves until the transaction ends. */
export async function lockServing(client: pg.ClientBase, model: string): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended($1, 7))`, [`touchline.serving/${model}`]);
}

/** Writes a decision down; it is never changed. */
export async function recordDecision(client: pg.ClientBase, decision: ServingDecision): Promise<void> {
  const { model, action, from, to, share, by, why, gate } = decision;
  await client.query(
    `insert into model_promotions (model_name, action, version_from, version_to, share, decided_by, reason, gate)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [model, action, from, to, share ?? null, by, why, gate === undefined ? null : JSON.stringify(gate)],
  );
}

interface DecisionColumns {
  readonly action: Narrowed<'model_promotions.action', ServingAction>;
  readonly from: 'model_promotions.version_from';
  readonly to: 'model_promotions.version_to';
  readonly share: 'model_promotions.share';
  readonly by: 'model_promotions.decided_by';
  readonly why: 'model_promotions.reason';
  readonly gate: 'model_promotions.gate';
  readonly at: 'model_promotions.decided_at';
}

/** The decisions about a model, the oldest first. */
export async function readDecisions(
  client: pg.Pool | pg.ClientBase,
  model: string,
): Promise<Row<DecisionColumns>[]> {
  const { rows } = await client.query<Row<DecisionColumns>>(
    `select action, version_from as "from", version_to as "to", share, decided_by as by, reason as why, gate, decided_at as at
     from model_promotions where model_name = $1 order by id`,
    [model],
  );
  return rows;
}
