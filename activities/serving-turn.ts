import type pg from 'pg';
import type { ModelRegistry } from '../adapters/models/registry/model-registry.js';
import {
  endDecision,
  lockServing,
  readDecisions,
  readOpenDecisions,
  recordDecision,
  type OpenDecision,
  type ServingDecision,
} from '../adapters/postgres/model-promotions.js';
import { inTransaction, type Transaction } from '../adapters/postgres/transaction.js';
import { productionHistory } from '../domain/model/production-history.js';
import { BadInput, DependencyAway } from '../schemas/errors.js';
import { registeredModelName, type ModelSplit } from '../schemas/records/model.js';
import type { ServingOutcome } from '../schemas/records/promotion.js';

/** What serves when a command's turn has come. */
export interface ServingTurn {
  readonly production: number | null;
  readonly split: ModelSplit | null;
  /** The versions that were in production and were not taken back, the one that serves last. */
  readonly history: readonly number[];
  /** A decision that an earlier command had written down and not carried out, which this one has. */
  readonly finished: OpenDecision | undefined;
}

/** What a command answers with, and what it decided, where it decided anything. */
export interface Decided<Answer> {
  readonly answer: Answer;
  readonly decision?: Omit<ServingDecision, 'model'>;
}

const model = registeredModelName;

async function carryOut(
  registry: ModelRegistry,
  { action, from, to, share }: OpenDecision,
): Promise<ServingOutcome> {
  if (action === 'split') {
    await registry.setSplit(to === null || share === null ? null : { version: to, share });
    return 'done';
  }
  const production = (await registry.pointers()).aliases.production ?? null;
  // Whoever moved it by hand since spoke last.
  if (to === null || (production !== from && production !== to)) return 'overtaken';
  try {
    await registry.moveProduction(to);
  } catch (error) {
    // The version went since: a decision that nobody can carry out would keep all others waiting.
    if (error instanceof BadInput) return 'overtaken';
    throw error;
  }
  return 'done';
}

/**
 * Waits for whoever decides already and carries out what stands open, since the one who wrote it down may be no more. What serves by nobody's decision, as a version that was
 * moved in MLflow by hand, is written down too: so the history goes from what serves to what served, whatever happened beside it.
 */
async function takeTurn({ client }: Transaction, registry: ModelRegistry): Promise<ServingTurn> {
  await lockServing(client, model);
  let finished: OpenDecision | undefined;
  for (const open of await readOpenDecisions(client, model)) {
    const outcome = await carryOut(registry, open);
    await endDecision(client, open.id, outcome);
    if (outcome === 'done') finished = open;
  }
  const { aliases, split } = await registry.pointers();
  const history = productionHistory(
    (await readDecisions(client, model)).filter(({ outcome }) => outcome !== 'overtaken'),
  );
  const production = aliases.production ?? null;
  const known = history.at(-1) ?? null;
  if (production !== null && production !== known) {
    const why = 'It served when a command came, and no command of this house had said so';
    const found = { model, action: 'found', from: known, to: production, by: 'touchline', why } as const;
    await endDecision(client, await recordDecision(client, found), 'done');
    history.push(production);
  }
  return { production, split, history, finished };
}

/**
 * Decides what serves. Postgres and the registry cannot commit together, so the decision is committed first and the registry changed after it: whatever is interrupted, who decided,
 * why and by which figures stays on record, and the next command carries it out before its own.
 *
 * Throws what `decide` throws, with nothing decided; {@link DependencyAway} where Postgres or the registry is away, and says where a decision stands all the same.
 */
export async function decideServing<Answer>(
  pool: pg.Pool,
  registry: ModelRegistry,
  decide: (turn: ServingTurn) => Promise<Decided<Answer>>,
): Promise<Answer> {
  const turn = () => inTransaction(pool, (transaction) => takeTurn(transaction, registry));
  // In a transaction of its own, so that it stays where this command is refused.
  const { finished } = await turn();
  const { answer, decision } = await inTransaction(pool, async (transaction) => {
    const decided = await decide({ ...(await takeTurn(transaction, registry)), finished });
    if (decided.decision !== undefined)
      await recordDecision(transaction.client, { model, ...decided.decision });
    return decided;
  });
  if (decision === undefined) return answer;
  try {
    await turn();
  } catch (error) {
    if (!(error instanceof DependencyAway)) throw error;
    throw new DependencyAway(
      `The decision is on record and may not be carried out yet: ${error.message}`,
      { ...error.subject, advice: 'Run it again: the next command about what serves carries it out.' },
      error,
    );
  }
  return answer;
}
