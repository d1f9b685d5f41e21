import os from 'node:os';
import path from 'node:path';
import { DefaultLogger, Runtime, type ReplayResult } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { projectRoot } from '../../config.js';
import { historyCases } from '../../scripts/histories/cases.js';
import { caseName } from '../../scripts/histories/history-case.js';
import { bundleOfToday } from '../../scripts/histories/local-temporal.js';
import * as workflows from '../../workflows/index.js';
import { bundleChangedWorkflows, type SourceChange } from '../support/changed-workflows.js';
import { makeTestFolder } from '../support/folder.js';
import { goldenHistory, goldenNames, readGolden, replay } from '../support/golden-histories.js';

const names = await goldenNames();
const histories = (wanted: readonly string[]) => Promise.all(wanted.map(goldenHistory));

function expectRefused(results: readonly ReplayResult[], wanted: readonly string[]): void {
  expect(results.map(({ workflowId }) => workflowId)).toEqual(wanted);
  for (const { workflowId, error } of results) {
    expect(error, workflowId).toBeInstanceOf(DeterminismViolationError);
  }
}

/** For each workflow a change that a run in flight would not survive. */
const changes: Readonly<Record<keyof typeof workflows, SourceChange>> = {
  consumeStreams: {
    file: 'consume-streams',
    from: "executeChild<typeof readStreams>('readStreams',",
    to: "executeChild<typeof readStreams>('refine',",
  },
  readStreams: { file: 'read-streams', from: 'await sendStreamedScores();', to: '' },
  processStreams: { file: 'process-streams', from: 'await sendStreamedScores();', to: '' },
  refreshPredictions: { file: 'refresh-predictions', from: 'await bringSilverToGold(report);', to: '' },
  relayStreams: { file: 'relay-streams', from: 'await removeRelayedRows({ keepHours });', to: '' },
  streamHealthCheck: {
    file: 'stream-health-check',
    from: 'const checked = await checkStreams(',
    to: 'await checkStreams({ maxLagSeconds: 1 }); const checked = await checkStreams(',
  },
  importHistory: {
    file: 'import-history',
    from: 'await openCollectionLog({ runId, dataSource, collectionType });',
    to: '',
  },
  collectFixtures: {
    file: 'collect-fixtures',
    from: 'await inParallel(wanted.sources,',
    to: 'await inParallel(wanted.sources.toReversed(),',
  },
  collectLiveScores: {
    file: 'collect-live-scores',
    from: "await openCollectionLog({ runId, dataSource, collectionType: 'scores' });",
    to: '',
  },
  collectOdds: {
    file: 'collect-odds',
    from: 'const { sources } = await oddsRequests(job);',
    to: 'await oddsRequests(job); const { sources } = await oddsRequests(job);',
  },
  collectTold: {
    file: 'collect-told',
    from: 'await openCollectionLog({ runId, dataSource, collectionType: kind });',
    to: '',
  },
  collectInjuries: {
    file: 'collect-injuries',
    from: 'const { sources } = await injuriesRequests(job);',
    to: 'await injuriesRequests(job); const { sources } = await injuriesRequests(job);',
  },
  followMatch: {
    file: 'follow-match',
    from: 'await endFollowing({ matchId, version: known.version });',
    to: '',
  },
  collectMatchFacts: {
    file: 'collect-match-facts',
    from: 'await openCollectionLog({ runId, dataSource, collectionType: kind });',
    to: '',
  },
  planMatches: {
    file: 'plan-matches',
    from: 'const result = await plan({',
    to: 'await plan({ hoursAhead, steps }); const result = await plan({',
  },
  verifyPredictions: {
    file: 'verify-predictions',
    from: 'const result = await verify(',
    to: 'await verify({}); const result = await verify(',
  },
  detectAnomalies: {
    file: 'detect-anomalies',
    from: 'const found = await detect({ ...asked, runId });',
    to: 'await detect({ ...asked, runId }); const found = await detect({ ...asked, runId });',
  },
  calculateFeatures: {
    file: 'calculate-features',
    from: "await bringToGold(reportProgress({ phase: 'refine', unit: 'payloads' }));",
    to: '',
  },
  reconcile: { file: 'reconcile', from: 'await beginReconciliation(run);', to: '' },
  refine: { file: 'refine', from: 'await prepareSilver({});', to: 'undefined;' },
  publish: {
    file: 'publish',
    from: 'return publishSilver({ runId: thisRunId() });',
    to: 'await publishSilver({ runId: thisRunId() }); return publishSilver({ runId: thisRunId() });',
  },
  buildGold: {
    file: 'build-gold',
    from: 'const built = await buildGoldModels({ runId: thisRunId() });',
    to: 'return await Promise.race([buildGoldModels({ runId: thisRunId() }), buildGoldModels({ runId: "" })]);',
  },
  rebuild: {
    file: 'rebuild',
    from: 'await clearSilver({});',
    to: 'await clearLake({}); await clearSilver({});',
  },
  trainModel: {
    file: 'train-model',
    from: 'const version = await train({ ...asked, runId: thisRunId() });',
    to: 'await train({ ...asked, runId: thisRunId() }); const version = await train({ ...asked, runId: thisRunId() });',
  },
  evaluateModel: { file: 'evaluate-model', from: '{ evaluateModel: evaluate }', to: '{ judge: evaluate }' },
  tuneModel: {
    file: 'tune-model',
    from: 'await scoreTrial({ ...asked, ...plan, trial: tried });',
    to: 'await scoreTrial({ ...asked, ...plan, trial: tried }); await scoreTrial({ ...asked, ...plan, trial: tried });',
  },
  predictFixtures: {
    file: 'predict-fixtures',
    from: 'const result = await predict(asked);',
    to: 'const result = { fixtures: 0, stored: 0, modelVersion: 1 };',
  },
  errorCleanup: {
    file: 'error-cleanup',
    from: 'return removeOldErrors({ keepDays });',
    to: 'return { removed: keepDays };',
  },
  backUp: {
    file: 'back-up',
    from: 'for (const [index, one] of kinds.entries()) {',
    to: 'for (const [index, one] of [...kinds, ...kinds].entries()) {',
  },
  verifyBackup: {
    file: 'verify-backup',
    from: 'return verifyBackups(',
    to: 'await verifyBackups({});\n  return verifyBackups(',
  },
  cleanBackups: {
    file: 'clean-backups',
    from: 'return activities.cleanBackups(readJobInput(CleanBackupsInput, input));',
    to: 'await activities.cleanBackups({});\n  return activities.cleanBackups(readJobInput(CleanBackupsInput, input));',
  },
  restoreDrill: {
    file: 'restore-drill',
    from: 'const result = await drillRestore(readJobInput(RestoreDrillInput, input));',
    to: 'await drillRestore({});\n  const result = await drillRestore(readJobInput(RestoreDrillInput, input));',
  },
  cacheCleanup: {
    file: 'cache-cleanup',
    from: 'return cleanCache();',
    to: 'return { removed: 0 };',
  },
  weeklyDataCleanup: {
    file: 'weekly-data-cleanup',
    from: "steps.includes('archive') ? await activities.archiveOldRows(part) : []",
    to: '[]',
  },
  systemHealthCheck: {
    file: 'system-health-check',
    from: 'const { providers } = await checkProviders(asked);',
    to: 'const providers: HealthReport["providers"] = [];',
  },
  materialiseFeatures: {
    file: 'materialise-features',
    from: 'return materialise(readJobInput(MaterialiseFeaturesInput, input));',
    to: 'return { services: [] };',
  },
  checkFeatureSkew: {
    file: 'check-feature-skew',
    from: 'return check({ runId: thisRunId() });',
    to: 'return { compared: 0, notComparable: 0, mismatches: [] };',
  },
  qualityCheck: {
    file: 'quality-check',
    from: 'return checkQuality({ ...asked, runId: thisRunId() });',
    to: 'return { checkpoint: 1, scores: {}, unmet: 0, missing: null, execution_time: 0, anomalies_count: null, overall_success_rate: 100 };',
  },
  databaseMaintenance: {
    file: 'database-maintenance',
    from: 'return maintainDatabase({});',
    to: 'await maintainDatabase({}); return maintainDatabase({});',
  },
  refreshMaterializedViews: {
    file: 'refresh-materialized-views',
    from: 'return refreshViews(asked);',
    to: 'return { views: [] };',
  },
};

