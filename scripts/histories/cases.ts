import { ApplicationFailure } from '@temporalio/common';
import { heartbeating } from '../../activities/heartbeating.js';
import {
  BadInput,
  CheckFailed,
  ContractBroken,
  DependencyAway,
  InvariantBroken,
  KeyRefused,
  PrerequisiteMissing,
} from '../../schemas/errors.js';
import type { DetectedAnomalies } from '../../schemas/jobs/detect-anomalies.js';
import { instant } from '../../schemas/values.js';
import { jobs } from '../../workflows/jobs.js';
import { begun, type HistoryCase } from './history-case.js';
import { matchCases } from './match-cases.js';
import { standInActivities, type JobActivities } from './stand-ins.js';
import { streamCases } from './stream-cases.js';

const location = 'https://files.example';

const oneUnusableFile = (): Partial<JobActivities> => {
  const usable = standInActivities();
  return {
    collectFile: (input) =>
      input.file.division === 'E1'
        ? Promise.reject(new BadInput('This is no text', { file: input.file.uri, advice: 'Fetch it again.' }))
        : usable.collectFile(input),
  };
};

/** More batches than one history takes: an answer for each. */
function manyBatches<Batch>(batch: Batch, nothing: Batch): () => Promise<Batch> {
  let left = 24;
  return () => {
    left -= 1;
    return Promise.resolve(left >= 0 ? batch : nothing);
  };
}
const noPayloads = { claimed: 0, done: 0, held: 0 };
const payloads = { claimed: 2_000, done: 2_000, held: 0 };

/** A file that can be used, then one answer to every other. */
const onlyTheFirstFile = (others: Error) => (): Partial<JobActivities> => {
  const usable = standInActivities();
  return {
    collectFile: (input) =>
      input.file.division === 'E0' ? usable.collectFile(input) : Promise.reject(others),
  };
};
const noQuota = ApplicationFailure.nonRetryable('No requests are left', 'QuotaExhausted');
/** The provider was asked, and refused. */
const quotaRefused = ApplicationFailure.nonRetryable('No credits are left', 'QuotaExhausted', {
  subject: { httpStatus: 429 },
});
const keyRefused = (): Partial<JobActivities> => ({
  collectFile: () => Promise.reject(new KeyRefused('api_football refuses the key')),
});
/** The source is away for longer than is waited for. */
const sourceAway = (): Partial<JobActivities> => ({
  collectFile: () =>
    Promise.reject(ApplicationFailure.nonRetryable('The server answered 503', 'DependencyAway')),
});

/** What a look at a table finds that is as usual. */
const found: DetectedAnomalies = {
  window: { from: instant(Date.UTC(2022, 4, 14, 8)), to: instant(Date.UTC(2022, 4, 14, 14)) },
  detections: [
    {
      ...{ method: '3sigma', anomalyType: 'statistical_outlier', severity: 'low' },
      ...{ tested: 60, anomalous: 0, skipped: 0 },
    },
  ],
  ...{ findings: 0, quarantined: 0, drifted: 0, shifted: 0 },
};

const lackingGold: NonNullable<HistoryCase['activities']> = () => ({
  trainModel: () => Promise.reject(new PrerequisiteMissing('There is no gold')),
});

/**
 * Every run that is kept as a golden history; a new workflow gets a line here, and so does what a test has one do that none of
 * these does; then `npm run record-histories`.
 */
