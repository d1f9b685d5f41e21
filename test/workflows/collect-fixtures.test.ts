import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadInput } from '../../schemas/errors.js';
import { CollectFixturesResult } from '../../schemas/jobs/collect-fixtures.js';
import { sourceFile, standInActivities, type JobActivities } from '../../scripts/histories/stand-ins.js';
import { startTestTemporal, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal();
});
afterAll(() => temporal.stop());

const usual = standInActivities();
const counts = {
  files: 3,
  rows: 1_140,
  stored: 1_110,
  duplicates: 24,
  held: 6,
  revisions: 4,
  heldInSilver: 1,
};

/** Two sources that answer and one without a key, of which these activities answer otherwise. */
async function run(activities: Partial<JobActivities> = {}, input: unknown = {}) {
  const finished = await temporal.run('collectFixtures', input, activities);
  return { ...finished, result: CollectFixturesResult.safeParse(finished.result).data };
}
const noSite = new BadInput('The address is no site');

describe('the daily fixtures', () => {
  it('come from every source that is ready, then all at once to gold; one without its key is skipped, with the reason', async () => {
    const { result, steps } = await run();
    expect(result).toEqual({
      result: { outcome: 'succeeded' },
      sources: [
        { dataSource: 'football_data', counts, result: { outcome: 'succeeded' } },
        { dataSource: 'openfootball', counts, result: { outcome: 'succeeded' } },
        {
          dataSource: 'api_football',
          counts: null,
          result: { outcome: 'skipped', reason: 'api_football needs a key' },
        },
      ],
    });
    expect(steps[0]).toBe('fixtureSources');
    const together = ['prepareSilver', 'publishSilver', 'buildGold'];
    expect(steps.filter((step) => together.includes(step))).toEqual(together);
    expect(steps.slice(-4)).toEqual(['buildGold', 'materialiseFeatures', 'importOutcome', 'importOutcome']);
    expect(steps.lastIndexOf('closeCollectionLog')).toBeLessThan(steps.indexOf('prepareSilver'));
  });

  it('go no farther than silver where the job says so', async () => {
    const { result, steps } = await run({}, { upTo: 'silver' });
    expect(result?.result).toEqual({ outcome: 'succeeded' });
    expect(steps.filter((step) => step === 'prepareSilver')).toHaveLength(1);
    expect(steps).not.toContain('publishSilver');
    expect(steps).not.toContain('buildGold');
  });

  it('are asked for as fixtures, for the seasons that the source names and the divisions that the job does', async () => {
    const { calls } = await run({}, { dataSources: ['football_data'], divisions: ['E0'] });
    const inputs = (activity: string) =>
      calls.flatMap((call) => (call.activity === activity ? [call.input] : []));
    expect(inputs('fixtureSources')).toEqual([{ dataSources: ['football_data'] }]);
    expect(inputs('openCollectionLog')).toMatchObject([
      { dataSource: 'football_data', collectionType: 'fixtures' },
    ]);
    expect(inputs('listSourceFiles')).toEqual([
      {
        dataSource: 'football_data',
        location: 'https://football_data.example',
        seasons: ['2021-22'],
        divisions: ['E0'],
      },
    ]);
  });

  it('are partial where one source fails, and the others stand', async () => {
    const { result } = await run({
      listSourceFiles: (input) =>
        input.dataSource === 'football_data' ? Promise.reject(noSite) : usual.listSourceFiles(input),
    });
    const reason = 'football_data: The address is no site';
    expect(result?.result).toEqual({ outcome: 'partial', reason });
    expect(result?.sources.map((source) => source.result.outcome)).toEqual([
      'failed',
      'succeeded',
      'skipped',
    ]);
  });

  it('ask a source that stays away for no other list: each would be waited for as long', async () => {
    const divisions = Array.from({ length: 20 }, (_, index) => `D${index}`);
    const { failure, steps } = await run(
      {
        listSourceFiles: () => Promise.resolve({ files: divisions.map(sourceFile) }),
        collectFile: () =>
          Promise.reject(ApplicationFailure.nonRetryable('The server answered 503', 'DependencyAway')),
      },
      { dataSources: ['football_data'] },
    );
    expect(failure).toMatchObject({ name: 'DependencyAway' });
    // Those that were in flight together.
    expect(steps.filter((step) => step === 'collectFile').length).toBeLessThanOrEqual(4);
  });

  it('are partial where a list of a source cannot be used', async () => {
    const { result } = await run({
      collectFile: (input) =>
        input.file.division === 'E1' ? Promise.reject(noSite) : usual.collectFile(input),
    });
    expect(result?.result.outcome).toBe('partial');
    expect(result?.sources[0]?.result).toEqual({
      outcome: 'partial',
      reason: 'football_data: 1 of 3 lists could not be used: The address is no site',
    });
  });

  it('keep what was collected before a source ran out of its quota, ask no more of it, and bring that to gold', async () => {
    const { result, steps } = await run(
      {
        collectFile: (input) =>
          input.file.division === 'E0'
            ? usual.collectFile(input)
            : Promise.reject(ApplicationFailure.nonRetryable('No requests are left', 'QuotaExhausted')),
      },
      { dataSources: ['football_data'] },
    );
    expect(result?.sources[0]).toMatchObject({ counts: { stored: 370 }, result: { outcome: 'partial' } });
    expect(steps).toContain('buildGold');
  });

  it('are skipped where no list may be asked for', async () => {
    const { result } = await run(
      {
        collectFile: () =>
          Promise.reject(ApplicationFailure.nonRetryable('No requests are left', 'QuotaExhausted')),
      },
      { dataSources: ['football_data'] },
    );
    expect(result?.result.outcome).toBe('skipped');
    const [asked] = result?.sources ?? [];
    expect(asked?.result.outcome).toBe('skipped');
    expect(JSON.stringify(asked?.result)).toContain('football_data: No requests are left');
  });

  it('fail where every source fails, with all reasons', async () => {
    const { failure } = await run({ listSourceFiles: () => Promise.reject(noSite) });
    expect(failure).toMatchObject({
      name: 'BadInput',
      message: 'football_data: The address is no site; openfootball: The address is no site',
    });
  });

  it('are skipped where nothing is ready', async () => {
    const { result } = await run({
      fixtureSources: () =>
        Promise.resolve({ sources: [{ kind: 'missing', dataSource: 'api_football', reason: 'no key' }] }),
    });
    expect(result?.result).toEqual({ outcome: 'skipped', reason: 'no key' });
  });
});