beforeAll(() => {
  // A replay that fails is logged as a warning, and here that is the claim.
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
  });
});

describe('golden histories', () => {
  it('hold a run of every workflow, and every run that is to be recorded', () => {
    expect(new Set(names.map((name) => name.split('.')[0]))).toEqual(new Set(Object.keys(workflows)));
    expect(names.toSorted()).toEqual(historyCases.map(caseName).toSorted());
  });

  it('replay against the workflows as they stand today', async () => {
    const results = await replay({ codePath: await bundleOfToday() }, await histories(names));
    expect(results.map(({ workflowId, error }) => [workflowId, error])).toEqual(
      names.map((name) => [name, undefined]),
    );
  });

  it('refuse a workflow that asks for other steps, or for the same in another order', async () => {
    const sources = await makeTestFolder();
    try {
      const bundle = await bundleChangedWorkflows(sources.path, Object.values(changes));
      expectRefused(await replay(bundle, await histories(Object.keys(changes))), Object.keys(changes));
    } finally {
      await sources.remove();
    }
  });

  it('refuse children in another order', async () => {
    const sources = await makeTestFolder();
    try {
      const bundle = await bundleChangedWorkflows(sources.path, [
        { file: 'bring-to-gold', from: "<typeof refine>('refine'", to: "<typeof publish>('publish'" },
      ]);
      const parents = ['importHistory', 'rebuild'];
      expectRefused(await replay(bundle, await histories(parents)), parents);
    } finally {
      await sources.remove();
    }
  });

  it('name no machine, neither in their fields nor in their payloads', async () => {
    const Payload = z.object({ metadata: z.object({ encoding: z.string() }), data: z.base64() });
    const readable = (_: string, value: unknown): unknown => {
      const payload = Payload.safeParse(value);
      return payload.success ? Buffer.from(payload.data.data, 'base64').toString('utf8') : value;
    };
    for (const name of names) {
      const text = JSON.stringify(await readGolden(name), readable);
      for (const place of [
        projectRoot,
        os.homedir(),
        path.dirname(os.tmpdir()),
        'file://',
        '.ts:',
        '/bin/node',
      ]) {
        expect(text.includes(place), `${name} names ${place}`).toBe(false);
      }
      expect(text, name).not.toMatch(/\d+@|"(identity|stackTrace|workerVersion)"/);
    }
  });
});
