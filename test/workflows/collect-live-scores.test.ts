import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadInput, PrerequisiteMissing, QuotaExhausted } from '../../schemas/errors.js';
import { CollectLiveScoresResult } from '../../schemas/jobs/collect-live-scores.js';
import type { JobActivities } from '../../scripts/histories/stand-ins.js';
import { startTestTemporal, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal();
});
afterAll(() => temporal.stop());

async function run(activities: Partial<JobActivities> = {}, input: unknown = {}) {
  const finished = await temporal.run('collectLiveScores', input, activities);
  return { ...finished, result: CollectLiveScoresResult.safeParse(finished.result).data };
}
const dayMs = 86_400_000;
const counts = {
  ...{ told: 10, stored: 4, unchanged: 6, rejected: 1 },
  ...{ changedMatches: 3, unknownMatches: 1 },
};

describe('the live scores', () => {
  it('are asked for once, logged once, and what is new goes to silver', async () => {
    const { result, steps, calls } = await run();
    expect(result).toEqual({ result: { outcome: 'succeeded' }, dataSource: 'scores_api', counts });
    expect(steps.slice(0, 5)).toEqual([
      ...['scoreSource', 'openCollectionLog', 'collectScores', 'closeCollectionLog', 'prepareSilver'],
    ]);
    expect(calls.find(({ activity }) => activity === 'collectScores')?.input).toEqual({
      ...{ dataSource: 'scores_api', window: 'open', liveOnly: false },
    });
    expect(calls.find(({ activity }) => activity === 'closeCollectionLog')?.input).toMatchObject({
      ...{ collected: 11, succeeded: 10, failed: 1 },
    });
  });

  it('are not asked for outside every window, without a line in the log, and the run says why', async () => {
    const reason = 'No match is in its window';
    const { result, steps } = await run({
      scoreSource: () => Promise.resolve({ kind: 'closed', dataSource: 'scores_api', reason }),
    });
    const skipped = { outcome: 'skipped', reason };
    expect(result).toEqual({ result: skipped, dataSource: 'scores_api', counts: null });
    expect(steps).toEqual(['scoreSource']);
  });

  it('without news leave silver alone', async () => {
    const { steps } = await run({
      collectScores: () => Promise.resolve({ ...counts, stored: 0, changedMatches: 0 }),
    });
    expect(steps.at(-1)).toBe('closeCollectionLog');
  });

  it('are listened for where the feed streams', async () => {
    const { steps } = await run({
      scoreSource: () => Promise.resolve({ kind: 'open', dataSource: 'scores_api', transport: 'websocket' }),
    });
    expect(steps).toContain('streamScores');
    expect(steps).not.toContain('collectScores');
  });

  it.each([
    ['a key', new PrerequisiteMissing('scores_api needs a key', {})],
    [
      'quota',
      new QuotaExhausted('scores_api is not asked: its requests of today are spent', {}, Date.now() + dayMs),
    ],
  ])('are skipped for want of %s: the log has the reason, and no failure', async (_, missing) => {
    const { result, calls } = await run({ collectScores: () => Promise.reject(missing) });
    expect(result?.result).toEqual({ outcome: 'skipped', reason: missing.message });
    expect(calls.findLast(({ activity }) => activity === 'closeCollectionLog')?.input).toMatchObject({
      ...{ collected: 0, succeeded: 0, failed: 0, errorMessage: missing.message },
    });
  });

  it('fail for anything else, and the log says so', async () => {
    const refused = await run({ collectScores: () => Promise.reject(new BadInput('This is no feed')) });
    expect(refused.failure).toMatchObject({ name: 'BadInput', message: 'scores_api: This is no feed' });
    expect(refused.calls.findLast(({ activity }) => activity === 'closeCollectionLog')?.input).toMatchObject({
      ...{ collected: 0, succeeded: 0, failed: 1, errorMessage: 'This is no feed' },
    });
  });
});
