// The entry of the workflow bundle: every workflow, under the name Temporal knows it by.
export { buildGold } from './build-gold.js';
export { collectFixtures } from './collect-fixtures.js';
export { collectLiveScores } from './collect-live-scores.js';
export { databaseMaintenance } from './database-maintenance.js';
export { errorCleanup } from './error-cleanup.js';
export { evaluateModel } from './evaluate-model.js';
export { importHistory } from './import-history.js';
export { predictFixtures } from './predict-fixtures.js';
export { publish } from './publish.js';
export { rebuild } from './rebuild.js';
export { refine } from './refine.js';
export { refreshMaterializedViews } from './refresh-materialized-views.js';
export { systemHealthCheck } from './system-health-check.js';
export { trainModel } from './train-model.js';
export { weeklyDataCleanup } from './weekly-data-cleanup.js';