export const historyCases: readonly HistoryCase[] = [
  ...streamCases,
  { workflow: 'importHistory', input: { location } },
  {
    workflow: 'importHistory',
    about: 'one-unusable-file',
    input: { location, seasons: ['2122'], divisions: ['E0', 'E1', 'SC0'], reading: 'always' },
    activities: oneUnusableFile,
  },
  {
    workflow: 'importHistory',
    about: 'nothing-usable',
    input: { location },
    activities: () => ({ collectFile: () => Promise.reject(new BadInput('This is no text')) }),
  },
  { workflow: 'importHistory', about: 'fixtures', input: { location, collectionType: 'fixtures' } },
  {
    workflow: 'importHistory',
    about: 'quota-spent',
    input: { location },
    activities: () => ({ collectFile: () => Promise.reject(noQuota) }),
  },
  { workflow: 'importHistory', about: 'up-to-bronze', input: { location, upTo: 'bronze' } },
  {
    workflow: 'importHistory',
    about: 'fixtures-quota-spent',
    input: { location, collectionType: 'fixtures' },
    activities: () => ({ collectFile: () => Promise.reject(noQuota) }),
  },
  {
    workflow: 'importHistory',
    about: 'fixtures-quota-refused',
    input: { location, collectionType: 'fixtures' },
    activities: () => ({ collectFile: () => Promise.reject(quotaRefused) }),
  },
  {
    workflow: 'importHistory',
    about: 'fixtures-quota-spent-midway',
    input: { location, collectionType: 'fixtures' },
    activities: onlyTheFirstFile(noQuota),
  },
  {
    workflow: 'importHistory',
    about: 'fixtures-source-away',
    input: { location, collectionType: 'fixtures' },
    activities: sourceAway,
  },
  {
    workflow: 'importHistory',
    about: 'fixtures-key-refused',
    input: { location, collectionType: 'fixtures' },
    activities: keyRefused,
  },
  {
    workflow: 'importHistory',
    about: 'listing-fails',
    input: { location },
    activities: () => ({ listSourceFiles: () => Promise.reject(new BadInput('The folder holds no CSV')) }),
  },
  {
    workflow: 'importHistory',
    about: 'publish-fails',
    input: { location },
    activities: () => ({
      publishSilver: () => Promise.reject(new InvariantBroken('The counts do not agree')),
    }),
  },
  {
    workflow: 'importHistory',
    about: 'cancelled',
    input: { location },
    activities: () => ({ collectFile: () => heartbeating(() => new Promise(() => undefined)) }),
    meanwhile: async (handle) => {
      await begun(handle, 4, (event) => event.activityTaskScheduledEventAttributes != null);
      await handle.cancel();
    },
  },
  {
    workflow: 'importHistory',
    about: 'away-at-first',
    input: { location },
    activities: () => {
      const answers = [() => Promise.reject(new DependencyAway('Postgres cannot be reached'))];
      return { openCollectionLog: () => answers.shift()?.() ?? Promise.resolve() };
    },
  },
  { workflow: 'collectFixtures', input: {} },
  { workflow: 'collectFixtures', about: 'up-to-silver', input: { upTo: 'silver' } },
  {
    workflow: 'collectFixtures',
    about: 'one-source-away',
    input: { dataSources: ['football_data', 'openfootball'] },
    activities: () => {
      const answering = standInActivities();
      return {
        listSourceFiles: (input) =>
          input.dataSource === 'openfootball'
            ? Promise.reject(new BadInput('The address is no site'))
            : answering.listSourceFiles(input),
      };
    },
  },
  {
    workflow: 'collectFixtures',
    about: 'every-source-away',
    input: {},
    activities: () => ({ listSourceFiles: () => Promise.reject(new BadInput('The address is no site')) }),
  },
  {
    workflow: 'collectFixtures',
    about: 'one-list-unusable',
    input: {},
    activities: oneUnusableFile,
  },
  {
    workflow: 'collectFixtures',
    about: 'quota-spent-midway',
    input: { dataSources: ['football_data'] },
    activities: onlyTheFirstFile(noQuota),
  },
  {
    workflow: 'collectFixtures',
    about: 'quota-spent',
    input: { dataSources: ['football_data'] },
    activities: () => ({ collectFile: () => Promise.reject(noQuota) }),
  },
  {
    workflow: 'collectFixtures',
    about: 'key-refused',
    input: { dataSources: ['football_data'] },
    activities: keyRefused,
  },
  {
    workflow: 'collectFixtures',
    about: 'source-away',
    input: { dataSources: ['football_data'] },
    activities: sourceAway,
  },
  {
    workflow: 'collectFixtures',
    about: 'nothing-ready',
    input: {},
    activities: () => ({
      fixtureSources: () =>
        Promise.resolve({
          sources: [{ kind: 'missing', dataSource: 'api_football', reason: 'api_football needs a key' }],
        }),
    }),
  },
  { workflow: 'collectLiveScores', input: {} },
  {
    workflow: 'collectLiveScores',
    about: 'without-key',
    input: {},
    activities: () => ({
      collectScores: () => Promise.reject(new PrerequisiteMissing('scores_api needs a key')),
    }),
  },
  {
    workflow: 'collectLiveScores',
    about: 'no-match-in-play',
    input: {},
    activities: () => ({
      scoreSource: () =>
        Promise.resolve({ kind: 'closed', dataSource: 'scores_api', reason: 'No match is in its window' }),
    }),
  },
  {
    workflow: 'collectLiveScores',
    about: 'listening',
    input: { liveOnly: true },
    activities: () => ({
      scoreSource: () => Promise.resolve({ kind: 'open', dataSource: 'scores_api', transport: 'websocket' }),
    }),
  },
  {
    workflow: 'collectLiveScores',
    about: 'nothing-new',
    input: {},
    activities: () => ({
      collectScores: () =>
        Promise.resolve({
          ...{ told: 10, stored: 0, unchanged: 10, rejected: 0 },
          ...{ changedMatches: 0, unknownMatches: 0 },
        }),
    }),
  },
  {
    workflow: 'collectLiveScores',
    about: 'refused',
    input: {},
    activities: () => ({ collectScores: () => Promise.reject(new BadInput('This is no feed')) }),
  },
  {
    workflow: 'collectLiveScores',
    about: 'quota-spent',
    input: {},
    activities: () => ({ collectScores: () => Promise.reject(noQuota) }),
  },
  { workflow: 'collectOdds', input: {} },
  {
    workflow: 'collectOdds',
    about: 'nothing-due',
    input: {},
    activities: () => ({
      oddsRequests: () =>
        Promise.resolve({
          sources: [
            { kind: 'skipped', dataSource: 'api_football', reason: 'the prices of no match are due' },
          ],
        }),
    }),
  },
  {
    workflow: 'collectOdds',
    about: 'source-refuses',
    input: { dataSources: ['api_football'] },
    activities: () => ({
      collectOddsRequest: () => Promise.reject(new KeyRefused('api_football refuses the key')),
    }),
  },
  {
    workflow: 'collectTold',
    input: {
      kind: 'odds',
      dataSource: 'api_football',
      requests: [
        { subject: '1035037', priority: 'closing' },
        { subject: '1035038', priority: 'regular' },
      ],
    },
  },
  {
    workflow: 'collectTold',
    about: 'injuries',
    input: {
      kind: 'injuries',
      dataSource: 'api_football',
      requests: [{ subject: '39/2021-22', priority: 'regular' }],
    },
  },
  {
    workflow: 'collectTold',
    about: 'one-request-fails',
    input: {
      kind: 'odds',
      dataSource: 'api_football',
      requests: [
        { subject: '1035037', priority: 'regular' },
        { subject: '1035038', priority: 'regular' },
      ],
    },
    activities: () => ({
      collectOddsRequest: ({ subject }) =>
        subject === '1035037'
          ? Promise.reject(new ContractBroken('api_football answered with a body of another shape'))
          : Promise.resolve({ told: 60, stored: 0, unchanged: 60, rejected: 0, changedMatches: [] }),
    }),
  },
  {
    workflow: 'collectTold',
    about: 'quota-spent',
    input: {
      kind: 'odds',
      dataSource: 'api_football',
      requests: [{ subject: '1035037', priority: 'regular' }],
    },
    activities: () => ({ collectOddsRequest: () => Promise.reject(noQuota) }),
  },
  {
    workflow: 'collectTold',
    about: 'lineups',
    input: {
      ...{ kind: 'lineups', dataSource: 'api_football' },
      requests: [{ subject: '7', priority: 'backfill' }],
    },
  },
  {
    workflow: 'collectTold',
    about: 'lineups-quota-spent',
    input: {
      ...{ kind: 'lineups', dataSource: 'api_football' },
      requests: [{ subject: '7', priority: 'backfill' }],
    },
    activities: () => ({ collectLineups: () => Promise.reject(noQuota) }),
  },
  {
    workflow: 'collectTold',
    about: 'weather',
    input: {
      ...{ kind: 'weather', dataSource: 'open_meteo' },
      requests: [{ subject: '7', priority: 'backfill' }],
    },
  },
  { workflow: 'collectInjuries', input: {} },
  {
    workflow: 'collectLiveScores',
    about: 'window-over',
    input: { matchIds: [7], window: 'over' },
    activities: () => ({
      scoreSource: () => Promise.resolve({ kind: 'open', dataSource: 'scores_api', transport: 'websocket' }),
    }),
  },
  { workflow: 'reconcile', input: {} },
  {
    workflow: 'reconcile',
    about: 'feed-away-midway',
    input: { kinds: ['scores'] },
    activities: () => ({
      toldSources: () =>
        Promise.resolve({ sources: [{ state: 'ready', kind: 'scores', dataSource: 'scores_api' }] }),
      compareScores: () => Promise.reject(new ContractBroken('scores_api answered with another shape')),
    }),
  },
  {
    workflow: 'reconcile',
    about: 'nothing-lacks',
    input: { kinds: ['injuries', 'weather'] },
    activities: () => ({
      matchesToFill: () => Promise.resolve({ matchIds: [] }),
      listsToFill: () => Promise.resolve({ subjects: [] }),
    }),
  },
  ...matchCases,
  { workflow: 'planMatches', input: {} },
  { workflow: 'verifyPredictions', input: {} },
  { workflow: 'detectAnomalies', input: { table: 'predictions' } },
  {
    workflow: 'detectAnomalies',
    about: 'quarantined',
    input: { table: 'odds' },
    activities: () => {
      const answers: ('pending' | 'ready')[] = ['pending', 'ready'];
      return {
        detectAnomalies: () => Promise.resolve({ ...found, findings: 1, quarantined: 2 }),
        requestFeatures: () => Promise.resolve({ state: answers.shift() ?? 'ready' }),
      };
    },
  },
  {
    workflow: 'detectAnomalies',
    about: 'quiet',
    input: { table: 'matches', mode: 'incremental' },
    activities: () => ({ detectAnomalies: () => Promise.resolve(found) }),
  },
  {
    workflow: 'detectAnomalies',
    about: 'features-late',
    input: () => ({
      table: 'predictions',
      clock: { startsAt: instant(Date.UTC(2022, 4, 14)), realStart: Date.now(), speed: 10_000 },
    }),
    activities: () => ({ requestFeatures: () => Promise.resolve({ state: 'pending' }) }),
  },
  {
    workflow: 'detectAnomalies',
    about: 'fails',
    input: { table: 'odds' },
    activities: () => ({ detectAnomalies: () => Promise.reject(new InvariantBroken('A column is gone')) }),
  },
  { workflow: 'calculateFeatures', input: {} },
  { workflow: 'refine', input: {} },
  {
    workflow: 'refine',
    about: 'prepared-by-older-worker',
    input: {},
    activities: () => ({ prepareSilver: () => Promise.resolve(undefined) }),
  },
  {
    workflow: 'refine',
    about: 'continued',
    input: {},
    activities: () => ({ refineBatch: manyBatches(payloads, noPayloads) }),
  },
  {
    workflow: 'refine',
    about: 'continued-among-prices',
    input: {},
    activities: () => ({
      refinePrices: manyBatches({ ...payloads, matches: 500 }, { ...noPayloads, matches: 0 }),
    }),
  },
  {
    workflow: 'refine',
    about: 'batch-fails',
    input: {},
    activities: () => ({ refineBatch: () => Promise.reject(new InvariantBroken('A key has two rows')) }),
  },
  { workflow: 'publish', input: {} },
  {
    workflow: 'publish',
    about: 'counts-disagree',
    input: {},
    activities: () => ({
      publishSilver: () => Promise.reject(new InvariantBroken('The counts do not agree')),
    }),
  },
  { workflow: 'buildGold', input: {} },
  {
    workflow: 'buildGold',
    about: 'check-fails',
    input: {},
    activities: () => ({ buildGold: () => Promise.reject(new CheckFailed('Two rows for one match')) }),
  },
  {
    workflow: 'buildGold',
    about: 'no-silver',
    input: {},
    activities: () => ({ buildGold: () => Promise.reject(new PrerequisiteMissing('There is no silver')) }),
  },
  {
    workflow: 'buildGold',
    about: 'empty',
    input: {},
    activities: () => ({
      buildGold: () =>
        Promise.resolve({ outcome: 'unchanged', snapshot: null, inputSnapshot: 7, models: [] }),
    }),
  },
  { workflow: 'materialiseFeatures', input: {} },
  {
    workflow: 'materialiseFeatures',
    about: 'no-gold',
    input: { matchIds: [7] },
    activities: () => ({
      materialiseFeatures: () => Promise.reject(new PrerequisiteMissing('The lake has no gold yet')),
    }),
  },
  { workflow: 'checkFeatureSkew', input: {} },
  { workflow: 'qualityCheck', input: {} },
  {
    workflow: 'qualityCheck',
    about: 'empty-lake',
    input: { tables: ['silver.odds'] },
    activities: () => ({
      checkQuality: () => Promise.reject(new PrerequisiteMissing('There is nothing in the lake to judge')),
    }),
  },
  { workflow: 'rebuild', input: {} },
  { workflow: 'trainModel', input: { seed: 1 } },
  { workflow: 'trainModel', about: 'lacks-gold', input: { seed: 1 }, activities: lackingGold },
  {
    ...{ workflow: 'trainModel', about: 'lacks-gold-by-itself', startedBy: 'house' },
    ...{ input: { seed: 1 }, activities: lackingGold },
  },
  { workflow: 'evaluateModel', input: { testSeasons: ['2122'], seed: 1 } },
  { workflow: 'tuneModel', input: { validate: ['1819'], trials: 2, seed: 1 } },
  {
    ...{ workflow: 'tuneModel', about: 'spent-its-budget' },
    // A trial that takes any time at all is more than this.
    input: { validate: ['1819'], trials: 5, seed: 1, budgetMinutes: 0.000_001 },
  },
  { workflow: 'predictFixtures', input: {} },
  { workflow: 'errorCleanup', input: {} },
  {
    workflow: 'errorCleanup',
    about: 'skipped-by-schedule',
    startedBy: 'schedule',
    input: {},
    activities: () => ({
      removeOldErrors: () => Promise.reject(new PrerequisiteMissing('There is nothing')),
    }),
  },
  { workflow: 'cacheCleanup', input: {} },
  {
    workflow: 'cacheCleanup',
    about: 'skipped-by-schedule',
    startedBy: 'schedule',
    input: {},
    activities: () => ({
      cleanCache: () => Promise.reject(new PrerequisiteMissing('There is no Redis to tidy')),
    }),
  },
  { workflow: 'backUp', input: { kind: 'all' } },
  {
    workflow: 'backUp',
    about: 'skipped-by-schedule',
    startedBy: 'schedule',
    input: { kind: 'incremental' },
    activities: () => ({
      makeBackup: () => Promise.reject(new PrerequisiteMissing('archiving is off')),
    }),
  },
  {
    workflow: 'backUp',
    about: 'failed',
    input: { kind: 'full' },
    activities: () => ({
      makeBackup: () =>
        Promise.resolve([
          { outcome: 'failed', method: 'dump', type: 'no_space', reason: 'No space left on device' },
        ]),
    }),
  },
  { workflow: 'verifyBackup', input: {} },
  { workflow: 'cleanBackups', input: { mode: 'plan' } },
  { workflow: 'restoreDrill', input: {} },
  {
    workflow: 'restoreDrill',
    about: 'failed',
    input: { seconds: 5 },
    activities: () => ({
      drillRestore: () =>
        Promise.resolve({
          ...{ drill: '0b5e0c0e-5f0a-4a39-9d5f-6a1f5a4c2a11', passed: false, rounds: 1 },
          ...{ findings: ['odds: 3 rows up to 9, and there were 4'], rtoSeconds: 9, rpoSeconds: 20 },
        }),
    }),
  },
  { workflow: 'systemHealthCheck', input: {} },
  { workflow: 'weeklyDataCleanup', input: {} },
  { workflow: 'weeklyDataCleanup', about: 'one-step', input: { mode: 'dry-run', steps: ['cold'] } },
  { workflow: 'databaseMaintenance', input: {} },
  { workflow: 'refreshMaterializedViews', input: { views: ['mv_team_recent_performance'] } },
  ...jobs.map(({ workflowType }): HistoryCase => ({
    ...{ workflow: workflowType, about: 'refused-input', input: { nonsense: true } },
  })),
];
