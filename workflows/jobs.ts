import type { z } from 'zod';
import {
  BackUpInput,
  CleanBackupsInput,
  RestoreDrillInput,
  VerifyBackupInput,
} from '../schemas/jobs/backup.js';
import { CheckFeatureSkewInput } from '../schemas/jobs/check-feature-skew.js';
import { CollectInjuriesInput, CollectOddsInput } from '../schemas/jobs/collect-told.js';
import { CollectFixturesInput } from '../schemas/jobs/collect-fixtures.js';
import { CollectLiveScoresInput } from '../schemas/jobs/collect-live-scores.js';
import { RefreshViewsInput } from '../schemas/jobs/database-maintenance.js';
import { DetectAnomaliesInput } from '../schemas/jobs/detect-anomalies.js';
import { ErrorCleanupInput } from '../schemas/jobs/error-cleanup.js';
import { EvaluateModelInput } from '../schemas/jobs/evaluate-model.js';
import {
  CollectMatchFactsInput,
  PlanMatchesInput,
  VerifyPredictionsInput,
} from '../schemas/jobs/follow-match.js';
import { ImportHistoryInput } from '../schemas/jobs/import-history.js';
import { MaterialiseFeaturesInput } from '../schemas/jobs/materialise-features.js';
import { PredictFixturesInput } from '../schemas/jobs/predict-fixtures.js';
import { QualityCheckInput } from '../schemas/jobs/quality-check.js';
import { ReconcileInput } from '../schemas/jobs/reconcile.js';
import { NoInput } from '../schemas/jobs/refine.js';
import {
  ConsumeStreamsInput,
  ProcessStreamsInput,
  RelayStreamsInput,
  StreamHealthInput,
} from '../schemas/jobs/streams.js';
import { SystemHealthInput } from '../schemas/jobs/system-health-check.js';
import { TrainModelInput } from '../schemas/jobs/train-model.js';
import { TuneModelInput } from '../schemas/jobs/tune-model.js';
import { WeeklyDataCleanupInput } from '../schemas/jobs/weekly-data-cleanup.js';
import type { TaskQueue } from '../schemas/jobs/task-queues.js';
import type * as workflows from './index.js';

/** A job that can be started by name. */
export interface Job<Input extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly workflowType: keyof typeof workflows;
  readonly taskQueue: TaskQueue;
  readonly input: Input;
  readonly description: string;
  /** What distinguishes two runs that may go side by side. Without it only one run of the job goes at a time. */
  readonly about?: (input: z.output<Input>) => string;
}

const job = <Input extends z.ZodType>(definition: Job<Input>): Job<Input> => definition;

export const importHistoryJob = job({
  name: 'import-history',
  workflowType: 'importHistory',
  taskQueue: 'default',
  input: ImportHistoryInput,
  description: 'Collects the files of a folder or URL into bronze, then refines, publishes and builds gold.',
  about: ({ dataSource, location }) => `${dataSource} ${location}`,
});

export const collectFixturesJob = job({
  name: 'collect-fixtures',
  workflowType: 'collectFixtures',
  taskQueue: 'default',
  input: CollectFixturesInput,
  description:
    'Collects fixtures and results of the running season from every source that is configured, up to gold.',
});

export const collectLiveScoresJob = job({
  name: 'collect-live-scores',
  workflowType: 'collectLiveScores',
  taskQueue: 'default',
  input: CollectLiveScoresInput,
  description: 'Follows the matches in play by the feed of scores, up to silver; asks nothing while none is.',
});

export const collectOddsJob = job({
  name: 'collect-odds',
  workflowType: 'collectOdds',
  taskQueue: 'default',
  input: CollectOddsInput,
  description: 'Collects the prices that are due by the clock of their matches, and brings them to silver.',
});

export const collectInjuriesJob = job({
  name: 'collect-injuries',
  workflowType: 'collectInjuries',
  taskQueue: 'default',
  input: CollectInjuriesInput,
  description: 'Collects who misses the matches of the leagues that play within a week.',
});

export const collectMatchFactsJob = job({
  name: 'collect-match-facts',
  workflowType: 'collectMatchFacts',
  taskQueue: 'default',
  input: CollectMatchFactsInput,
  description:
    'Collects the weather of one match, measured where it was played six days ago or earlier, or its line-ups.',
  about: ({ kind, matchId }) => `${kind} ${matchId}`,
});

