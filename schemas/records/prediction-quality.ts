import { z } from 'zod';

/** The windows that verified predictions are judged over: matches that began within so many days before now (PRED-6). */
export const qualityWindows = { '1d': 1, '7d': 7, '30d': 30 } as const;
export const QualityWindow = z.enum(['1d', '7d', '30d']);
export type QualityWindow = z.infer<typeof QualityWindow>;

/** How a version did in a window, in one league or in all of them (null). */
export const QualityRow = z.object({
  model: z.string(),
  version: z.string(),
  window: QualityWindow,
  league: z.string().nullable(),
  /** Matches whose last prediction before kick-off was verified. */
  matches: z.number().int(),
  accuracy: z.number(),
  logLoss: z.number(),
  rps: z.number(),
  /** Of those that carry an average closing price: how many, the closing line's own log loss there, and the model's less it, with its standard error. */
  closing: z
    .object({ matches: z.number().int(), logLoss: z.number(), delta: z.number(), deltaSe: z.number() })
    .nullable(),
  /** Of those that carry the prices of when they were predicted too. */
  closingLineValue: z.object({ matches: z.number().int(), mean: z.number() }).nullable(),
});
export type QualityRow = z.infer<typeof QualityRow>;

/** How many of the matches of the leagues that it knows, played within 30 days, a version had predicted before they began. */
export const CoverageRow = z.object({
  model: z.string(),
  version: z.string(),
  predicted: z.number().int(),
  played: z.number().int(),
});
export type CoverageRow = z.infer<typeof CoverageRow>;

/** Predictions that were stored on a day of UTC, `2024-01-31`. */
export const DailyRow = z.object({ model: z.string(), day: z.string(), predictions: z.number().int() });
export type DailyRow = z.infer<typeof DailyRow>;

/** What became of predictions. */
export interface PredictionQuality {
  readonly rows: readonly QualityRow[];
  readonly coverage: readonly CoverageRow[];
  readonly daily: readonly DailyRow[];
}
