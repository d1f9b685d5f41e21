import { anomaliesList, anomaliesShow } from './anomalies.js';
import {
  anomaliesConfigure,
  anomaliesMarkFalse,
  anomaliesQuarantine,
  anomaliesRelease,
} from './anomalies-decide.js';
import { backupList, backupStatus } from './backup-look.js';
import { backupMasked } from './backup-masked.js';
import { backupAll, backupClean, backupFull, backupIncremental, backupVerify, backupWal } from './backup.js';
import { budgetPlan, budgetShow } from './budget.js';
import { cacheDelete, cacheHealth, cacheStats } from './cache.js';
import type { Command } from './command.js';
import { contractsCheck, contractsList, contractsShow } from './contracts.js';
import { importFootballData } from './import-football-data.js';
import { importOpenfootball } from './import-openfootball.js';
import {
  dbConstraints,
  dbMaterializedViewsExamples,
  dbPartitions,
  dbRefreshMaterializedViews,
  dbViolations,
} from './db.js';
import { dbAccess } from './db-access.js';
import { demo } from './demo.js';
import { down } from './down.js';
import { drillAlerts } from './drill-alerts.js';
import { drillRestore } from './drill-restore.js';
import { errors } from './errors.js';
import { featuresCheck, featuresGet, featuresList, featuresShow } from './features.js';
import { featuresMatch } from './features-match.js';
import { featuresMaterialise, featuresOnline } from './features-online.js';
import { init } from './init.js';
import { keysCreate, keysList, keysRevoke } from './keys.js';
import { lakeInit } from './lake-init.js';
import { lakeExport, lakeFiles, lakeQuery } from './lake.js';
import { lakeArchive, lakeCleanup, lakeRetention } from './lake-cleanup.js';
import { lineageGraph } from './lineage.js';
import { lineageImpact } from './lineage-impact.js';
import { conflicts, match } from './match.js';
import { modelEvaluate, modelReport, modelTrain } from './model.js';
import { modelPromote, modelRollback } from './model-promote.js';
import { modelSplit } from './model-split.js';
import { modelTune } from './model-tune.js';
import { modelHistory, modelList, modelShow } from './model-versions.js';
import { predict, predictionsReport } from './predictions.js';
import { qualityCheck, qualityHistory, qualityReport } from './quality.js';
import {
  reviewIgnore,
  reviewList,
  reviewRelease,
  reviewReopen,
  reviewResolve,
  reviewShow,
  reviewStatistics,
  reviewTake,
} from './review.js';
import { restoreConfirm, restorePlan, restoreRun } from './restore.js';
import { run } from './run.js';
import { runsCancel, runsList, runsRestart, runsShow, runsTerminate } from './runs.js';
import {
  schedulesApply,
  schedulesBackfill,
  schedulesList,
  schedulesPlan,
  schedulesTrigger,
} from './schedules.js';
import { schedulesPause, schedulesResume } from './schedules-pause.js';
import { simulate } from './simulate.js';
import { sources } from './sources.js';
import { status } from './status.js';
import { streamDlq } from './stream/dlq.js';
import { streamGroup, streamHealth, streamLag, streamReset } from './stream/group.js';
import { streamApply, streamPlan, streamRetention, streamTopics } from './stream/topics.js';
import { teamList, teamMerge, teamMerges, teamUndoMerge } from './team.js';
import { teamDoubt } from './team-doubt.js';
import { up } from './up.js';
import { workersPromote, workersVersions } from './workers.js';