export const reconcileJob = job({
  name: 'reconcile',
  workflowType: 'reconcile',
  taskQueue: 'default',
  input: ReconcileInput,
  description:
    'Compares what sources say with what is stored; lets collection fill the gaps, and counts them.',
});

export const trainModelJob = job({
  name: 'train-model',
  workflowType: 'trainModel',
  taskQueue: 'default',
  input: TrainModelInput,
  description: 'Fits the 1x2 model on lake gold, calibrates it and registers it as a version.',
});

export const tuneModelJob = job({
  name: 'tune-model',
  workflowType: 'tuneModel',
  taskQueue: 'default',
  input: TuneModelInput,
  description: 'Tries recipes of the model on seasons that judge no model, and keeps which is best.',
});

export const evaluateModelJob = job({
  name: 'evaluate-model',
  workflowType: 'evaluateModel',
  taskQueue: 'default',
  input: EvaluateModelInput,
  description: 'Judges the model beside the market on test seasons, walking forward, and keeps the report.',
});

export const predictFixturesJob = job({
  name: 'predict-fixtures',
  workflowType: 'predictFixtures',
  taskQueue: 'default',
  input: PredictFixturesInput,
  description: 'Predicts the fixtures not yet played with the registered model.',
});

export const planMatchesJob = job({
  name: 'plan-matches',
  workflowType: 'planMatches',
  taskQueue: 'default',
  input: PlanMatchesInput,
  description:
    'Has every match followed that begins soon, by its kick-off of now, and plans the budgets of the day.',
});

export const verifyPredictionsJob = job({
  name: 'verify-predictions',
  workflowType: 'verifyPredictions',
  taskQueue: 'default',
  input: VerifyPredictionsInput,
  description: 'Holds the predictions against the results there are now, corrected ones too.',
});

export const calculateFeaturesJob = job({
  name: 'calculate-features',
  workflowType: 'calculateFeatures',
  taskQueue: 'default',
  input: NoInput,
  description: 'Brings what is known now to silver, the lake and gold, where the features of matches are.',
});

export const materialiseFeaturesJob = job({
  name: 'materialise-features',
  workflowType: 'materialiseFeatures',
  taskQueue: 'default',
  input: MaterialiseFeaturesInput,
  description: 'Copies the features of the matches ahead from the lake to where they are served online.',
});

export const checkFeatureSkewJob = job({
  name: 'check-feature-skew',
  workflowType: 'checkFeatureSkew',
  taskQueue: 'default',
  input: CheckFeatureSkewInput,
  description: 'Holds the features that were served online since the last check against the lake.',
});

export const detectAnomaliesJob = job({
  name: 'detect-anomalies',
  workflowType: 'detectAnomalies',
  taskQueue: 'default',
  input: DetectAnomaliesInput,
  description:
    'Looks for anomalies in odds, matches or predictions; quarantines prices, and has features computed and a model trained anew where they drifted.',
  about: ({ table }) => table,
});

export const weeklyDataCleanupJob = job({
  name: 'weekly-data-cleanup',
  workflowType: 'weeklyDataCleanup',
  taskQueue: 'default',
  input: WeeklyDataCleanupInput,
  description:
    'Archives old rows of Postgres to the lake, moves old months to the cold location, tidies the lake.',
});

export const refreshMaterializedViewsJob = job({
  name: 'refresh-materialized-views',
  workflowType: 'refreshMaterializedViews',
  taskQueue: 'default',
  input: RefreshViewsInput,
  description: 'Brings the materialised views of Postgres up to date, beside their readers.',
});

export const refineJob = job({
  name: 'refine',
  workflowType: 'refine',
  taskQueue: 'default',
  input: NoInput,
  description: 'Brings pending bronze payloads to silver.',
});

export const errorCleanupJob = job({
  name: 'error-cleanup',
  workflowType: 'errorCleanup',
  taskQueue: 'default',
  input: ErrorCleanupInput,
  description: 'Removes lines of the error log that are older than seven days (keepDays).',
});

export const cacheCleanupJob = job({
  name: 'cache-cleanup',
  workflowType: 'cacheCleanup',
  taskQueue: 'default',
  input: NoInput,
  description:
    'Removes from Redis the prices of matches that are over, and predictions of those that began a week ago.',
});

export const systemHealthCheckJob = job({
  name: 'system-health-check',
  workflowType: 'systemHealthCheck',
  taskQueue: 'default',
  input: SystemHealthInput,
  description:
    'Looks whether sources, errors, task queues, disks and memory are well; closes the logs of collections that ended wordless.',
});

