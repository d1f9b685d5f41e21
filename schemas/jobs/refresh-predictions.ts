import { z } from 'zod';
import type { JobOutcome } from './outcome.js';

export const RefreshPredictionsInput = z.strictObject({
  forSeconds: z
    .int()
    .min(1)
    .max(3_600)
    .default(280)
    .describe('How long it waits for news after it has begun'),
});
export type RefreshPredictionsInput = z.input<typeof RefreshPredictionsInput>;

/** A match whose prices have changed, and up to which of its changes that is known. */
export interface PriceNews {
  readonly matchId: number;
  readonly version: number;
}

/** Predictions: made anew, and of these how many were new and are stored; matches that were refused have none. */
export interface RefreshedPredictions {
  readonly result: JobOutcome;
  readonly made: number;
  readonly stored: number;
}

export interface RefreshPredictionsResult extends RefreshedPredictions {
  readonly rounds: number;
}