/** Words that only hold other commands. */
export const groups = [
  { name: 'import', summary: 'bring a source into bronze and up to gold' },
  { name: 'lineage', summary: 'what feeds a dataset, and what a change of one reaches: graph, impact' },
  { name: 'lake', summary: 'look into the lake, and keep it: init, query, files, export, archive, cleanup' },
  { name: 'contracts', summary: 'what is promised of each table of the lake: list, show, check' },
  {
    name: 'features',
    summary:
      'what a model may read of a match, as it was known then: list, show, get, check, materialise, online',
  },
  { name: 'db', summary: 'look after Postgres: partitions, constraints, materialised views' },
  { name: 'quality', summary: 'whether the tables are as they should be: check, report, history' },
  { name: 'review', summary: 'look at what was held or doubted, and decide about it' },
  {
    name: 'anomalies',
    summary: 'what detections found: list, show, mark-false, quarantine, release, configure',
  },
  { name: 'team', summary: 'which names are one team: list, merge, undo-merge, merges, doubt' },
  {
    name: 'schedules',
    summary: 'what runs by the clock: plan, apply, list, pause, resume, trigger, backfill',
  },
  { name: 'runs', summary: 'the runs of jobs: list, show, cancel, terminate, restart' },
  { name: 'budget', summary: 'what each provider lets us ask, by day: show, plan' },
  {
    name: 'model',
    summary: 'train the model, tune it, judge it against the market, say which version serves',
  },
  { name: 'keys', summary: 'who may ask the HTTP API: create, list, revoke' },
  { name: 'predictions', summary: 'what became of predictions: report' },
  {
    name: 'backup',
    summary:
      'make backups and look at them: full, incremental, wal, all, list, status, verify, clean, masked',
  },
  { name: 'restore', summary: 'bring a backup back: run, plan, confirm' },
  { name: 'cache', summary: 'what Redis keeps: stats, health, delete' },
  { name: 'workers', summary: 'which version of the workers is given work: versions, promote' },
  {
    name: 'stream',
    summary: 'what goes through Kafka: plan, apply, topics, group, health, lag, reset, retention, dlq',
  },
  { name: 'drill', summary: 'let things fail on purpose, and see what comes of it: alerts, restore' },
] as const;

/** Every command, in the order in which help lists them. */
export const commands: readonly Command[] = [
  up,
  down,
  init,
  demo,
  simulate,
  status,
  sources,
  errors,
  lineageGraph,
  lineageImpact,
  importFootballData,
  importOpenfootball,
  run,
  runsList,
  runsShow,
  runsCancel,
  runsTerminate,
  runsRestart,
  schedulesPlan,
  schedulesApply,
  schedulesList,
  schedulesPause,
  schedulesResume,
  schedulesTrigger,
  schedulesBackfill,
  budgetShow,
  budgetPlan,
  teamList,
  teamMerge,
  teamUndoMerge,
  teamMerges,
  teamDoubt,
  dbPartitions,
  dbAccess,
  dbConstraints,
  dbViolations,
  dbRefreshMaterializedViews,
  dbMaterializedViewsExamples,
  match,
  conflicts,
  lakeInit,
  lakeQuery,
  lakeFiles,
  lakeExport,
  lakeRetention,
  lakeArchive,
  lakeCleanup,
  contractsList,
  contractsShow,
  contractsCheck,
  featuresList,
  featuresShow,
  featuresGet,
  featuresMatch,
  featuresCheck,
  featuresMaterialise,
  featuresOnline,
  qualityCheck,
  qualityReport,
  qualityHistory,
  reviewList,
  reviewShow,
  reviewTake,
  reviewResolve,
  reviewIgnore,
  reviewRelease,
  reviewReopen,
  reviewStatistics,
  anomaliesList,
  anomaliesShow,
  anomaliesMarkFalse,
  anomaliesQuarantine,
  anomaliesRelease,
  anomaliesConfigure,
  modelTrain,
  modelTune,
  modelEvaluate,
  modelReport,
  modelList,
  modelShow,
  modelPromote,
  modelRollback,
  modelSplit,
  modelHistory,
  predict,
  predictionsReport,
  workersVersions,
  workersPromote,
  keysCreate,
  keysList,
  keysRevoke,
  backupFull,
  backupIncremental,
  backupWal,
  backupAll,
  backupList,
  backupStatus,
  backupVerify,
  backupClean,
  backupMasked,
  restoreRun,
  restorePlan,
  restoreConfirm,
  drillRestore,
  cacheStats,
  cacheHealth,
  cacheDelete,
  streamPlan,
  streamApply,
  streamHealth,
  streamTopics,
  streamGroup,
  streamLag,
  streamReset,
  streamRetention,
  streamDlq,
  drillAlerts,
];
