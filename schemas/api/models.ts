import { z } from 'zod';
import { ModelAlias, ModelStage, registeredModelName } from '../records/model.js';
import { QualityWindow } from '../records/prediction-quality.js';
import { ServingAction } from '../records/promotion.js';

const Iso = z.iso.datetime();
const Share = z.number().min(0).max(1);

/** A version that answers, or waits to, by the names of API-10. */
export const ActiveModel = z.object({
  name: z.string(),
  version: z.int(),
  stage: ModelStage,
  creation_timestamp: Iso,
  description: z.string(),
  tags: z.record(z.string(), z.string()),
});
export type ActiveModel = z.infer<typeof ActiveModel>;

export const ActiveModels = z.object({ active_models: z.array(ActiveModel), count: z.int() });

export const ModelMetricsQuery = z.object({
  model_name: z.string().min(1).max(100).default(registeredModelName),
  time_window: QualityWindow.default('7d').describe('Predictions that were stored within so many days'),
});

/** What a version said in a window, and how much of it came true (API-11). */
export const VersionMetrics = z.object({
  model_version: z.string(),
  total_predictions: z.int(),
  avg_confidence: Share,
  accuracy: Share.nullable().describe('Correct of those verified; null where none was'),
  home_predictions: z.int(),
  draw_predictions: z.int(),
  away_predictions: z.int(),
});
export type VersionMetrics = z.infer<typeof VersionMetrics>;

export const ModelMetricsTold = z.object({
  model_name: z.string(),
  time_window: QualityWindow,
  period: z.object({ start_date: Iso, end_date: Iso }),
  metrics: z.array(VersionMetrics).describe('The newest version first'),
});

const Figures = z.object({
  matches: z.int(),
  log_loss: z.number(),
  rps: z.number(),
  brier: z.number(),
  accuracy: z.number(),
  ece: z.number(),
});
export type Figures = z.infer<typeof Figures>;

/** A version in one line. */
export const VersionLine = z.object({
  name: z.string(),
  version: z.int(),
  stage: ModelStage,
  aliases: z.array(ModelAlias),
  share: Share.describe('Of the matches that it answers'),
  run_id: z.string(),
  created_at: Iso,
  lake_snapshot: z.int(),
  with_prices: Figures.nullable(),
  without_prices: Figures,
});
export type VersionLine = z.infer<typeof VersionLine>;

export const VersionPath = z.object({
  version: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'a version is a whole number from 1')
    .transform(Number),
});

/** A version with what it is made of. */
export const VersionTold = VersionLine.extend({
  beside_bookmakers: z
    .object({ model: Figures, bookmakers: Figures })
    .nullable()
    .describe('Of the same matches; null where none had prices'),
  feature_set: z.string(),
  features: z.object({ with_prices: z.array(z.string()), without_prices: z.array(z.string()) }),
  divisions: z.array(z.string()),
  trained_on: z.object({ from: z.string(), to: z.string(), matches: z.int() }),
  parameters: z.record(z.string(), z.string()),
});
export type VersionTold = z.infer<typeof VersionTold>;

/** One decision about what serves. */
export const PromotionLine = z.object({
  action: ServingAction,
  from: z.int().nullable(),
  to: z.int().nullable(),
  share: Share.nullable(),
  by: z.string(),
  why: z.string(),
  gate: z
    .object({ passed: z.boolean(), objections: z.array(z.string()) })
    .nullable()
    .describe('What the gate said; null where it was not asked'),
  at: Iso,
});
export type PromotionLine = z.infer<typeof PromotionLine>;
