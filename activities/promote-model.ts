import type { ModelRegistry } from '../adapters/models/registry/model-registry.js';
import {
  lockServing,
  readDecisions,
  recordDecision,
  type GateRecord,
} from '../adapters/postgres/model-promotions.js';
import type { Transaction } from '../adapters/postgres/transaction.js';
import { productionHistory } from '../domain/model/production-history.js';
import { judgePromotion } from '../domain/model/promotion-gate.js';
import { BadInput, PrerequisiteMissing, PromotionRefused } from '../schemas/errors.js';
import { registeredModelName, type ModelSplit } from '../schemas/records/model.js';
import type { Said } from '../schemas/records/review.js';
import { whyUnusable } from './model-usable.js';

/** What a promotion goes by: the gate, or a person's word against it, which is kept. */
export type PromotionRule = { readonly kind: 'gate' } | { readonly kind: 'override' };

/** How what serves has changed. */
export interface Served {
  readonly from: number | null;
  readonly to: number;
}

export interface Promoted extends Served {
  /** Null where the version was in production already. */
  readonly gate: GateRecord | null;
}

const model = registeredModelName;

/**
 * Whoever decides waits here for whoever decides already. What serves by nobody's decision, as one that was moved in MLflow by hand, is written down
 * first: so the history goes from what serves to what served, whatever happened beside it.
 */
async function takeTurn({ client }: Transaction, registry: ModelRegistry) {
  await lockServing(client, model);
  const { aliases, split } = await registry.pointers();
  const history = productionHistory(await readDecisions(client, model));
  const production = aliases.production ?? null;
  const known = history.at(-1) ?? null;
  if (production !== null && production !== known) {
    const why = 'It served when a command came, and no command of this house had said so';
    await recordDecision(client, {
      model,
      action: 'found',
      from: known,
      to: production,
      by: 'touchline',
      why,
    });
    history.push(production);
  }
  return { production, split, history };
}

async function passGate(
  registry: ModelRegistry,
  version: number,
  production: number | null,
): Promise<GateRecord> {
  const candidate = await registry.byVersion(version);
  const unusable = whyUnusable(candidate);
  const incumbent =
    production === null ? null : { version: production, heldOut: await registry.readHeldOut(production) };
  const { figures, objections } = judgePromotion(await registry.readHeldOut(version), incumbent);
  const all = [...(unusable === undefined ? [] : [unusable]), ...objections];
  return { passed: all.length === 0, objections: all, figures };
}

/**
 * Has a version serve (MODEL-8) and archives the one that did, where the gate lets it pass or a person overrides it, and writes down which. The decision and the
 * registry change together: a registry that refuses leaves nothing written.
 *
 * Throws {@link PromotionRefused} with the figures, {@link BadInput} on a version that is none, DependencyAway where the registry is away.
 */
export async function promoteModel(
  transaction: Transaction,
  registry: ModelRegistry,
  { version, rule, by, why }: Said & { readonly version: number; readonly rule: PromotionRule },
): Promise<Promoted> {
  const { production } = await takeTurn(transaction, registry);
  if (production === version) {
    // One that was interrupted between alias and tags ends here.
    await registry.moveProduction(version);
    return { from: version, to: version, gate: null };
  }
  const gate = await passGate(registry, version, production);
  if (!gate.passed && rule.kind === 'gate') {
    throw new PromotionRefused(`Version ${version} is not promoted: ${gate.objections.join('; ')}`, {
      object: `${model} ${version}`,
      advice:
        'Train a better one and promote that, let it serve a share to see more (touchline model split), or promote it all the same with --override --why.',
    });
  }
  await recordDecision(transaction.client, {
    ...{ model, action: 'promote', from: production, to: version, by, why, gate },
  });
  await registry.moveProduction(version);
  return { from: production, to: version, gate };
}

/** Has the version serve that served before this one. Throws {@link PrerequisiteMissing} where there is none, or one that this code cannot ask. */
export async function rollBackModel(
  transaction: Transaction,
  registry: ModelRegistry,
  { by, why }: Said,
): Promise<Served> {
  const { production, history } = await takeTurn(transaction, registry);
  const before = history.at(-2);
  if (production === null || before === undefined) {
    throw new PrerequisiteMissing(
      production === null
        ? 'No version of the model is in production'
        : `No version was in production before version ${production}`,
      {
        object: model,
        advice: 'Promote one: touchline model promote <version>; touchline model list shows them.',
      },
    );
  }
  const unusable = whyUnusable(await registry.byVersion(before));
  if (unusable !== undefined) {
    throw new PrerequisiteMissing(`The version before cannot serve: ${unusable}`, {
      object: `${model} ${before}`,
      advice: 'Promote another: touchline model list shows them.',
    });
  }
  await recordDecision(transaction.client, {
    model,
    action: 'rollback',
    from: production,
    to: before,
    by,
    why,
  });
  await registry.moveProduction(before);
  return { from: production, to: before };
}

/** Has a second version serve a share of the matches, or none (MODEL-11). Says who did before. Throws {@link BadInput} where both would be one. */
export async function splitModel(
  transaction: Transaction,
  registry: ModelRegistry,
  { split, by, why }: Said & { readonly split: ModelSplit | null },
): Promise<{ readonly before: ModelSplit | null; readonly after: ModelSplit | null }> {
  const { production, split: before } = await takeTurn(transaction, registry);
  if (split !== null) {
    if (production === null || production === split.version) {
      throw production === null
        ? new PrerequisiteMissing('No version is in production that could leave a share to another', {
            object: model,
            advice: 'Promote one first: touchline model promote <version>.',
          })
        : new BadInput(`Version ${production} serves all matches already`, {
            object: `${model} ${production}`,
            advice: 'Name another version: touchline model list shows them.',
          });
    }
    const unusable = whyUnusable(await registry.byVersion(split.version));
    if (unusable !== undefined) {
      throw new BadInput(`That version cannot serve: ${unusable}`, {
        object: `${model} ${split.version}`,
        advice: 'Train again: touchline model train registers a new version.',
      });
    }
  }
  await recordDecision(transaction.client, {
    ...{ model, action: 'split', from: before?.version ?? null, to: split?.version ?? null, by, why },
    ...(split === null ? {} : { share: split.share }),
  });
  await registry.setSplit(split);
  return { before, after: split };
}
