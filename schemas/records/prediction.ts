import { z } from 'zod';
import { Instant, Outcome } from '../values.js';
import { ModelAlias } from './model.js';

/**
 * Which version answers: `production`, with the share of its split, and nothing where nothing was promoted; `serving`, the same, but `staging` where nothing was
 * promoted; or `staging` itself.
 */
export const ModelChoice = z.enum(['serving', ...ModelAlias.options]);
export type ModelChoice = z.infer<typeof ModelChoice>;

const Chances = z.tuple([z.number(), z.number(), z.number()]).readonly();

/** What is said of a match that lies ahead. Chances are in class order: away, draw, home. */
export const Prediction = z.object({
  matchId: z.number(),
  model: z.string(),
  version: z.number(),
  /** Whether prices had a say. */
  variant: z.enum(['withPrices', 'withoutPrices']),
  chances: Chances,
  predicted: Outcome,
  /** The greatest of the chances. */
  confidence: z.number(),
  /** What the mean prices of the books at the cutoff imply, their margin taken out by Shin; null without prices. */
  market: Chances.nullable(),
  /** What the model reads and the match does not have; it is told to the model as missing. */
  missing: z.array(z.string()),
  /** The kick-off for which it was made. */
  kickOff: Instant,
  cutoff: Instant,
  /** As of when its features are. */
  asOf: Instant,
  /** The snapshot of the lake that they come from. */
  snapshot: z.number(),
  featureHash: z.string(),
});
export type Prediction = z.infer<typeof Prediction>;

/** Why there is no prediction of a match. */
export const RefusalReason = z.enum([
  /** Nobody knows the match, or gold does not describe it yet. */
  'unknown',
  /** It has begun, or is over. */
  'begun',
  /** It was called off, or its source has dropped it. */
  'called_off',
  /** Its features are of another kick-off, or older than they may be, and the lake has none that are newer. */
  'stale',
  /** The model was not made for its division. */
  'division',
  /** Too much of what the model reads is missing. */
  'sparse',
  /** The model gave no chances, or its features are not to be read. */
  'broken',
]);
export type RefusalReason = z.infer<typeof RefusalReason>;

/** The answer to one match of a batch: one that cannot be predicted does not keep the others from it. */
export type PredictionAnswer =
  | { readonly matchId: number; readonly status: 'made' | 'cached'; readonly prediction: Prediction }
  | {
      readonly matchId: number;
      readonly status: 'refused';
      readonly reason: RefusalReason;
      readonly says: string;
    };

/** What features are grouped by, where a prediction is explained. */
export const featureGroups = [
  'ratings',
  'form',
  'head_to_head',
  'rest',
  'league',
  'prices',
  'other',
] as const;
export type FeatureGroup = (typeof featureGroups)[number];

/** A prediction taken apart, in log-odds of the home team against the away team. */
export interface PredictionExplanation {
  readonly homeOverAway: number;
  /** What each opinion of the pool adds; they sum to the whole. */
  readonly terms: readonly {
    readonly opinion: 'booster' | 'market' | 'regression';
    readonly weight: number;
    readonly value: number;
  }[];
  /** How much of the whole is gone when the model does not see a group of features; positive speaks for the home team. */
  readonly groups: readonly {
    readonly group: FeatureGroup;
    readonly features: number;
    readonly change: number;
  }[];
}
