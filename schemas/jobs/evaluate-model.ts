import { z } from 'zod';
import { reportParts } from '../records/model-report.js';
import { Season } from '../values.js';
import { SeasonText } from './import-history.js';
import { LearningInput } from './train-model.js';

/** What is judged: our two models, the market by phase, source and way of taking the margin out, and the base rate. */
export const judgedModels = [
  'model-with-prices',
  'model-without-prices',
  'market-prematch-average-proportional',
  'market-prematch-average-power',
  'market-prematch-average-shin',
  'market-prematch-bet365-proportional',
  'market-prematch-bet365-power',
  'market-prematch-bet365-shin',
  'market-closing-average-proportional',
  'market-closing-average-power',
  'market-closing-average-shin',
  'market-closing-bet365-proportional',
  'market-closing-bet365-power',
  'market-closing-bet365-shin',
  'base-rate',
] as const;
export const JudgedModel = z.enum(judgedModels);
export type JudgedModel = z.infer<typeof JudgedModel>;

/** What every other model's `delta` is taken against. */
export const benchmarkModel = 'market-prematch-average-shin' satisfies JudgedModel;

/** Season or division `all`: every one of the report together. */
export const pooled = 'all';

/** One model over some matches. Log loss, RPS, Brier and calibration error: lower is better. */
export const JudgeRow = z.object({
  model: JudgedModel,
  season: z.string(),
  division: z.string(),
  n: z.number().int().positive(),
  logLoss: z.number(),
  rps: z.number(),
  brier: z.number(),
  accuracy: z.number(),
  ece: z.number(),
  /** Mean log loss less that of {@link benchmarkModel} on the same matches. */
  delta: z.number(),
  /** The standard error of `delta`. */
  deltaSe: z.number(),
});
export type JudgeRow = z.infer<typeof JudgeRow>;

/** A weight in the log-opinion pool, with its interval of 95 %: below 0 it is cut off. */
const PoolWeight = z.object({
  weight: z.number().nonnegative(),
  low: z.number().nonnegative(),
  high: z.number().nonnegative().nullable(),
});

/** How much the booster counts beside its partner in the pool of a test season, as it was chosen on the seasons before. */
export const PoolRow = z.object({
  season: z.string(),
  model: z.enum(['model-with-prices', 'model-without-prices']),
  /** Of the seasons before, that chose. */
  matches: z.number().int().positive(),
  booster: PoolWeight,
  /** The market with prices, the logistic regression without. */
  partner: PoolWeight,
});
export type PoolRow = z.infer<typeof PoolRow>;

export const EvaluateModelInput = LearningInput.extend({
  testSeasons: z.array(SeasonText).min(1).describe('Each is predicted from the seasons before it'),
});
export type EvaluateModelInput = z.infer<typeof EvaluateModelInput>;

/** A kept evaluation. */
export const EvaluationReport = z.object({
  runId: z.string(),
  evaluatedAt: z.iso.datetime(),
  lakeSnapshot: z.number().int(),
  testSeasons: z.array(Season),
  divisions: z.array(z.string()),
  trainFrom: Season,
  seed: z.number().int(),
  rows: z.array(JudgeRow),
  pools: z.array(PoolRow).default([]),
  ...reportParts,
});
export type EvaluationReport = z.infer<typeof EvaluationReport>;
