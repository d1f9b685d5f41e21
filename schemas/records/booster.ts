import { z } from 'zod';

/** Rows of features, one after the other: row i is `values[i × columns … (i + 1) × columns − 1]`. */
export interface FeatureMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** How gradient boosted trees are grown. Names are XGBoost's. */
export const BoosterParameters = z.strictObject({
  max_depth: z.number().int().positive(),
  eta: z.number().positive(),
  subsample: z.number().positive().max(1),
  colsample_bytree: z.number().positive().max(1),
  min_child_weight: z.number().nonnegative(),
  lambda: z.number().nonnegative(),
});
export type BoosterParameters = z.infer<typeof BoosterParameters>;

/** What a booster learns from. `NaN` in the matrix is a missing value. */
export interface BoosterTraining {
  readonly matrix: FeatureMatrix;
  /** The class of each row. */
  readonly labels: Uint8Array;
  readonly parameters: BoosterParameters;
  readonly seed: number;
}

/** A booster as it is kept: equal training gives equal bytes. */
export type BoosterFile = Uint8Array;

/** The chances that a booster of `rounds` rounds gives: three a row, in class order. */
export interface ChunkChances {
  readonly rounds: number;
  readonly chances: Float32Array;
}

/**
 * Trains boosters. Each call works on a thread of its own, so that several go side by side and the event loop stays free;
 * it ends early, with the signal's reason, where `signal` is aborted.
 */
export interface BoosterTrainer {
  /** Trains `rounds` rounds and gives the file. */
  train(training: BoosterTraining, rounds: number, signal?: AbortSignal): Promise<BoosterFile>;
  /** Trains in chunks of `chunk` rounds up to `rounds`, and after each gives the chances of the rows of `watched`. */
  trainInChunks(
    training: BoosterTraining,
    watched: FeatureMatrix,
    rounds: { readonly chunk: number; readonly most: number },
    signal?: AbortSignal,
  ): Promise<ChunkChances[]>;
  /** The chances that the booster of a file gives: three a row, in class order. */
  predict(file: BoosterFile, matrix: FeatureMatrix, signal?: AbortSignal): Promise<Float32Array>;
}
