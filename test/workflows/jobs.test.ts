import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckFailed, PrerequisiteMissing } from '../../schemas/errors.js';
import * as workflows from '../../workflows/index.js';
import { jobs } from '../../workflows/jobs.js';
import { startTestTemporal, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;

beforeAll(async () => {
  temporal = await startTestTemporal();
});
afterAll(() => temporal.stop());

describe('the jobs', () => {
  it('are every workflow but those that are only parts of others, each under one name', () => {
    const parts = ['collectTold', 'followMatch', 'readStreams', 'refreshPredictions'];
    expect([...jobs.map(({ workflowType }) => workflowType), ...parts].toSorted()).toEqual(
      Object.keys(workflows).toSorted(),
    );
    expect(new Set(jobs.map(({ name }) => name)).size).toBe(jobs.length);
  });

  it('refuse an input that their schema refuses, at once, and say so in the error log', async () => {
    for (const { workflowType } of jobs) {
      const run = await temporal.run(workflowType, { nonsense: true });
      expect(run.failure?.name, workflowType).toBe('BadInput');
      expect(run.calls, workflowType).toMatchObject([
        {
          activity: 'recordJobFailure',
          input: { workflowType, name: 'BadInput', subject: run.failure?.subject },
        },
      ]);
    }
  });

  it('clear silver before the lake in a rebuild, then go the way to gold in order', async () => {
    const run = await temporal.run('rebuild', {});
    expect(run.failure).toBeUndefined();
    expect(run.steps).toEqual([
      'clearSilver',
      'clearLake',
      'prepareSilver',
      ...Array<string>(4).fill('refineBatch'),
      ...Array<string>(3).fill('refinePrices'),
      'publishSilver',
      'buildGold',
      'materialiseFeatures',
    ]);
  });

  it('publish and build gold under the id of their own run, and give what the step gave', async () => {
    const published = await temporal.run('publish', {});
    expect(published.result).toMatchObject({ snapshot: 7 });
    const built = await temporal.run('buildGold', {});
    expect(built.result).toMatchObject({ outcome: 'built', snapshot: 8 });
    const underOwnRun = (activity: string) => ({ activity, input: { runId: expect.any(String) as unknown } });
    expect(published.calls).toEqual([underOwnRun('publishSilver')]);
    expect(built.calls).toEqual([underOwnRun('buildGold'), { activity: 'materialiseFeatures', input: {} }]);
  });

  it('put features online once gold is built, and not where gold has no row', async () => {
    const empty = await temporal.run(
      'buildGold',
      {},
      {
        buildGold: () =>
          Promise.resolve({ outcome: 'unchanged', snapshot: null, inputSnapshot: 7, models: [] }),
      },
    );
    expect(empty.steps).toEqual(['buildGold']);
    const named = await temporal.run('materialiseFeatures', { matchIds: [7] });
    expect(named.calls).toEqual([
      { activity: 'materialiseFeatures', input: { hoursAhead: 48, matchIds: [7] } },
    ]);
    const checked = await temporal.run('checkFeatureSkew', {});
    expect(checked.result).toEqual({ compared: 20, notComparable: 0, mismatches: [] });
  });

  it('take no input for the empty one', async () => {
    const run = await temporal.run('publish', undefined);
    expect(run.failure).toBeUndefined();
  });

  it('end with the reason where a check failed or something is missing, and try no second time', async () => {
    const checked = await temporal.run(
      'buildGold',
      {},
      {
        buildGold: () => Promise.reject(new CheckFailed('Two rows for one match', { object: 'gold.elo' })),
      },
    );
    expect(checked.failure).toMatchObject({ name: 'CheckFailed', subject: { object: 'gold.elo' } });
    const missing = await temporal.run(
      'buildGold',
      {},
      {
        buildGold: () => Promise.reject(new PrerequisiteMissing('There is no silver')),
      },
    );
    expect(missing.failure).toMatchObject({ name: 'PrerequisiteMissing' });
    // A step that was skipped has no final line: the run that somebody asked for adds its own.
    expect([checked.steps, missing.steps]).toEqual([['buildGold'], ['buildGold', 'recordJobFailure']]);
  });
});
