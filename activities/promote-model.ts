import type pg from 'pg';
import type { ModelRegistry } from '../adapters/models/registry/model-registry.js';
import { judgePromotion } from '../domain/model/promotion-gate.js';
import { BadInput, PrerequisiteMissing, PromotionRefused } from '../schemas/errors.js';
import type { HeldOut } from '../schemas/records/held-out.js';
import { registeredModelName, type ModelSplit } from '../schemas/records/model.js';
import type { GateRecord } from '../schemas/records/promotion.js';
import type { Said } from '../schemas/records/review.js';
import { whyUnusable } from './model-usable.js';
import { decideServing } from './serving-turn.js';

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

/** What the version in production said; null where it is none of ours, as one that somebody put into MLflow: it cannot be compared. */
async function heldOutOf(registry: ModelRegistry, version: number): Promise<HeldOut | null> {
  try {
    return await registry.readHeldOut(version);
  } catch (error) {
    if (error instanceof BadInput) return null;
    throw error;
  }
}

async function passGate(
  registry: ModelRegistry,
  version: number,
  production: number | null,
): Promise<GateRecord> {
  const candidate = await registry.byVersion(version);
  const unusable = whyUnusable(candidate);
  const incumbent =
    production === null ? null : { version: production, heldOut: await heldOutOf(registry, production) };
  const { figures, objections } = judgePromotion(await registry.readHeldOut(version), incumbent);
  const all = [...(unusable === undefined ? [] : [unusable]), ...objections];
  return { passed: all.length === 0, objections: all, figures };
}

/**
 * Has a version serve (MODEL-8) and archives the one that did, where the gate lets it pass or a person overrides it, and writes down which. One that was decided before and
 * interrupted is carried out, and answered with what the gate said then.
 *
 * Throws {@link PromotionRefused} with the figures, {@link BadInput} on a version that is none, and what {@link decideServing} throws.
 */
export const promoteModel = (
  pool: pg.Pool,
  registry: ModelRegistry,
  { version, rule, by, why }: Said & { readonly version: number; readonly rule: PromotionRule },
): Promise<Promoted> =>
  decideServing(pool, registry, async ({ production, finished }) => {
    if (production === version) {
      // MLflow's tags may be those of another where its alias was moved by hand.
      await registry.moveProduction(version);
      const own = finished?.action === 'promote' && finished.to === version ? finished : undefined;
      return {
        answer: { from: own === undefined ? version : own.from, to: version, gate: own?.gate ?? null },
      };
    }
    const gate = await passGate(registry, version, production);
    if (!gate.passed && rule.kind === 'gate') {
      throw new PromotionRefused(`Version ${version} is not promoted: ${gate.objections.join('; ')}`, {
        object: `${model} ${version}`,
        advice:
          'Train a better one and promote that, let it serve a share to see more (touchline model split), or promote it all the same with --override --why.',
      });
    }
    return {
      decision: { action: 'promote', from: production, to: version, by, why, gate },
      answer: { from: production, to: version, gate },
    };
  });

/**
 * Has the version serve that served before this one. One that was decided before and interrupted is carried out and is the answer: it is not gone back twice.
 *
 * Throws {@link PrerequisiteMissing} where there is none, or one that this code cannot ask, and what {@link decideServing} throws.
 */
export const rollBackModel = (pool: pg.Pool, registry: ModelRegistry, { by, why }: Said): Promise<Served> =>
  decideServing(pool, registry, async ({ production, history, finished }) => {
    if (finished?.action === 'rollback' && finished.to !== null && finished.to === production)
      return { answer: { from: finished.from, to: finished.to } };
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
    return {
      decision: { action: 'rollback', from: production, to: before, by, why },
      answer: { from: production, to: before },
    };
  });

/**
 * Has a second version serve a share of the matches, or none (MODEL-11). Says who did before.
 *
 * Throws {@link BadInput} where both would be one, and what {@link decideServing} throws.
 */
export const splitModel = (
  pool: pg.Pool,
  registry: ModelRegistry,
  { split, by, why }: Said & { readonly split: ModelSplit | null },
): Promise<{ readonly before: ModelSplit | null; readonly after: ModelSplit | null }> =>
  decideServing(pool, registry, async ({ production, split: before }) => {
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
    return {
      decision: {
        ...{ action: 'split', from: before?.version ?? null, to: split?.version ?? null, by, why },
        ...(split === null ? {} : { share: split.share }),
      },
      answer: { before, after: split },
    };
  });
