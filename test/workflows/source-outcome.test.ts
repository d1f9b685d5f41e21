import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContractBroken, QuotaExhausted } from '../../schemas/errors.js';
import type { JobActivities } from '../../scripts/histories/stand-ins.js';
import { countFailed, outcomeOfFailure } from '../../workflows/source-outcome.js';
import { startTestTemporal, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal();
});
afterAll(() => temporal.stop());

const reason = 'api_football is not asked: its requests of today are spent';
const dayMs = 86_400_000;
const spent = () => Promise.reject(new QuotaExhausted(reason, {}, Date.now() + dayMs));

const priced = ['1035037', '1035038'].map((subject) => ({ subject, priority: 'regular' }));
const told = { kind: 'odds', dataSource: 'api_football', requests: priced };
const listed = { dataSource: 'api_football', location: 'https://lists.example' };

type Workflow = Parameters<TestTemporal['run']>[0];

async function closing(workflow: Workflow, input: unknown, activities: Partial<JobActivities>) {
  const { calls } = await temporal.run(workflow, input, activities);
  return calls.findLast(({ activity }) => activity === 'closeCollectionLog')?.input;
}

describe('a source that is not asked for want of quota', () => {
  it.each<[Workflow, object, Partial<JobActivities>]>([
    ['collectTold', told, { collectOddsRequest: spent }],
    ['collectMatchFacts', { matchId: 7, kind: 'lineups', kickoff: 0 }, { collectLineups: spent }],
    ['importHistory', { ...listed, collectionType: 'fixtures', upTo: 'silver' }, { collectFile: spent }],
  ])('is no failure in the log of %s, which has the reason', async (workflow, input, activities) => {
    expect(await closing(workflow, input, activities)).toMatchObject({
      ...{ collected: 0, succeeded: 0, failed: 0, errorMessage: expect.stringContaining(reason) as unknown },
    });
  });

  it('is one of an import that a person waits for', async () => {
    expect(await closing('importHistory', listed, { collectFile: spent })).toMatchObject({
      ...{ failed: 1, errorMessage: reason },
    });
  });

  it('hides no failure beside it', async () => {
    const line = await closing('collectTold', told, {
      collectOddsRequest: ({ subject }) =>
        subject === '1035037' ? Promise.reject(new ContractBroken('This is no answer')) : spent(),
    });
    expect(line).toMatchObject({ succeeded: 0, failed: 1 });
  });
});

it('what is counted as failed is what a source fails with', () => {
  for (const name of ['QuotaExhausted', 'PrerequisiteMissing', 'DependencyAway', 'KeyRefused', 'BadInput']) {
    for (const subject of [{}, { httpStatus: 429 }]) {
      const { outcome } = outcomeOfFailure('api_football', { name, message: 'said', subject });
      expect(countFailed([{ name, subject }]), name).toBe(outcome === 'failed' ? 1 : 0);
    }
  }
});

describe('a source that was asked and refused for its quota', () => {
  const refused = () =>
    Promise.reject(new QuotaExhausted('No credits are left', { httpStatus: 429 }, Date.now() + dayMs));

  // Two requests; three lists and the run that has none of them.
  it.each<[Workflow, object, Partial<JobActivities>, number]>([
    ['collectTold', told, { collectOddsRequest: refused }, 2],
    ['importHistory', { ...listed, collectionType: 'fixtures', upTo: 'silver' }, { collectFile: refused }, 4],
  ])('has failed, in the log of %s', async (workflow, input, activities, failed) => {
    expect(await closing(workflow, input, activities)).toMatchObject({
      ...{ collected: 0, succeeded: 0, failed },
    });
  });
});
