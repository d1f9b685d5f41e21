import { describe, expect, it } from 'vitest';
import { progressLine } from '../../cli/progress-line.js';

const collecting = { phase: 'collect', done: 120, total: 352, unit: 'files', rows: 41_000 };

describe('the progress line', () => {
  it('says the phase, how much of it is done, the step and the time', () => {
    const steps = [{ activity: 'collectFile', attempt: 1, phase: 'bronze.copy', lastFailure: undefined }];
    expect(progressLine({ progress: collecting, steps }, 34_000)).toBe(
      'collect  120 of 352 files · 41,000 rows · bronze.copy · 0:34',
    );
  });

  it('says why a step is tried again', () => {
    const steps = [
      { activity: 'refineBatch', attempt: 3, phase: undefined, lastFailure: 'Postgres is starting' },
    ];
    expect(progressLine({ progress: collecting, steps }, 61_000)).toMatch(
      /1:01 · refineBatch, attempt 3: Postgres is starting$/,
    );
  });

  it('says that no worker answers', () => {
    expect(progressLine({ progress: undefined, steps: [] }, 0)).toBe('waiting for a worker · 0:00');
  });
});
