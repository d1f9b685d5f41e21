import type { createBackUpActivities } from './back-up.js';
import type { createDrillRestoreActivities } from './drill-restore.js';
import type { createBuildGoldActivities } from './build-gold.js';
import type { createCheckFeatureSkewActivities } from './check-feature-skew.js';
import type { createCheckProvidersActivities } from './check-providers.js';
import type { createCheckQualityActivities } from './check-quality.js';
import type { createCheckStreamsActivities } from './check-streams.js';
import type { createCleanDataActivities } from './clean-data.js';
import type { createCollectFilesActivities } from './collect-files.js';
import type { createCollectFixturesActivities } from './collect-fixtures.js';
import type { createCollectMatchFactsActivities } from './collect-match-facts.js';
import type { createCollectScoresActivities } from './collect-scores.js';
import type { createCollectInjuriesActivities } from './collect-injuries.js';
import type { createCollectOddsActivities } from './collect-odds.js';
import type { createConsumeStreamsActivities } from './consume-streams.js';
import type { createDetectAnomaliesActivities } from './detect-anomalies.js';
import type { createCleanCacheActivities } from './clean-cache.js';
import type { createErrorCleanupActivities } from './error-cleanup.js';
import type { createEvaluateModelActivities } from './evaluate-model.js';
import type { createJobFailureActivities } from './job-failure.js';
import type { createMaintainDatabaseActivities } from './maintain-database.js';
import type { createMaterialiseFeaturesActivities } from './materialise-features.js';
import type { createPlanMatchesActivities } from './plan-matches.js';
import type { createPredictFixturesActivities } from './predict-fixtures.js';
import type { createProcessStreamsActivities } from './process-streams.js';
import type { createPublishSilverActivities } from './publish-silver.js';
import type { createReconcileFactsActivities } from './reconcile-facts.js';
import type { createReconcileListsActivities } from './reconcile-lists.js';
import type { createReconcileToldActivities } from './reconcile-told.js';
import type { createRefineBronzeActivities } from './refine-bronze.js';
import type { createRefinePricesActivities } from './refine-prices.js';
import type { createRefreshPredictionsActivities } from './refresh-predictions.js';
import type { createRelayStreamsActivities } from './relay-streams.js';
import type { createRelieveDisksActivities } from './relieve-disks.js';
import type { createRequestFeaturesActivities } from './request-features.js';
import type { createRequestRetrainingActivities } from './request-retraining.js';
import type { createSystemHealthActivities } from './system-health-check.js';
import type { createTrainModelActivities } from './train-model.js';
import type { createTuneModelActivities } from './tune-model.js';
import type { createVerifyPredictionsActivities } from './verify-predictions.js';

/** Every activity that a worker offers to the workflows. */
export type JobActivities = ReturnType<typeof createCollectFilesActivities> &
  ReturnType<typeof createCollectFixturesActivities> &
  ReturnType<typeof createCollectMatchFactsActivities> &
  ReturnType<typeof createCollectScoresActivities> &
  ReturnType<typeof createCollectInjuriesActivities> &
  ReturnType<typeof createCollectOddsActivities> &
  ReturnType<typeof createReconcileFactsActivities> &
  ReturnType<typeof createReconcileListsActivities> &
  ReturnType<typeof createReconcileToldActivities> &
  ReturnType<typeof createRefineBronzeActivities> &
  ReturnType<typeof createRefinePricesActivities> &
  ReturnType<typeof createPublishSilverActivities> &
  ReturnType<typeof createBuildGoldActivities> &
  ReturnType<typeof createMaterialiseFeaturesActivities> &
  ReturnType<typeof createCheckFeatureSkewActivities> &
  ReturnType<typeof createTrainModelActivities> &
  ReturnType<typeof createTuneModelActivities> &
  ReturnType<typeof createEvaluateModelActivities> &
  ReturnType<typeof createPredictFixturesActivities> &
  ReturnType<typeof createPlanMatchesActivities> &
  ReturnType<typeof createRequestFeaturesActivities> &
  ReturnType<typeof createVerifyPredictionsActivities> &
  ReturnType<typeof createDetectAnomaliesActivities> &
  ReturnType<typeof createRequestRetrainingActivities> &
  ReturnType<typeof createErrorCleanupActivities> &
  ReturnType<typeof createCleanCacheActivities> &
  ReturnType<typeof createJobFailureActivities> &
  ReturnType<typeof createCleanDataActivities> &
  ReturnType<typeof createMaintainDatabaseActivities> &
  ReturnType<typeof createRelieveDisksActivities> &
  ReturnType<typeof createSystemHealthActivities> &
  ReturnType<typeof createCheckProvidersActivities> &
  ReturnType<typeof createCheckQualityActivities> &
  ReturnType<typeof createBackUpActivities> &
  ReturnType<typeof createDrillRestoreActivities> &
  ReturnType<typeof createConsumeStreamsActivities> &
  ReturnType<typeof createRelayStreamsActivities> &
  ReturnType<typeof createRefreshPredictionsActivities> &
  ReturnType<typeof createProcessStreamsActivities> &
  ReturnType<typeof createCheckStreamsActivities>;
