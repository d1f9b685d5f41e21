import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { heartbeating } from '../../activities/heartbeating.js';
import { BadInput, DependencyAway, InvariantBroken } from '../../schemas/errors.js';
import { ImportHistoryResult } from '../../schemas/jobs/import-history.js';
import { sourceFile, standInActivities } from '../../scripts/histories/stand-ins.js';
import { startTestTemporal, type FinishedRun, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;

beforeAll(async () => {
  temporal = await startTestTemporal();
});
afterAll(() => temporal.stop());

const usable = standInActivities();
const input = { location: '/files' };
const noRequests = ApplicationFailure.nonRetryable('No requests are left', 'QuotaExhausted');
const inputOf = (run: FinishedRun, activity: string): unknown =>
  run.calls.find((call) => call.activity === activity)?.input;

describe('an import', () => {
  it('collects every file, then refines, publishes and builds gold, and counts what came of it', async () => {
    const run = await temporal.run('importHistory', input);
    expect(run.steps.slice(0, 5)).toEqual([
      'openCollectionLog',
      'listSourceFiles',
      'collectFile',
      'collectFile',
      'collectFile',
    ]);
    expect([...new Set(run.steps.slice(5))]).toEqual([
      'prepareSilver',
      'refineBatch',
      'refinePrices',
      'publishSilver',
      'buildGold',
      'materialiseFeatures',
      'closeCollectionLog',
      'importOutcome',
    ]);
    const result = ImportHistoryResult.parse(run.result);
    expect(inputOf(run, 'importOutcome')).toEqual({ runId: result.runId });
    expect(result).toEqual({
      runId: result.runId,
      outcome: {
        files: 3,
        rows: 1_140,
        stored: 1_110,
        duplicates: 24,
        held: 6,
        revisions: 4,
        heldInSilver: 1,
      },
      failures: [],
      questions: [],
    });
    expect(inputOf(run, 'closeCollectionLog')).toMatchObject({
      collected: 1_140,
      succeeded: 1_134,
      failed: 6,
    });
  });

  it('names its run in everything it writes, and its children name theirs', async () => {
    const run = await temporal.run('importHistory', input);
    const runIds = ['openCollectionLog', 'collectFile', 'closeCollectionLog', 'importOutcome'].map(
      (activity) => inputOf(run, activity),
    );
    expect(new Set(runIds.map((given) => /"runId":"([^"]+)"/.exec(JSON.stringify(given))?.[1])).size).toBe(1);
    expect(inputOf(run, 'publishSilver')).toMatchObject({
      runId: expect.stringMatching(/^run-\d+\/publish\/.+/) as unknown,
    });
    expect(inputOf(run, 'buildGold')).toMatchObject({
      runId: expect.stringMatching(/^run-\d+\/build-gold\/.+/) as unknown,
    });
  });

  it('passes on what was asked for, seasons in their printed form', async () => {
    const run = await temporal.run('importHistory', {
      location: '/files',
      seasons: ['2122', '2022-23'],
      divisions: ['E0'],
      reading: 'always',
    });
    expect(inputOf(run, 'listSourceFiles')).toEqual({
      dataSource: 'football_data',
      location: '/files',
      seasons: ['2021-22', '2022-23'],
      divisions: ['E0'],
    });
    expect(inputOf(run, 'collectFile')).toMatchObject({ reading: 'always' });
  });

  it('lets one unusable file stop no other', async () => {
    const run = await temporal.run('importHistory', input, {
      collectFile: (asked) =>
        asked.file.division === 'E1'
          ? Promise.reject(
              new BadInput('This is no text', { file: asked.file.uri, advice: 'Fetch it again.' }),
            )
          : usable.collectFile(asked),
    });
    expect(ImportHistoryResult.parse(run.result)).toMatchObject({
      outcome: { files: 3, rows: 760, stored: 740, duplicates: 16, held: 4 },
      failures: [
        { file: '2122/E1.csv', name: 'BadInput', message: 'This is no text', advice: 'Fetch it again.' },
      ],
    });
    expect(run.steps).toContain('buildGold');
    expect(inputOf(run, 'closeCollectionLog')).toMatchObject({ failed: 5, errorMessage: 'This is no text' });
  });

  it('fails with the first error where no file can be used, refines nothing and closes its log', async () => {
    const run = await temporal.run('importHistory', input, {
      collectFile: ({ file }) =>
        Promise.reject(new BadInput(`${file.uri} is no text`, { file: file.uri, advice: 'Fetch it again.' })),
    });
    expect(run.failure).toMatchObject({
      name: 'BadInput',
      message: '2122/E0.csv is no text None of the 3 files could be used.',
      subject: { file: '2122/E0.csv', advice: 'Fetch it again.' },
    });
    expect(run.steps).not.toContain('prepareSilver');
    // Each file has its line in the error log: the run adds none.
    expect(run.steps.at(-1)).toBe('closeCollectionLog');
    expect(inputOf(run, 'closeCollectionLog')).toMatchObject({ collected: 0, succeeded: 0, failed: 4 });
  });

  it('of fixtures that may not be asked for is skipped; one of history that a person waits for fails', async () => {
    const spent = { collectFile: () => Promise.reject(noRequests) };
    const fixtures = await temporal.run('importHistory', { ...input, collectionType: 'fixtures' }, spent);
    const { skipped, outcome } = ImportHistoryResult.parse(fixtures.result);
    expect([skipped, outcome.stored]).toEqual([expect.stringContaining('No requests are left'), 0]);
    expect(inputOf(fixtures, 'closeCollectionLog')).toMatchObject({ failed: 0 });
    const history = await temporal.run('importHistory', input, spent);
    expect(history.failure).toMatchObject({ name: 'QuotaExhausted' });
  });

  it('fails with the error of a listing that cannot be used, and closes its log', async () => {
    const run = await temporal.run('importHistory', input, {
      listSourceFiles: () => Promise.reject(new BadInput('The folder holds no CSV', { file: '/files' })),
    });
    expect(run.failure).toMatchObject({ name: 'BadInput', subject: { file: '/files' } });
    expect(run.steps).toEqual(['openCollectionLog', 'listSourceFiles', 'closeCollectionLog']);
    expect(inputOf(run, 'closeCollectionLog')).toMatchObject({
      failed: 1,
      errorMessage: 'The folder holds no CSV',
    });
  });

  it('closes its log where a later step fails, with that error', async () => {
    const run = await temporal.run('importHistory', input, {
      publishSilver: () => Promise.reject(new InvariantBroken('The counts do not agree')),
    });
    expect(run.failure).toMatchObject({ name: 'InvariantBroken', message: 'The counts do not agree' });
    expect(run.steps).not.toContain('buildGold');
    expect(run.steps.at(-1)).toBe('closeCollectionLog');
    expect(inputOf(run, 'closeCollectionLog')).toMatchObject({
      succeeded: 1_134,
      failed: 7,
      errorMessage: 'The counts do not agree',
    });
  });

  it('closes its log where it is cancelled', async () => {
    const run = await temporal.run(
      'importHistory',
      input,
      { collectFile: () => heartbeating(() => new Promise(() => undefined)) },
      async (handle, calls) => {
        await expect.poll(() => calls.length, { timeout: 60_000 }).toBeGreaterThan(2);
        await handle.cancel();
      },
    );
    expect(run.failure?.name).toBe('CancelledFailure');
    expect(run.steps.at(-1)).toBe('closeCollectionLog');
    expect(run.steps).not.toContain('prepareSilver');
  });

  it('waits for what is away and goes on', async () => {
    let away = 1;
    const run = await temporal.run('importHistory', input, {
      openCollectionLog: () =>
        away-- > 0 ? Promise.reject(new DependencyAway('Postgres cannot be reached')) : Promise.resolve(),
    });
    expect(run.failure).toBeUndefined();
    expect(run.steps.slice(0, 3)).toEqual(['openCollectionLog', 'openCollectionLog', 'listSourceFiles']);
  });

  it('has four files in flight and no more', async () => {
    let now = 0;
    let most = 0;
    const files = Array.from({ length: 12 }, (_, index) => sourceFile(`D${index}`));
    const run = await temporal.run('importHistory', input, {
      listSourceFiles: () => Promise.resolve({ files }),
      collectFile: async (asked) => {
        now += 1;
        most = Math.max(most, now);
        await Promise.resolve();
        now -= 1;
        return usable.collectFile(asked);
      },
    });
    expect(ImportHistoryResult.parse(run.result).outcome.files).toBe(12);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('tells how far it is while it works', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await temporal.run(
      'importHistory',
      input,
      {
        collectFile: async (asked) => {
          if (asked.file.division === 'SC0') await held;
          return usable.collectFile(asked);
        },
      },
      async (handle) => {
        try {
          await expect
            .poll(() => handle.query('progress'))
            .toEqual({ phase: 'collect', unit: 'files', done: 2, total: 3, rows: 760 });
        } finally {
          release();
        }
      },
    );
  });

  it('refuses an input that its schema refuses, before it asks for anything', async () => {
    for (const [bad, field] of [
      [{}, 'location'],
      [{ location: '/files', seasons: ['2123-2'] }, 'seasons.0'],
      [{ location: '/files', reading: 'twice' }, 'reading'],
    ] as const) {
      const run = await temporal.run('importHistory', bad);
      expect(run.failure).toMatchObject({ name: 'BadInput', subject: { field } });
      expect(run.steps).toEqual(['recordJobFailure']);
    }
  });
});
