import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type pg from 'pg';
import { newestGold } from '../adapters/lake/model-matches.js';
import type { LakeReader } from '../adapters/lake/reader.js';
import { openModelRegistry, type RegisteredModel } from '../adapters/models/registry/file-registry.js';
import { xgboostTrainer } from '../adapters/models/xgboost/trainer.js';
import { xgboostVersion } from '../adapters/models/xgboost/version.js';
import { readMatchStates } from '../adapters/postgres/match-states.js';
import { storePredictions, type NewPrediction } from '../adapters/postgres/store-predictions.js';
import { cutoffOf } from '../domain/clock/kickoff.js';
import { featureSetVersion } from '../domain/model/feature-set.js';
import type { ModelMatch } from '../domain/model/model-match.js';
import { PrerequisiteMissing } from '../schemas/errors.js';
import type { PredictFixturesInput, PredictFixturesResult } from '../schemas/jobs/predict-fixtures.js';
import { likeliest } from '../schemas/records/probabilities.js';
import { instant, outcomesInClassOrder } from '../schemas/values.js';
import { heartbeating } from './heartbeating.js';
import { predictMatches, type MatchPrediction } from './predict-matches.js';
import { readFixtures } from './train-matches.js';

export interface PredictFixturesDeps {
  readonly pool: pg.Pool;
  readonly lake: LakeReader;
  /** The folder of the model registry. */
  readonly modelsRoot: string;
}

/** A model of other features or another library would answer, and answer nonsense. */
function checkModel({ model, version }: RegisteredModel): void {
  const library = xgboostVersion();
  if (model.featureSet === featureSetVersion && model.libraries.xgboost === library) return;
  throw new PrerequisiteMissing(
    `Version ${version.version} of the model reads ${model.featureSet} with ${model.libraries.xgboost}; this is ${featureSetVersion} with ${library}`,
    { object: model.name, advice: 'Train again: touchline model train registers a new version.' },
  );
}

function rowOf(
  { match, variant, chances, features }: MatchPrediction,
  { model, version }: RegisteredModel,
  about: { readonly lakeSnapshot: number; readonly now: number },
): NewPrediction {
  const featuresUsed = Object.fromEntries(
    features.map((name) => {
      const value = match.feature(name);
      return [name, Number.isNaN(value) ? null : value];
    }),
  );
  return {
    matchId: match.matchId,
    modelName: model.name,
    modelVersion: String(version.version),
    featureHash: createHash('sha256')
      .update(JSON.stringify([variant, featuresUsed]))
      .digest('hex'),
    chances,
    predicted: outcomesInClassOrder[likeliest(chances)] ?? 'home',
    featuresUsed,
    metadata: {
      variant,
      featureSet: model.featureSet,
      lakeSnapshot: about.lakeSnapshot,
      asOf: new Date(Math.min(about.now, cutoffOf(instant(match.kickOff)))).toISOString(),
      trainedOn: model.trainedOn,
      modelRun: version.runId,
    },
  };
}

/** Those whose kick-off lies ahead as known now too: what was published may have moved since, or been called off. */
async function stillAhead(pool: pg.Pool, fixtures: readonly ModelMatch[], now: Date): Promise<ModelMatch[]> {
  const states = await readMatchStates(
    pool,
    fixtures.map(({ matchId }) => matchId),
    now,
  );
  return fixtures.filter(({ matchId }) => {
    const state = states.get(matchId);
    return (
      state?.sourcePresent === true &&
      (state.matchStatus === 'scheduled' || state.matchStatus === 'postponed') &&
      state.matchTime > now
    );
  });
}

/** Activities that predict. */
export function createPredictFixturesActivities({ pool, lake, modelsRoot }: PredictFixturesDeps) {
  const registry = openModelRegistry(modelsRoot);
  return {
    /**
     * Predicts the fixtures ahead in the model's divisions and stores what is new, all or nothing. Throws PrerequisiteMissing
     * where there is no model, or one that this version cannot ask.
     */
    async predictFixtures({ modelAlias }: PredictFixturesInput): Promise<PredictFixturesResult> {
      const signal = Context.current().cancellationSignal;
      return await heartbeating(async (reportPhase) => {
        const registered = await registry.byAlias(modelAlias);
        checkModel(registered);
        const { model, version } = registered;
        reportPhase('predict.read', { version: version.version });
        const source = await newestGold(lake);
        // A prediction is made before kick-off or not at all.
        const now = new Date();
        const published = await readFixtures(lake, source, model.divisions, now.getTime());
        const fixtures = await stillAhead(pool, published, now);
        reportPhase('predict.ask', { fixtures: fixtures.length });
        const predictions = await predictMatches(
          fixtures,
          {
            model,
            readBooster: (card) => registry.readBooster(version.version, card),
            trainer: xgboostTrainer,
          },
          signal,
        );
        reportPhase('predict.store', { predictions: predictions.length });
        const about = { lakeSnapshot: source.snapshot, now: now.getTime() };
        const rows = predictions.map((prediction) => rowOf(prediction, registered, about));
        const stored = await storePredictions(pool, rows, now);
        return { modelVersion: version.version, fixtures: fixtures.length, stored };
      });
    },
  };
}
