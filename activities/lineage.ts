import {
  bronze,
  gold,
  lake,
  lakeTablesOf,
  models,
  online,
  provided,
  silver,
} from '../adapters/lineage/datasets.js';
import { counted, ofEach, type DeclaredLineage, type Learnt } from '../adapters/lineage/declaration.js';
import { versionFacet } from '../adapters/lineage/facets.js';
import { judgedTables, judgementOf, refusalOf } from '../adapters/lineage/quality.js';
import type { DataTopic } from '../schemas/events/topics.js';
import type { Dataset } from '../schemas/lineage.js';
import { goldTables } from '../schemas/tables/gold.js';
import { silverTables } from '../schemas/tables/silver.js';
import type { JobActivities } from './job-activities.js';

const cleaned = silver(
  'match_registry',
  'matches',
  'odds',
  'odds_last_seen',
  'fixture_revisions',
  'match_statistics',
);
const learntFrom = lake('gold', 'match_features', 'match_results', 'market_prices');
const matchFiles = bronze('raw_match_data', 'source_editions', 'edition_rows', 'source_match_ids');
/** A feed of scores may tell of a match before any list does. */
const toldByScores = [...bronze('raw_scores_data'), ...matchFiles];
/** What messages of a topic speak of. */
const saidOn = {
  'matches-stream': 'matches',
  'odds-stream': 'odds',
  'scores-stream': 'scores',
} as const satisfies Readonly<Record<DataTopic, string>>;
const nothing: readonly Dataset[] = [];
const archives = [...lake('gold', 'predictions'), ...lake('bronze', 'data_collection_logs')];
const onlineFeatures = online('features');
const model = models('football_baseline_model');

/** The rows of each of these tables of the lake, by name. */
const countedByName = (
  datasets: readonly Dataset[],
  tables: readonly { readonly table: string; readonly rows: number }[],
) =>
  tables.flatMap(({ table, rows }) =>
    counted(
      datasets.filter(({ name }) => name === `lake.${table.replace(/^\w+\./, '')}`),
      rows,
    ),
  );

/** The snapshot that holds these tables of the lake as a run left them. */
const versioned = (datasets: readonly Dataset[], snapshot: number | null): Learnt =>
  snapshot === null ? {} : { outputs: ofEach(datasets, versionFacet(snapshot)) };

/**
 * What each activity reads and writes: said once, here. Findings, marks and logs are about the data, not of it, and are left out; so is
 * what only takes away.
 */
