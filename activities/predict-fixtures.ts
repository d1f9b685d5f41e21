import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type pg from 'pg';
import { newestGold } from '../adapters/lake/model-matches.js';
import type { LakeReader } from '../adapters/lake/reader.js';
import type { ModelRegistry, RegisteredModel } from '../adapters/models/registry/model-registry.js';
import { xgboostTrainer } from '../adapters/models/xgboost/trainer.js';
import { xgboostVersion } from '../adapters/models/xgboost/version.js';
import { readMatchStates } from '../adapters/postgres/match-states.js';
import { storePredictions, type NewPrediction } from '../adapters/postgres/store-predictions.js';
import { nowBy, realWait } from '../domain/clock/simulated-clock.js';
import { cutoffOf } from '../domain/clock/kickoff.js';
import { featureSetVersion } from '../domain/model/feature-set.js';
import type { ModelMatch } from '../domain/model/model-match.js';
import { PrerequisiteMissing } from '../schemas/errors.js';
import type { JobOutcome } from '../schemas/jobs/outcome.js';
import type { PredictFixturesInput, PredictFixturesResult } from '../schemas/jobs/predict-fixtures.js';
import type { SimulatedClock } from '../schemas/jobs/simulated-clock.js';
import type { ModelAlias } from '../schemas/records/model.js';
import { likeliest } from '../schemas/records/probabilities.js';
import { instant, outcomesInClassOrder, type Instant } from '../schemas/values.js';
import { coalesced } from './coalesced.js';
import { heartbeating, type ReportPhase } from './heartbeating.js';
import { predictMatches, type MatchPrediction } from './predict-matches.js';
import { readFixtures } from './train-matches.js';

export interface PredictFixturesDeps {
  readonly pool: pg.Pool;
  readonly lake: LakeReader;
  readonly registry: ModelRegistry;
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

/** What one match's prediction is asked by. */
export interface MatchAsked {
  /** Ours, of `matches`. */
  readonly matchId: number;
  /** When it is to begin. */
  readonly at: Instant;
  readonly modelAlias: ModelAlias;
  readonly clock?: SimulatedClock;
}

/** Well below the time that Temporal gives one of them, so that a batch that hangs does not keep the next ones waiting. */
const longestBatchMs = 60_000;

/** A clock that stands still never comes to an instant ahead; whoever asked is told when it goes on. */
const longestSleepMs = 60_000;

/** Those that are asked of one model by one clock are asked together. */
const wayOf = ({ modelAlias, clock }: MatchAsked): string => JSON.stringify([modelAlias, clock]);

/** Activities that predict. */
export function createPredictFixturesActivities({ pool, lake, registry }: PredictFixturesDeps) {
  /** Predicts those of the fixtures ahead that are asked for and stores what is new, all or nothing. Answers with which were predicted. */
  async function predictAhead(
    { modelAlias, clock }: Pick<MatchAsked, 'modelAlias' | 'clock'>,
    isAskedFor: (matchId: number) => boolean,
    { reportPhase, signal }: { readonly reportPhase: ReportPhase; readonly signal: AbortSignal },
  ) {
    const registered = await registry.byAlias(modelAlias);
    checkModel(registered);
    const { model, version } = registered;
    reportPhase('predict.read', { version: version.version });
    const source = await newestGold(lake);
    // A prediction is made before kick-off or not at all.
    const now = new Date(nowBy(clock, Date.now()));
    const published = await readFixtures(lake, source, model.divisions, now.getTime());
    const fixtures = await stillAhead(
      pool,
      published.filter(({ matchId }) => isAskedFor(matchId)),
      now,
    );
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
    return { modelVersion: version.version, stored, predicted: new Set(fixtures.map((one) => one.matchId)) };
  }

  /** Matches that begin together are asked about together: their features are read, and the model is asked, once. */
  const predictTogether = coalesced(async (batch: readonly MatchAsked[], signal): Promise<JobOutcome[]> => {
    const sameWay = new Map<string, MatchAsked>();
    for (const one of batch) sameWay.set(wayOf(one), one);
    const predicted = new Map<string, ReadonlySet<number>>();
    for (const [way, { modelAlias, clock }] of sameWay) {
      const asked = new Set(batch.filter((one) => wayOf(one) === way).map(({ matchId }) => matchId));
      const made = await predictAhead(
        clock === undefined ? { modelAlias } : { modelAlias, clock },
        (matchId) => asked.has(matchId),
        { reportPhase: () => undefined, signal },
      );
      predicted.set(way, made.predicted);
    }
    return batch.map((one) =>
      predicted.get(wayOf(one))?.has(one.matchId) === true
        ? { outcome: 'succeeded' }
        : { outcome: 'skipped', reason: `the lake has no features of match ${one.matchId}, or it has begun` },
    );
  }, longestBatchMs);

  return {
    /**
     * Predicts the fixtures ahead in the model's divisions and stores what is new, all or nothing. Throws PrerequisiteMissing
     * where there is no model, or one that this version cannot ask.
     */
    async predictFixtures({ modelAlias }: PredictFixturesInput): Promise<PredictFixturesResult> {
      const signal = Context.current().cancellationSignal;
      return await heartbeating(async (reportPhase) => {
        const { modelVersion, predicted, stored } = await predictAhead({ modelAlias }, () => true, {
          ...{ reportPhase, signal },
        });
        return { modelVersion, fixtures: predicted.size, stored };
      });
    },

    /**
     * Predicts one match at its time, together with those that are to begin at the same time. Skipped where gold has no features of it.
     * @throws PrerequisiteMissing as `predictFixtures`.
     */
    async predictMatch(asked: MatchAsked): Promise<JobOutcome> {
      return await heartbeating(async () => {
        const context = Context.current();
        while (nowBy(asked.clock, Date.now()) < asked.at) {
          await context.sleep(
            Math.min(longestSleepMs, Math.ceil(realWait(asked.clock, Date.now(), asked.at))),
          );
        }
        return await predictTogether(asked);
      });
    },
  };
}
