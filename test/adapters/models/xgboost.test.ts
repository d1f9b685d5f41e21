import { describe, expect, it } from 'vitest';
import { xgboostTrainer } from '../../../adapters/models/xgboost/trainer.js';
import { BadInput } from '../../../schemas/errors.js';
import type { BoosterTraining, FeatureMatrix } from '../../../schemas/records/booster.js';
import { randomStream } from '../../../simulator/random.js';

const columns = 4;

/** Rows whose class follows the first column, with noise, gaps and cells that are exactly −1. */
function lesson(rows: number, seed: number): { matrix: FeatureMatrix; labels: Uint8Array } {
  const random = randomStream(seed);
  const values = new Float32Array(rows * columns);
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const signal = random.uniform() * 3;
    labels[row] = Math.min(2, Math.max(0, Math.floor(signal + random.uniform() - 0.5)));
    values[row * columns] = signal;
    values[row * columns + 1] = random.uniform() < 0.2 ? Number.NaN : random.uniform();
    values[row * columns + 2] = random.uniform() < 0.3 ? -1 : random.uniform();
    values[row * columns + 3] = random.uniform();
  }
  return { matrix: { rows, columns, values }, labels };
}

const training = (seed = 1): BoosterTraining => ({
  ...lesson(2_000, 5),
  seed,
  parameters: {
    max_depth: 3,
    eta: 0.1,
    subsample: 0.7,
    colsample_bytree: 0.7,
    min_child_weight: 5,
    lambda: 1,
  },
});

describe('XGBoost on a thread', () => {
  it('gives the same bytes for the same seed, and others for another', async () => {
    const [first, second, other] = await Promise.all([
      xgboostTrainer.train(training(1), 20),
      xgboostTrainer.train(training(1), 20),
      xgboostTrainer.train(training(2), 20),
    ]);
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true);
    expect(Buffer.from(first).equals(Buffer.from(other))).toBe(false);
  });

  it('predicts from a file what the same rounds of training in chunks predicted', async () => {
    const watched = lesson(300, 6).matrix;
    const [file, chunks] = await Promise.all([
      xgboostTrainer.train(training(), 20),
      xgboostTrainer.trainInChunks(training(), watched, { chunk: 10, most: 30 }),
    ]);
    expect(chunks.map(({ rounds }) => rounds)).toEqual([10, 20, 30]);
    expect(await xgboostTrainer.predict(file, watched)).toEqual(chunks[1]?.chances);
  });

  it('gives chances that sum to 1, for rows with gaps too, and has learnt', async () => {
    const { matrix, labels } = lesson(500, 7);
    const chances = await xgboostTrainer.predict(await xgboostTrainer.train(training(), 40), matrix);
    let hits = 0;
    for (let row = 0; row < matrix.rows; row += 1) {
      const three = [...chances.subarray(row * 3, row * 3 + 3)];
      expect(three.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      if (three.indexOf(Math.max(...three)) === labels[row]) hits += 1;
    }
    expect(hits / matrix.rows).toBeGreaterThan(0.6);
  });

  it('leaves the event loop free while it trains', async () => {
    let beats = 0;
    const pulse = setInterval(() => {
      beats += 1;
    }, 20);
    await xgboostTrainer.train(training(), 200);
    clearInterval(pulse);
    expect(beats).toBeGreaterThan(3);
  });

  it('ends at once when it is aborted', async () => {
    const reason = new Error('the activity was cancelled');
    const interrupted = xgboostTrainer.train(training(), 100_000, AbortSignal.timeout(300));
    await expect(interrupted).rejects.toThrow();
    await expect(xgboostTrainer.train(training(), 10, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('refuses a file that is no model', async () => {
    const file = new TextEncoder().encode('HomeTeam,AwayTeam');
    await expect(xgboostTrainer.predict(file, lesson(1, 1).matrix)).rejects.toThrow(BadInput);
  });
});
