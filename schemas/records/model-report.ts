import { z } from 'zod';
import { Outcome } from '../values.js';

/** Our models, that a report is about. */
export const reportedModels = ['model-with-prices', 'model-without-prices'] as const;
export const ReportedModel = z.enum(reportedModels);
export type ReportedModel = z.infer<typeof ReportedModel>;

/** The chances that a model gave one outcome, between two bounds, and how often it came. */
export const ReliabilityBin = z.object({
  model: ReportedModel,
  outcome: Outcome,
  from: z.number(),
  to: z.number(),
  n: z.number().int().positive(),
  /** The mean chance given. */
  said: z.number(),
  /** The share that came, with its interval of 95 % (Wilson). */
  came: z.number(),
  low: z.number(),
  high: z.number(),
});
export type ReliabilityBin = z.infer<typeof ReliabilityBin>;

/** One of our models against the average closing price over some matches. */
export const AgainstClosing = z.object({
  model: ReportedModel,
  season: z.string(),
  division: z.string(),
  /** Matches that carry the closing price. */
  n: z.number().int().positive(),
  /** Mean log loss less that of the closing price (Shin) on the same matches, and its standard error. */
  delta: z.number(),
  deltaSe: z.number(),
  /** Outcomes whose average pre-match price was worth more than 1 by the model's chances. */
  bets: z.number().int().nonnegative(),
  /** Their mean value at the close: the price taken, times the chance by the closing price without its margin, less 1; null without a bet. */
  value: z.number().nullable(),
  valueSe: z.number().nullable(),
  /** The same of every outcome of these matches: what taking prices blindly is worth. */
  blind: z.number(),
});
export type AgainstClosing = z.infer<typeof AgainstClosing>;

/** What a model loses where the features of a group are set to missing, in the matches it is asked and not in those it learnt from. */
export const GroupImportance = z.object({
  model: ReportedModel,
  group: z.string(),
  /** How many features; 0 of the market's own term in the pool. */
  features: z.number().int().nonnegative(),
  n: z.number().int().positive(),
  /** Mean log loss without the group less that with it, and its standard error. */
  loss: z.number(),
  lossSe: z.number(),
});
export type GroupImportance = z.infer<typeof GroupImportance>;

/** How far a feature of a test season has moved from the seasons learnt from (the two-sample test of Kolmogorov and Smirnov). */
export const InputDrift = z.object({
  season: z.string(),
  feature: z.string(),
  verdict: z.enum(['drift', 'stable', 'too_few']),
  score: z.number(),
  /** The largest distance between the distributions, 0 to 1, and p after the correction for all features of the season. */
  distance: z.number(),
  p: z.number(),
});
export type InputDrift = z.infer<typeof InputDrift>;

/** What the judged model was made of, beside what the report itself says. */
export const ModelMadeOf = z.object({
  featureSet: z.string(),
  features: z.number().int(),
  matches: z.number().int(),
  xgboost: z.string(),
  /** As domain/model/recipe.ts had it. */
  recipe: z.json(),
});
export type ModelMadeOf = z.infer<typeof ModelMadeOf>;

/** What a report tells beside scores. Reports of before have none of it. */
export const reportParts = {
  reliability: z.array(ReliabilityBin).default([]),
  againstClosing: z.array(AgainstClosing).default([]),
  importance: z.array(GroupImportance).default([]),
  drift: z.array(InputDrift).default([]),
  madeOf: ModelMadeOf.nullable().default(null),
};
