import { describe, expect, it } from 'vitest';
import { residentBooster } from '../../../adapters/models/xgboost/resident.js';
import { xgboostTrainer } from '../../../adapters/models/xgboost/trainer.js';
import { BadInput } from '../../../schemas/errors.js';
import { randomStream } from '../../../simulator/random.js';

const random = randomStream(4);
const values = Float32Array.from({ length: 400 * 5 }, () =>
  random.uniform() < 0.1 ? NaN : random.uniform(),
);
const matrix = { rows: 400, columns: 5, values };
const labels = Uint8Array.from({ length: 400 }, (_, row) => Math.floor(3 * random.uniform() + row * 0) % 3);
const parameters = {
  ...{ max_depth: 3, eta: 0.3, subsample: 1, colsample_bytree: 1, min_child_weight: 1, lambda: 1 },
};

describe('a booster that stays in memory', () => {
  it('says to the bit what a thread says that reads its file, one row or many', async () => {
    const file = await xgboostTrainer.train({ matrix, labels, parameters, seed: 1 }, 20);
    const resident = await residentBooster(file);
    const whole = resident.predict(matrix);
    expect(whole).toEqual(await xgboostTrainer.predict(file, matrix));
    const single = resident.predict({ rows: 1, columns: 5, values: values.subarray(35, 40) });
    expect(single).toEqual(whole.subarray(21, 24));
  });

  it('answers whoever holds it also after its memory was given back, and leaves the console and the errors of the process alone', async () => {
    const listeners = process.listenerCount('uncaughtException');
    const file = await xgboostTrainer.train({ matrix, labels, parameters, seed: 2 }, 5);
    const resident = await residentBooster(file);
    const before = resident.predict(matrix);
    resident.release();
    resident.release();
    expect(resident.predict(matrix)).toEqual(before);
    expect(process.listenerCount('uncaughtException')).toBe(listeners);
  });

  it('is none of a file that is no model, and the others answer on', async () => {
    const file = await xgboostTrainer.train({ matrix, labels, parameters, seed: 3 }, 5);
    const resident = await residentBooster(file);
    const before = resident.predict(matrix);
    await expect(residentBooster(new TextEncoder().encode('trees'))).rejects.toThrow(BadInput);
    expect(resident.predict(matrix)).toEqual(before);
  });
});
