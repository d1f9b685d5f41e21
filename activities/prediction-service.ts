import { materialise } from '../adapters/online/materialise.js';
import { predictionCache, type KeptPrediction } from '../adapters/online/prediction-cache.js';
import type { StoredVector } from '../adapters/online/vector-store.js';
import type { TextCache } from '../adapters/cache/text-cache.js';
import { storePredictions, type NewPrediction } from '../adapters/postgres/store-predictions.js';
import type { Outbox } from '../adapters/outbox.js';
import { explainPrediction } from '../domain/model/explain.js';
import { DependencyAway } from '../schemas/errors.js';
import type { ModelChoice, PredictionAnswer, PredictionExplanation } from '../schemas/records/prediction.js';
import type { Instant } from '../schemas/values.js';
import { makePredictions, refusalOf, type FeatureDeps, type MadePrediction } from './make-predictions.js';
import { readStandings, type Standing } from './match-standing.js';
import type { Refusal } from './refusals.js';
import type { LoadedVersions, ServedModels } from './served-models.js';

export interface PredictionServiceDeps extends FeatureDeps {
  readonly models: ServedModels;
  /** Where predictions are kept beside the tables. */
  readonly cache: TextCache;
  /** Where they are stored, behind the answer. */
  readonly predictions: Pick<Outbox<NewPrediction>, 'put'>;
}

/** What is asked of the service. */
export interface Asked {
  readonly matchIds: readonly number[];
  readonly now: Instant;
  /** `production` refuses where nothing was promoted (PRED-8). */
  readonly choice: ModelChoice;
}

/** The predictions of a process. Safe for parallel requests. */
export interface PredictionService {
  /**
   * Answers with predictions of matches ahead (PRED-2, PRED-4): one answer a match, in their order. One that was made of the features that stand online now, by the version that
   * answers now and for the kick-off as it is known now, is told again; all others are made, told, and stored behind the answer.
   * @throws PrerequisiteMissing where the choice has no version (PRED-8), DependencyAway where Postgres is away
   */
  predict(asked: Asked): Promise<PredictionAnswer[]>;
  /** As `predict`, but what is made is stored before it answers. @throws as `predict` does */
  predictStoring(asked: Asked): Promise<PredictionAnswer[]>;
  /**
   * Makes predictions anew, by the registry and the lake as they are now, and stores what is new, all or nothing, before it answers.
   * @throws PrerequisiteMissing as `predict` does, and where there is no gold yet
   */
  predictAndStore(
    asked: Asked,
  ): Promise<{ readonly answers: readonly (MadePrediction | Refusal)[]; readonly stored: number }>;
}

const nothingStored: StoredVector = { mark: () => undefined, read: () => 'absent' };

/** Makes the prediction service over what serves features, models and a cache. */
export function predictionService(deps: PredictionServiceDeps): PredictionService {
  const { models, predictions, pool, service, store, log } = deps;
  const kept = predictionCache(deps.cache);

  const tell = (made: readonly MadePrediction[], { choice, now }: Omit<Asked, 'matchIds'>): Promise<void> =>
    kept.write(
      made.map(({ mark, prediction }) => ({ mark, prediction })),
      { names: choice === 'staging' ? ['version'] : ['version', 'latest'], now },
    );

  /** What can be told again, by the match; of all others what the online store has, so that it is asked once. */
  async function told(
    matchIds: readonly number[],
    versions: LoadedVersions,
    standings: Promise<ReadonlyMap<number, Standing>>,
  ): Promise<{
    readonly again: ReadonlyMap<number, KeptPrediction>;
    readonly looked: ReadonlyMap<number, StoredVector>;
  }> {
    const [found, stored, stands] = await Promise.all([
      kept.read(matchIds.map((matchId) => ({ matchId, version: versions.of(matchId).version.version }))),
      store.find(service, matchIds).catch((error: unknown) => {
        if (error instanceof DependencyAway) return matchIds.map(() => nothingStored);
        throw error;
      }),
      standings,
    ]);
    const again = new Map<number, KeptPrediction>();
    const looked = new Map<number, StoredVector>();
    for (const [place, matchId] of matchIds.entries()) {
      const [one, vector = nothingStored] = [found[place], stored[place]];
      // Features that went from the store are no others; those that were computed anew may be.
      const isOfNow =
        one !== undefined &&
        stands.get(matchId)?.kickOff === one.prediction.kickOff &&
        (vector.mark() ?? one.mark) === one.mark;
      if (isOfNow) again.set(matchId, one);
      else looked.set(matchId, vector);
    }
    return { again, looked };
  }

  /** Answers, and has what was made stored in the given way. */
  async function answer(
    { matchIds, now, choice }: Asked,
    keep: (rows: readonly NewPrediction[]) => Promise<void> | void,
  ): Promise<PredictionAnswer[]> {
    const versions = await models.serving(choice);
    const standings = readStandings(pool, matchIds, now);
    const { again, looked } = await told(matchIds, versions, standings);
    const stands = await standings;
    const made =
      looked.size === 0
        ? []
        : await makePredictions(deps, {
            ...{ matchIds: [...looked.keys()], looked: [...looked.values()] },
            ...{ now, versions, standings },
          });
    const fresh = made.filter(isMade);
    await keep(fresh.map(({ row }) => row));
    // Nobody waits for it: who asks next over this connection is answered after it.
    tell(fresh, { choice, now }).catch((error: unknown) => {
      log.warn(`Predictions are not kept to be told again: ${String(error)}`);
    });
    const answers = new Map(made.map((one) => [one.matchId, one]));
    return matchIds.map((matchId): PredictionAnswer => {
      const refusal = refusalOf(matchId, stands.get(matchId));
      if (refusal !== undefined) return { status: 'refused', ...refusal };
      const one = again.get(matchId);
      if (one !== undefined) return { matchId, status: 'cached', prediction: one.prediction };
      const answer = answers.get(matchId);
      if (answer === undefined)
        return { matchId, status: 'refused', reason: 'unknown', says: 'nobody knows it' };
      return isMade(answer)
        ? { matchId, status: 'made', prediction: answer.prediction }
        : { status: 'refused', ...answer };
    });
  }

  return {
    predict: (asked) =>
      answer(asked, (rows) => {
        for (const row of rows) predictions.put(row);
      }),

    predictStoring: (asked) =>
      answer(asked, async (rows) => {
        await storePredictions(pool, rows);
      }),

    async predictAndStore({ matchIds, now, choice }) {
      const versions = await models.refresh(choice);
      // A store in the memory of a process may have what another process has computed anew since.
      await materialise(deps, { service, matches: { matchIds }, now });
      const answers = await makePredictions(deps, { matchIds, now, versions });
      const made = answers.filter(isMade);
      const stored = await storePredictions(
        pool,
        made.map(({ row }) => row),
      );
      await tell(made, { choice, now });
      return { answers, stored };
    },
  };
}

/** Whether a match was predicted. */
export const isMade = (answer: MadePrediction | Refusal): answer is MadePrediction => 'prediction' in answer;

/** Takes a prediction apart: see {@link explainPrediction}. */
export const explainMade = ({ model, said }: MadePrediction): PredictionExplanation =>
  explainPrediction(model, said);
