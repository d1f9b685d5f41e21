import type pg from 'pg';
import { GateRecord, type ServingAction, type ServingOutcome } from '../../schemas/records/promotion.js';
import type { Narrowed, Row } from './row.js';

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

/** A decision that the registry may not know of yet. */
export interface OpenDecision {
  readonly id: number;
  readonly action: ServingAction;
  readonly from: number | null;
  readonly to: number | null;
  readonly share: number | null;
  readonly gate: GateRecord | null;
}

/** Keeps everybody else from deciding what serves until the transaction ends. */
export async function lockServing(client: pg.ClientBase, model: string): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended($1, 7))`, [`touchline.serving/${model}`]);
}

/** Writes a decision down, open; it is never changed. Returns its id. */
export async function recordDecision(client: pg.ClientBase, decision: ServingDecision): Promise<number> {
  const { model, action, from, to, share, by, why, gate } = decision;
  const { rows } = await client.query<Row<{ id: 'model_promotions.id' }>>(
    `insert into model_promotions (model_name, action, version_from, version_to, share, decided_by, reason, gate)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
    [model, action, from, to, share ?? null, by, why, gate === undefined ? null : JSON.stringify(gate)],
  );
  const [written] = rows;
  if (written === undefined) throw new RangeError('A decision was written and has no id');
  return written.id;
}

/** Writes down what became of a decision: it is open no more. */
export async function endDecision(client: pg.ClientBase, id: number, outcome: ServingOutcome): Promise<void> {
  await client.query('insert into model_promotion_ends (promotion_id, outcome) values ($1, $2)', [
    id,
    outcome,
  ]);
}

/** The decisions about a model that are still to be carried out, the oldest first. */
export async function readOpenDecisions(client: pg.ClientBase, model: string): Promise<OpenDecision[]> {
  const { rows } = await client.query<
    Row<Pick<DecisionColumns, 'action' | 'from' | 'to' | 'share' | 'gate'> & { id: 'model_promotions.id' }>
  >(
    `select id, action, version_from as "from", version_to as "to", share, gate
     from model_promotions p
     where model_name = $1 and not exists (select from model_promotion_ends e where e.promotion_id = p.id) order by id`,
    [model],
  );
  return rows.map((row) => ({ ...row, gate: GateRecord.nullable().parse(row.gate) }));
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
  /** Null while it is still to be carried out. */
  readonly outcome: Narrowed<'model_promotion_ends.outcome', ServingOutcome> | null;
}

/** The decisions about a model, the oldest first. */
export async function readDecisions(
  client: pg.Pool | pg.ClientBase,
  model: string,
): Promise<Row<DecisionColumns>[]> {
  const { rows } = await client.query<Row<DecisionColumns>>(
    `select action, version_from as "from", version_to as "to", share, decided_by as by, reason as why, gate, decided_at as at, outcome
     from model_promotions p left join model_promotion_ends e on e.promotion_id = p.id where model_name = $1 order by p.id`,
    [model],
  );
  return rows;
}