export const qualityCheckJob = job({
  name: 'quality-check',
  workflowType: 'qualityCheck',
  taskQueue: 'default',
  input: QualityCheckInput,
  description:
    'Judges what is published by what is expected of its tables, the calendar and the clocks of its matches.',
});

export const databaseMaintenanceJob = job({
  name: 'database-maintenance',
  workflowType: 'databaseMaintenance',
  taskQueue: 'default',
  input: NoInput,
  description: 'Makes the partitions ahead, removes temporary data, refreshes the planner statistics.',
});

export const consumeStreamsJob = job({
  name: 'consume-streams',
  workflowType: 'consumeStreams',
  taskQueue: 'default',
  input: ConsumeStreamsInput,
  description:
    'Brings messages of Kafka to bronze: what is there, or, with {"mode": "continuous"}, what comes until it is cancelled.',
});

export const relayStreamsJob = job({
  name: 'relay-streams',
  workflowType: 'relayStreams',
  taskQueue: 'default',
  input: RelayStreamsInput,
  description: 'Publishes on Kafka what collectors have stored, until it is cancelled.',
});

export const processStreamsJob = job({
  name: 'process-streams',
  workflowType: 'processStreams',
  taskQueue: 'default',
  input: ProcessStreamsInput,
  description: 'Brings what is pending in bronze to silver as it comes, for some minutes.',
});

export const streamHealthCheckJob = job({
  name: 'stream-health-check',
  workflowType: 'streamHealthCheck',
  taskQueue: 'default',
  input: StreamHealthInput,
  description: 'Looks whether Kafka answers, its topics are as declared, and nobody is behind.',
});

export const backUpJob = job({
  name: 'back-up',
  workflowType: 'backUp',
  taskQueue: 'default',
  input: BackUpInput,
  description:
    'Backs up the database: a dump and a base (full), the WAL since (incremental), or proves it (wal).',
  about: ({ kind }) => kind,
});

export const verifyBackupJob = job({
  name: 'verify-backup',
  workflowType: 'verifyBackup',
  taskQueue: 'default',
  input: VerifyBackupInput,
  description: 'Looks whether every backup is whole, and the WAL behind it.',
});

export const cleanBackupsJob = job({
  name: 'clean-backups',
  workflowType: 'cleanBackups',
  taskQueue: 'default',
  input: CleanBackupsInput,
  description: 'Removes backups that are kept no longer and that nothing needs.',
});

export const restoreDrillJob = job({
  name: 'restore-drill',
  workflowType: 'restoreDrill',
  taskQueue: 'default',
  input: RestoreDrillInput,
  description:
    'Restores to a random instant beside production, and looks whether all that should be there is.',
});

/** Every job, by the name that `touchline run` takes. */
export const jobs = [
  importHistoryJob,
  collectFixturesJob,
  collectLiveScoresJob,
  collectOddsJob,
  collectInjuriesJob,
  collectMatchFactsJob,
  reconcileJob,
  refineJob,
  job({
    name: 'publish',
    workflowType: 'publish',
    taskQueue: 'default',
    input: NoInput,
    description: 'Copies the months of silver that changed to the lake, in one snapshot.',
  }),
  job({
    name: 'build-gold',
    workflowType: 'buildGold',
    taskQueue: 'default',
    input: NoInput,
    description: 'Computes the gold models over the newest snapshot of lake silver.',
  }),
  job({
    name: 'rebuild',
    workflowType: 'rebuild',
    taskQueue: 'default',
    input: NoInput,
    description: 'Empties silver and the lake and derives both again from bronze.',
  }),
  trainModelJob,
  tuneModelJob,
  evaluateModelJob,
  predictFixturesJob,
  planMatchesJob,
  verifyPredictionsJob,
  calculateFeaturesJob,
  materialiseFeaturesJob,
  checkFeatureSkewJob,
  detectAnomaliesJob,
  errorCleanupJob,
  cacheCleanupJob,
  systemHealthCheckJob,
  qualityCheckJob,
  weeklyDataCleanupJob,
  databaseMaintenanceJob,
  refreshMaterializedViewsJob,
  backUpJob,
  verifyBackupJob,
  cleanBackupsJob,
  restoreDrillJob,
  consumeStreamsJob,
  relayStreamsJob,
  processStreamsJob,
  streamHealthCheckJob,
];
