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
  /** Over the three results, each weighed by how often it came (MODEL-4); so weighed, recall is accuracy. Absent of versions from before they were kept. */
  precision: z.number().optional(),
  recall: z.number().optional(),
});
export type ModelMetrics = z.infer<typeof ModelMetrics>;

/** What the catalogue wants to know of every version, by its names (MODEL-7). */
export const ModelMetadata = z.object({
  model_type: z.literal('XGBoost'),
  /** The library that grew the trees, and reads them. */
  framework: z.string(),
  features: z.array(z.string()),
  training_date: z.iso.datetime(),
  validation_accuracy: z.number(),
  training_samples: z.number().int(),
  /** The declared service whose cutoff and views the model reads by. */
  feature_service: z.string(),
  feature_service_version: z.number().int(),
});
export type ModelMetadata = z.infer<typeof ModelMetadata>;

/** A version of the registered model: where it comes from. What may be absent is so of versions from before it was kept. */
export const ModelVersion = z.object({
  name: z.literal(registeredModelName),
  version: z.number().int().positive(),
  runId: z.string(),
  createdAt: z.iso.datetime(),
  lakeSnapshot: z.number().int(),
  metrics: z.object({
    withPrices: ModelMetrics.nullable(),
    withoutPrices: ModelMetrics,
    /** What the model and the books' mean prices before the match, their margin taken out, said of the same matches; null where none had prices. */
    besideBookmakers: z.object({ model: ModelMetrics, bookmakers: ModelMetrics }).nullable().optional(),
  }),
  metadata: ModelMetadata.optional(),
  /** What the training was told beside what the model's file says: `recipe.ridge`. */
  parameters: z.record(z.string(), z.string()).optional(),
});
export type ModelVersion = z.infer<typeof ModelVersion>;

/** Names that point to a version and may move: `staging` to the newest, `production` to the one that serves. */
export const ModelAlias = z.enum(['staging', 'production']);
export type ModelAlias = z.infer<typeof ModelAlias>;

/** Where a version stands, in the words of old (MODEL-6). An alias decides; `Archived` served once and does no more. */
export const ModelStage = z.enum(['None', 'Staging', 'Production', 'Archived']);
export type ModelStage = z.infer<typeof ModelStage>;

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
