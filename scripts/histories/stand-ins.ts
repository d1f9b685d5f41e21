import type {
  CollectedLineups,
  CollectedWeather,
  SkippedFacts,
} from '../../activities/collect-match-facts.js';
import type { JobActivities } from '../../activities/job-activities.js';
import type { ScoreCounts } from '../../schemas/jobs/collect-live-scores.js';
import type { StreamCounts } from '../../schemas/jobs/streams.js';
import type { SourceFile } from '../../schemas/records/source-file.js';
import { instant, Season } from '../../schemas/values.js';

export type { JobActivities };

const season = Season.parse('2021-22');

const scoreCounts: ScoreCounts = {
  ...{ told: 10, stored: 4, unchanged: 6, rejected: 1 },
  ...{ changedMatches: 3, unknownMatches: 1 },
};

const streamCounts: StreamCounts = { handled: 40, stored: 30, known: 5, own: 4, failed: 1 };

/** A file as a folder that never was offers it. */
export const sourceFile = (division: string): SourceFile => ({
  dataSource: 'football_data',
  uri: `2122/${division}.csv`,
  kind: 'season',
  location: `https://files.example/mmz4281/2122/${division}.csv`,
  season,
  division,
});

const collectedTold = { told: 60, stored: 12, unchanged: 48, rejected: 0, changedMatches: ['1035037'] };

const sidesTold = { published: 2, 'one-side': 1, 'not-yet': 0 } as const;

/** What an answer about the weather comes to, where it is new. */
export const toldWeather: CollectedWeather = {
  ...{ outcome: 'collected', basis: 'forecast', placeBasis: 'venue' },
  ...{ told: 1, stored: 1, unchanged: 0, rejected: 0 },
};

/** What an answer about line-ups comes to, all of it new. */
export function toldLineups(
  outcome: keyof typeof sidesTold,
  rejected = 0,
): Exclude<CollectedLineups, SkippedFacts> {
  const told = sidesTold[outcome];
  return { outcome, told, stored: told, unchanged: 0, rejected };
}

/**
 * Activities that do nothing and answer as the real ones would: three files, bronze for two batches, a lake and a model. The
 * given ones take the place of theirs. Made anew for each run: the batches are used up.
 */
