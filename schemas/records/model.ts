import { z } from 'zod';
import { Outcome, Season } from '../values.js';
import { BoosterParameters } from './booster.js';

/** The registered model of 1x2 (MODEL-1). */
export const registeredModelName = 'football_baseline_model';

/** A multinomial logistic regression; `weights` holds the coefficients of away, draw, home, each with its intercept last. */
export const MultinomialLogistic = z.object({
  features: z.array(z.string()),
  means: z.array(z.number()),
  deviations: z.array(z.number()),
  weights: z.array(z.number()),
});
export type MultinomialLogistic = z.infer<typeof MultinomialLogistic>;

/** A booster within a model: its file, what it reads in which order, how it was grown. */
export const BoosterCard = z.object({
  file: z.string(),
  sha256: z.string(),
  features: z.array(z.string()),
  rounds: z.number().int().positive(),
  parameters: BoosterParameters,
});
export type BoosterCard = z.infer<typeof BoosterCard>;

const weight = z.number().nonnegative();

/**
 * A fitted model. It holds nothing of when and where it was fitted: the same matches and seed give the same bytes.
 * `withoutPrices` pools a booster with the logistic regression, `withPrices` another booster with the books' mean prices, their
 * margin taken out.
 */
export const ModelFile = z.object({
  name: z.literal(registeredModelName),
  featureSet: z.string(),
  classOrder: z.array(Outcome),
  seed: z.number().int(),
  divisions: z.array(z.string()),
  /** Divisions that the regression learnt from besides. */
  elsewhere: z.array(z.string()).default([]),
  trainedOn: z.object({ from: Season, to: Season, matches: z.number().int() }),
  withoutPrices: z.object({
    booster: BoosterCard,
    logistic: MultinomialLogistic,
    weights: z.object({ booster: weight, logistic: weight }),
  }),
  withPrices: z
    .object({ booster: BoosterCard, weights: z.object({ booster: weight, market: weight }) })
    .nullable(),
  /** Seasons that rounds and weights were chosen on, each predicted by boosters that had not seen it. */
  calibratedOn: z.array(Season),
  libraries: z.object({ xgboost: z.string() }),
});
export type ModelFile = z.infer<typeof ModelFile>;

/** How a model did on the seasons it was calibrated on, before its last fit. */
export const ModelMetrics = z.object({
  n: z.number().int(),
  logLoss: z.number(),
  rps: z.number(),
  brier: z.number(),
  accuracy: z.number(),
  ece: z.number(),
});
export type ModelMetrics = z.infer<typeof ModelMetrics>;

/** A version of the registered model: where it comes from. */
export const ModelVersion = z.object({
  name: z.literal(registeredModelName),
  version: z.number().int().positive(),
  runId: z.string(),
  createdAt: z.iso.datetime(),
  lakeSnapshot: z.number().int(),
  metrics: z.object({ withPrices: ModelMetrics.nullable(), withoutPrices: ModelMetrics }),
});
export type ModelVersion = z.infer<typeof ModelVersion>;

/** Names that point to a version and may move: `staging` to the newest, `production` to the one that serves. */
export const ModelAlias = z.enum(['staging', 'production']);
export type ModelAlias = z.infer<typeof ModelAlias>;

/** A share of the matches that a second version serves (MODEL-11). */
export const ModelSplit = z.object({
  version: z.number().int().positive(),
  share: z.number().gt(0).lt(1),
});
export type ModelSplit = z.infer<typeof ModelSplit>;

/** The versions that serve: every match by one of them. */
export const ServingVersions = z.object({
  production: z.number().int().positive(),
  split: ModelSplit.nullable(),
});
export type ServingVersions = z.infer<typeof ServingVersions>;