export const jobLineage = {
  collectFile: {
    does: 'collect',
    inputs: ({ file }) => provided(file.dataSource, 'matches'),
    outputs: () => matchFiles,
    rows: ({ stored }) => counted(bronze('raw_match_data'), stored),
  },
  collectLineups: {
    does: 'collect',
    inputs: () => provided('api_football', 'lineups'),
    outputs: () => bronze('raw_lineups_data'),
    rows: (facts) => (facts.outcome === 'skipped' ? [] : counted(bronze('raw_lineups_data'), facts.stored)),
  },
  collectWeather: {
    does: 'collect',
    inputs: () => provided('open_meteo', 'weather'),
    outputs: () => bronze('raw_weather_data'),
    rows: (facts) => (facts.outcome === 'skipped' ? [] : counted(bronze('raw_weather_data'), facts.stored)),
  },
  collectScores: {
    does: 'collect',
    inputs: ({ dataSource }) => provided(dataSource, 'scores'),
    outputs: () => toldByScores,
    rows: ({ stored }) => counted(bronze('raw_scores_data'), stored),
  },
  streamScores: {
    does: 'collect',
    inputs: ({ dataSource }) => provided(dataSource, 'scores'),
    outputs: () => toldByScores,
    rows: ({ stored }) => counted(bronze('raw_scores_data'), stored),
  },
  collectOddsRequest: {
    does: 'collect',
    inputs: ({ dataSource }) => provided(dataSource, 'odds'),
    outputs: () => bronze('raw_odds_data'),
    rows: ({ stored }) => counted(bronze('raw_odds_data'), stored),
  },
  collectInjuriesRequest: {
    does: 'collect',
    inputs: () => provided('api_football', 'injuries'),
    outputs: () => bronze('raw_injuries_data'),
    rows: ({ stored }) => counted(bronze('raw_injuries_data'), stored),
  },
  consumeContinuously: {
    does: 'collect',
    inputs: ({ topics }) => topics.flatMap((topic) => provided('kafka', saidOn[topic])),
    outputs: () => [...bronze('raw_odds_data'), ...toldByScores],
  },
  consumeBatch: {
    does: 'collect',
    inputs: ({ topics }) => topics.flatMap((topic) => provided('kafka', saidOn[topic])),
    outputs: () => [...bronze('raw_odds_data'), ...toldByScores],
  },
  relayOutbox: 'untold',
  removeRelayedRows: 'untold',
  sendStreamedScores: 'untold',
  awaitPending: 'untold',
  awaitPriceNews: 'untold',
  checkStreams: 'untold',
  prepareSilver: {
    does: 'refine',
    inputs: () => bronze('raw_match_data'),
    outputs: () => silver('leagues', 'source_precedence'),
  },
  refineBatch: {
    does: 'refine',
    inputs: () => [
      ...bronze('raw_match_data', 'source_editions', 'edition_rows', 'raw_scores_data', 'source_match_ids'),
      ...silver('leagues', 'source_precedence'),
    ],
    outputs: () => [...silver('teams'), ...cleaned],
  },
  refinePrices: {
    does: 'refine',
    inputs: () => [...bronze('raw_odds_data', 'raw_match_data'), ...silver('matches')],
    outputs: () => silver('odds', 'odds_last_seen'),
  },
  refreshViews: {
    does: 'build',
    inputs: () => silver('teams', 'matches', 'odds', 'odds_last_seen'),
    outputs: ({ views }) => gold(...views),
    rows: ({ views }) => views.flatMap(({ view, rows }) => counted(gold(view), rows)),
  },
  publishSilver: {
    does: 'publish',
    inputs: () => [...silver('leagues', 'teams', 'source_precedence', 'quarantines'), ...cleaned],
    outputs: () => lakeTablesOf(silverTables),
    rows: ({ tables }) => countedByName(lakeTablesOf(silverTables), tables),
    learnt: ({ snapshot }) => versioned(lakeTablesOf(silverTables), snapshot),
    refused: refusalOf,
  },
  buildGold: {
    does: 'build',
    inputs: () => lakeTablesOf(silverTables),
    outputs: () => [...lakeTablesOf(goldTables), ...gold('features')],
    rows: ({ models: built }) =>
      countedByName(
        lakeTablesOf(goldTables),
        built.map(({ model: table, rows }) => ({ table, rows })),
      ),
    learnt: ({ snapshot, inputSnapshot }) => ({
      inputs: ofEach(lakeTablesOf(silverTables), versionFacet(inputSnapshot)),
      ...versioned(lakeTablesOf(goldTables), snapshot),
    }),
    refused: refusalOf,
  },
  materialiseFeatures: {
    does: 'publish',
    inputs: () => [...lake('gold', 'recent_form', 'match_features', 'odds_features', 'elo')],
    outputs: () => onlineFeatures,
    rows: ({ services }) =>
      counted(
        onlineFeatures,
        services.reduce((sum, { vectors }) => sum + vectors, 0),
      ),
  },
  trainModel: { does: 'train', inputs: () => learntFrom, outputs: () => model },
  planTuning: 'untold',
  scoreTrial: { does: 'evaluate', inputs: () => learntFrom, outputs: () => models('tuning_trials') },
  chooseTrial: {
    does: 'evaluate',
    inputs: () => models('tuning_trials'),
    outputs: () => models('tuning_reports'),
  },
  evaluateModel: {
    does: 'evaluate',
    inputs: () => learntFrom,
    outputs: () => models('evaluation_reports'),
  },
  predictFixtures: {
    does: 'predict',
    inputs: () => [...lake('gold', 'match_features'), ...model, ...silver('matches', 'fixture_revisions')],
    outputs: () => gold('predictions', 'prediction_keys'),
    rows: ({ stored }) => counted(gold('predictions'), stored),
  },
  // Predictions that are made together are stored together: how many each asked for was, nobody can tell.
  predictMatch: {
    does: 'predict',
    inputs: () => [...lake('gold', 'match_features'), ...model, ...silver('matches', 'fixture_revisions')],
    outputs: () => gold('predictions', 'prediction_keys'),
    rows: () => [],
  },
  predictRepriced: {
    does: 'predict',
    inputs: () => [...lake('gold', 'match_features'), ...model, ...silver('matches', 'fixture_revisions')],
    outputs: () => gold('predictions', 'prediction_keys'),
    rows: ({ stored }) => counted(gold('predictions'), stored),
  },
  verifyPredictions: {
    does: 'predict',
    inputs: () => [...silver('matches'), ...gold('predictions')],
    outputs: () => gold('predictions'),
    rows: ({ verified }) => counted(gold('predictions'), verified),
  },
  archiveOldRows: {
    does: 'archive',
    inputs: () => [...gold('predictions'), ...bronze('data_collection_logs')],
    outputs: ({ mode }) => (mode === 'apply' ? archives : nothing),
    rows: (tables, { mode }) => (mode === 'apply' ? countedByName(archives, tables) : []),
  },
  listSourceFiles: 'untold',
  fixtureSources: 'untold',
  oddsRequests: 'untold',
  injuriesRequests: 'untold',
  scoreSource: 'untold',
  planMatches: 'untold',
  endFollowing: 'untold',
  requestFeatures: 'untold',
  openCollectionLog: 'untold',
  closeCollectionLog: 'untold',
  importOutcome: 'untold',
  beginReconciliation: 'untold',
  compareList: 'untold',
  settleReconciliation: 'untold',
  toldSources: 'untold',
  beginToldReconciliation: 'untold',
  compareScores: 'untold',
  pricesToCompare: 'untold',
  comparePrices: 'untold',
  matchesToFill: 'untold',
  compareFacts: 'untold',
  injuriesToCompare: 'untold',
  compareInjuries: 'untold',
  listsToFill: 'untold',
  settleToldReconciliation: 'untold',
  clearSilver: 'untold',
  clearLake: 'untold',
  moveOldMonths: 'untold',
  tidyLake: 'untold',
  maintainDatabase: 'untold',
  relieveDisks: 'untold',
  checkHealth: 'untold',
  checkProviders: 'untold',
  // A check that finds a contract broken fails, and tells what it found all the same.
  checkQuality: {
    does: 'judge',
    inputs: ({ tables }) => judgedTables(tables),
    outputs: () => nothing,
    learnt: (found, { tables }) => judgementOf(found, tables),
    refused: (found, { tables }) => judgementOf(found, tables),
  },
  checkFeatureSkew: 'untold',
  detectAnomalies: 'untold',
  requestRetraining: 'untold',
  recordJobFailure: 'untold',
  removeOldErrors: 'untold',
  cleanCache: 'untold',
  makeBackup: 'untold',
  verifyBackups: 'untold',
  cleanBackups: 'untold',
  drillRestore: 'untold',
} satisfies DeclaredLineage<JobActivities>;