export function standInActivities(others: Partial<JobActivities> = {}): JobActivities {
  const batches = [
    { claimed: 2_000, done: 1_990, held: 10 },
    { claimed: 380, done: 380, held: 0 },
  ];
  const prices = [{ claimed: 60, done: 58, held: 2, matches: 3 }];
  return {
    openCollectionLog: () => Promise.resolve(),
    closeCollectionLog: () => Promise.resolve(),
    fixtureSources: ({ dataSources = ['football_data', 'openfootball'] }) =>
      Promise.resolve({
        sources: [
          ...dataSources.map((dataSource) => ({
            ...{
              kind: 'ready' as const,
              dataSource,
              location: `https://${dataSource}.example`,
              seasons: [season],
            },
          })),
          { kind: 'missing', dataSource: 'api_football', reason: 'api_football needs a key' },
        ],
      }),
    scoreSource: () => Promise.resolve({ kind: 'open', dataSource: 'scores_api', transport: 'http' }),
    consumeBatch: () => Promise.resolve({ kind: 'consumed', counts: streamCounts }),
    consumeContinuously: () => Promise.resolve({ kind: 'consumed', counts: streamCounts }),
    relayOutbox: () => Promise.resolve({ kind: 'relayed', counts: { relayed: 40, unreadable: 0 } }),
    removeRelayedRows: () => Promise.resolve({ removed: 3 }),
    sendStreamedScores: () => Promise.resolve({ matches: 1 }),
    awaitPending: () => Promise.resolve({ pending: true }),
    checkStreams: () => Promise.resolve({ kind: 'checked', problems: [] }),
    collectScores: () => Promise.resolve(scoreCounts),
    streamScores: () => Promise.resolve(scoreCounts),
    oddsRequests: () =>
      Promise.resolve({
        sources: [
          {
            kind: 'due',
            dataSource: 'api_football',
            requests: ['1035037', '1035038', '1035039'].map((subject) => ({ subject, priority: 'regular' })),
          },
          { kind: 'skipped', dataSource: 'odds_api', reason: 'odds_api needs a key' },
        ],
      }),
    collectOddsRequest: () => Promise.resolve(collectedTold),
    injuriesRequests: () =>
      Promise.resolve({
        sources: [
          {
            kind: 'due',
            dataSource: 'api_football',
            requests: [{ subject: '39/2021-22', priority: 'regular' }],
          },
        ],
      }),
    collectInjuriesRequest: () => Promise.resolve(collectedTold),
    relieveDisks: () =>
      Promise.resolve({ state: 'roomy', paused: [], resumed: [], removed: { files: 0, bytes: 0 } }),
    checkHealth: () =>
      Promise.resolve({
        ...{ closedRuns: 0, ended: [], waiting: [], disks: [], alarms: [] },
        memory: { freeBytes: 1, totalBytes: 2 },
      }),
    requestFeatures: () => Promise.resolve({ state: 'ready' }),
    predictMatch: () => Promise.resolve({ outcome: 'succeeded' }),
    awaitPriceNews: () => Promise.resolve({ news: [] }),
    predictRepriced: ({ news: repriced }) =>
      Promise.resolve({
        result: { outcome: 'succeeded' },
        ...{ made: repriced.length, stored: repriced.length },
      }),
    verifyPredictions: () => Promise.resolve({ verified: 1 }),
    detectAnomalies: () =>
      Promise.resolve({
        window: { from: instant(Date.UTC(2022, 4, 13)), to: instant(Date.UTC(2022, 4, 14)) },
        detections: [
          {
            ...{ method: 'data_drift', anomalyType: 'feature_drift', severity: 'high' },
            ...{ tested: 3, anomalous: 1, skipped: 0 },
          },
        ],
        ...{ findings: 1, quarantined: 0, drifted: 1, shifted: 0 },
      }),
    requestRetraining: () => Promise.resolve({ state: 'started' }),
    planMatches: () => Promise.resolve({ followed: 10, told: 2, plannedProviders: ['api_football'] }),
    endFollowing: () => Promise.resolve(),
    checkProviders: () =>
      Promise.resolve({ providers: [{ dataSource: 'api_football', state: 'healthy', reasons: [] }] }),
    listSourceFiles: () => Promise.resolve({ files: ['E0', 'E1', 'SC0'].map(sourceFile) }),
    collectFile: () => Promise.resolve({ rows: 380, stored: 370, duplicates: 8, held: 2 }),
    collectLineups: () => Promise.resolve(toldLineups('published')),
    collectWeather: () => Promise.resolve(toldWeather),
    beginReconciliation: () => Promise.resolve(),
    compareList: ({ file }) =>
      Promise.resolve({
        matches: 380,
        ...(file.division === 'E1' ? { found: 2, fillable: 1 } : { found: 0, fillable: 0 }),
      }),
    settleReconciliation: () => Promise.resolve({ found: 2, filled: 1, left: 1 }),
    toldSources: () =>
      Promise.resolve({
        sources: [
          { state: 'ready', kind: 'scores', dataSource: 'scores_api' },
          { state: 'ready', kind: 'prices', dataSource: 'api_football' },
          { state: 'missing', kind: 'prices', dataSource: 'odds_api', reason: 'odds_api needs a key' },
          { state: 'ready', kind: 'lineups', dataSource: 'api_football' },
          { state: 'ready', kind: 'injuries', dataSource: 'api_football' },
          { state: 'ready', kind: 'weather', dataSource: 'open_meteo' },
        ],
      }),
    beginToldReconciliation: () => Promise.resolve(),
    compareScores: () => Promise.resolve({ matches: 40 }),
    pricesToCompare: () => Promise.resolve({ subjects: ['1035037', '1035038'] }),
    comparePrices: ({ subjects }) => Promise.resolve({ matches: subjects.length }),
    matchesToFill: () => Promise.resolve({ matchIds: [7] }),
    compareFacts: () => Promise.resolve({ matches: 30 }),
    injuriesToCompare: () => Promise.resolve({ subjects: ['39/2021-22'] }),
    compareInjuries: () => Promise.resolve({ matches: 30 }),
    listsToFill: () => Promise.resolve({ subjects: ['39/2021-22'] }),
    settleToldReconciliation: () => Promise.resolve({ found: 2, filled: 1, left: 1 }),
    importOutcome: () => Promise.resolve({ revisions: 4, heldInSilver: 1, questions: [] }),
    prepareSilver: () => Promise.resolve({ storedBy: '2026-11-28 21:00:00+00' }),
    refineBatch: () => Promise.resolve(batches.shift() ?? { claimed: 0, done: 0, held: 0 }),
    refinePrices: () => Promise.resolve(prices.shift() ?? { claimed: 0, done: 0, held: 0, matches: 0 }),
    clearSilver: () => Promise.resolve(),
    publishSilver: () =>
      Promise.resolve({ snapshot: 7, tables: [{ table: 'matches', months: 10, rows: 1_140 }] }),
    checkQuality: () =>
      Promise.resolve({
        checkpoint: 9,
        snapshot: 7,
        scores: { 'silver.matches': 99.5, overall: 99.8 },
        ...{ unmet: 1, missing: 0, failed: [] },
        ...{ execution_time: 1.5, anomalies_count: 2, overall_success_rate: 99 },
      }),
    clearLake: () => Promise.resolve(),
    buildGold: () =>
      Promise.resolve({
        outcome: 'built',
        snapshot: 8,
        inputSnapshot: 7,
        models: [{ model: 'match_features', months: 10, rows: 1_140 }],
      }),
    materialiseFeatures: () =>
      Promise.resolve({
        services: [{ service: 'match_prediction_v1', outcome: 'materialised', vectors: 20 }],
      }),
    checkFeatureSkew: () => Promise.resolve({ compared: 20, notComparable: 0, mismatches: [] }),
    trainModel: ({ runId }) =>
      Promise.resolve({
        name: 'football_baseline_model',
        version: 1,
        runId,
        createdAt: '2022-06-01T00:00:00.000Z',
        lakeSnapshot: 8,
        metrics: {
          withPrices: null,
          withoutPrices: { n: 380, logLoss: 1, rps: 0.2, brier: 0.6, accuracy: 0.5, ece: 0.02 },
        },
      }),
    evaluateModel: ({ runId, testSeasons, seed }) =>
      Promise.resolve({
        runId,
        evaluatedAt: '2022-06-01T00:00:00.000Z',
        lakeSnapshot: 8,
        testSeasons,
        divisions: ['E0'],
        trainFrom: season,
        seed,
        rows: [],
        pools: [],
        ...{ reliability: [], againstClosing: [], importance: [], drift: [], madeOf: null },
      }),
    planTuning: () => Promise.resolve({ tuning: '0123456789abcdef', lakeSnapshot: 8 }),
    scoreTrial: ({ trial }) => Promise.resolve({ trial }),
    chooseTrial: ({ tuning, lakeSnapshot, tried }) =>
      Promise.resolve({ tuning, lakeSnapshot, tried, chosen: 1 }),
    maintainDatabase: () =>
      Promise.resolve({
        caughtByDefault: [],
        partitionsMade: 4,
        removed: [{ table: 'constraint_violations', rows: 2 }],
        violations: [],
        tablesAnalyzed: 30,
      }),
    refreshViews: () =>
      Promise.resolve({ views: [{ view: 'mv_team_recent_performance', rows: 20, tookMs: 12 }] }),
    predictFixtures: () =>
      Promise.resolve({
        ...{ modelVersion: 1, fixtures: 20, stored: 20, refused: {} },
        result: { outcome: 'succeeded' },
      }),
    recordJobFailure: () => Promise.resolve(),
    removeOldErrors: () => Promise.resolve({ removed: 12 }),
    cleanCache: () => Promise.resolve({ removed: 40 }),
    makeBackup: ({ kind }) =>
      Promise.resolve([
        {
          ...{
            outcome: 'succeeded',
            method: kind === 'full' ? 'dump' : kind === 'wal' ? 'chain' : 'shipping',
          },
          ...{ name: 'full_backup_20260103_030000', size: 50_000_000, notCopied: null },
        },
      ]),
    verifyBackups: () =>
      Promise.resolve({
        faults: [],
        sound: ['full_backup_20260103_030000'],
        unopened: [],
        restorableUntil: '0/3000028',
      }),
    cleanBackups: ({ mode = 'apply' }) =>
      Promise.resolve({ mode, backups: ['full_backup_20260103_030000'], wal: [] }),
    drillRestore: ({ rounds = 1 }) =>
      Promise.resolve({
        ...{ drill: '0b5e0c0e-5f0a-4a39-9d5f-6a1f5a4c2a11', passed: true, rounds },
        ...{ findings: [], rtoSeconds: 9, rpoSeconds: 20 },
      }),
    archiveOldRows: () =>
      Promise.resolve([{ table: 'gold.predictions', months: ['2021-05', '2021-06'], rows: 60 }]),
    moveOldMonths: () => Promise.resolve([{ table: 'silver.odds', months: ['2020-06'] }]),
    tidyLake: () => Promise.resolve({ forgotten: [], orphans: { files: 1, bytes: 2_048 } }),
    ...others,
  };
}
