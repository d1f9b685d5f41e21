import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvariantBroken } from '../../schemas/errors.js';
import { DetectAnomaliesResult, type DetectedAnomalies } from '../../schemas/jobs/detect-anomalies.js';
import { instant } from '../../schemas/values.js';
import { startTestTemporal, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal();
}, 120_000);
afterAll(() => temporal.stop());

const quiet: DetectedAnomalies = {
  window: { from: instant(Date.UTC(2026, 10, 25)), to: instant(Date.UTC(2026, 10, 26)) },
  detections: [
    {
      ...{ method: '3sigma', anomalyType: 'statistical_outlier', severity: 'low' },
      ...{ tested: 60, anomalous: 0, skipped: 0 },
    },
  ],
  ...{ findings: 0, quarantined: 0, drifted: 0, shifted: 0 },
};

/** Runs the job where a look at the table finds this. */
async function detect(
  found: Partial<DetectedAnomalies>,
  activities: Parameters<TestTemporal['run']>[2] = {},
  input: object = {},
) {
  const { result, ...run } = await temporal.run(
    'detectAnomalies',
    { table: 'odds', ...input },
    { detectAnomalies: () => Promise.resolve({ ...quiet, ...found }), ...activities },
  );
  return { ...run, result: result === undefined ? undefined : DetectAnomaliesResult.parse(result) };
}

describe('a look at a table', () => {
  it('that finds nothing, or only what waits for a person, asks for nothing', async () => {
    for (const found of [{}, { findings: 2 }]) {
      const { result, steps } = await detect(found);
      expect(steps).toEqual(['detectAnomalies']);
      expect(result).toMatchObject({
        ...{ table: 'odds', result: { outcome: 'succeeded' } },
        ...{ features: 'not-asked', retraining: 'not-asked' },
      });
    }
  });

  it('is skipped where nothing is newer than the last', async () => {
    const { result } = await detect({ detections: [] });
    expect(result?.result).toEqual({
      outcome: 'skipped',
      reason: 'Nothing in odds is newer than the last look',
    });
  });

  it('that put rows into quarantine has features computed without them, and trains nothing', async () => {
    const { result, steps } = await detect({ findings: 1, quarantined: 3 });
    expect(steps).toEqual(['detectAnomalies', 'requestFeatures']);
    expect(result).toMatchObject({ features: 'ready', retraining: 'not-asked', quarantined: 3 });
  });

  it.each([
    ['a drift', { drifted: 2 }],
    ['another distribution', { shifted: 1 }],
  ])('that found %s has features computed, and then a model trained', async (_, moved) => {
    const { result, steps } = await detect({ findings: 1, ...moved });
    expect(steps).toEqual(['detectAnomalies', 'requestFeatures', 'requestRetraining']);
    expect(result).toMatchObject({ features: 'ready', retraining: 'started' });
  });

  it('trains nothing on features that are not there in time, and says so', async () => {
    const { result, steps } = await detect(
      { drifted: 1 },
      { requestFeatures: () => Promise.resolve({ state: 'pending' }) },
      // Of which an hour passes while the run is asked for the second time.
      { clock: { startsAt: quiet.window.to, realStart: Date.now(), speed: 10_000 } },
    );
    expect(new Set(steps)).toEqual(new Set(['detectAnomalies', 'requestFeatures']));
    expect(result).toMatchObject({
      ...{ features: 'not-ready', retraining: 'not-asked' },
      result: { outcome: 'partial', reason: 'The features were not computed in time' },
    });
  });

  it('that fails for good is a failed job, by the error of its step', async () => {
    const { failure } = await detect(
      {},
      { detectAnomalies: () => Promise.reject(new InvariantBroken('A column is gone')) },
    );
    expect(failure).toMatchObject({ name: 'InvariantBroken', message: 'A column is gone' });
  });
});
