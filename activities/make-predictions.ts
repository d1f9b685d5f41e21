import { createHash } from 'node:crypto';
import type pg from 'pg';
import { markOf } from '../adapters/online/vector-text.js';
import { readVectors, type OnlineVector, type ReadOnlineDeps } from '../adapters/online/read-online.js';
import type { StoredVector } from '../adapters/online/vector-store.js';
import { materialise } from '../adapters/online/materialise.js';
import type { KeptPrediction } from '../adapters/online/prediction-cache.js';
import type { NewPrediction } from '../adapters/postgres/store-predictions.js';
import { askModel, variantFor, type MatchPrediction } from '../domain/model/ask-model.js';
import { isTooSparse, missingOf } from '../domain/model/missing-features.js';
import { divisionOf, matchOfVector } from '../domain/model/vector-match.js';
import type { FeatureVector, OnlineService } from '../schemas/features/online.js';
import type { Prediction, RefusalReason } from '../schemas/records/prediction.js';
import { likeliest } from '../schemas/records/probabilities.js';
import { instant, outcomesInClassOrder, toIso, type Instant } from '../schemas/values.js';
import type { LoadedModel, LoadedVersions } from './served-models.js';
import { readStandings, type Standing } from './match-standing.js';
import { reportRefusals, type Refusal } from './refusals.js';

/** Where what a model reads comes from. */
export interface FeatureDeps extends ReadOnlineDeps {
  readonly pool: pg.Pool;
  /** What the model reads. */
  readonly service: OnlineService;
  readonly log: { warn(message: string): void };
}

/** A prediction as it was made, with all that it was made of. */
export interface MadePrediction extends KeptPrediction {
  readonly matchId: number;
  readonly model: LoadedModel;
  readonly said: MatchPrediction;
  readonly row: NewPrediction;
}

export interface PredictionsAsked {
  readonly matchIds: readonly number[];
  readonly now: Instant;
  readonly versions: LoadedVersions;
  /** Where the matches stand, where that has been asked already. */
  readonly standings?: Promise<ReadonlyMap<number, Standing>>;
  /** What the online store has of them, where that has been asked already. */
  readonly looked?: readonly StoredVector[] | undefined;
}

/**
 * Makes predictions of features as they are served online, one answer a match, in their order. A match that cannot be predicted is refused with its reason and keeps no other
 * from it; refusals are counted, and logged where something is broken. Nothing is stored.
 * @throws DependencyAway where Postgres is away
 */
export async function makePredictions(
  deps: FeatureDeps,
  { matchIds, now, versions, standings: asked, looked }: PredictionsAsked,
): Promise<(MadePrediction | Refusal)[]> {
  const standings = asked ?? readStandings(deps.pool, matchIds, now);
  const found = await featuresOf(deps, { matchIds, now, standings, looked });
  const stands = await standings;
  const answers = new Map<number, MadePrediction | Refusal>();
  const ready: { vector: FeatureVector; model: LoadedModel }[] = [];
  for (const { matchId, status, vector } of found) {
    const model = versions.of(matchId);
    const refusal = refusalOf(matchId, stands.get(matchId)) ?? unreadable(matchId, { status, vector });
    if (refusal !== undefined) answers.set(matchId, refusal);
    else if (vector !== null) {
      const division = divisionOf(deps.service, vector);
      if (division !== null && model.model.divisions.includes(division)) ready.push({ vector, model });
      else
        answers.set(
          matchId,
          refuse(
            matchId,
            'division',
            `the model knows no matches of ${division ?? 'a league without a code'}`,
          ),
        );
    }
  }
  for (const model of new Set(ready.map((one) => one.model))) {
    const vectors = ready.filter((one) => one.model === model).map(({ vector }) => vector);
    for (const answer of answersOf(deps, model, vectors, now)) answers.set(answer.matchId, answer);
  }
  const told = matchIds.map(
    (matchId) => answers.get(matchId) ?? refuse(matchId, 'unknown', 'nobody knows it'),
  );
  reportRefusals(
    deps,
    told.flatMap((answer) => ('reason' in answer ? [answer] : [])),
  );
  return told;
}

/** Vectors of the matches. What the store has too old, of another kick-off or of another definition is put there anew from the lake, once. */
async function featuresOf(
  deps: FeatureDeps,
  {
    matchIds,
    now,
    standings,
    looked,
  }: Pick<PredictionsAsked, 'matchIds' | 'now' | 'looked'> & {
    readonly standings: Promise<ReadonlyMap<number, Standing>>;
  },
): Promise<OnlineVector[]> {
  const { service } = deps;
  // Nothing is computed of a match that cannot be predicted any more.
  const kickOffs = standings.then(
    (known) =>
      new Map(
        [...known].flatMap(([matchId, { kickOff, state }]) =>
          state === 'ahead' ? [[matchId, kickOff] as const] : [],
        ),
      ),
  );
  const first = await readVectors(deps, { service, matchIds, now, kickOffs, looked });
  const outdated = first.filter(
    ({ status }) => status === 'stale' || status === 'moved' || status === 'foreign',
  );
  if (outdated.length === 0) return first;
  const again = outdated.map(({ matchId }) => matchId);
  const { outcome } = await materialise(deps, { service, matches: { matchIds: again }, now });
  if (outcome === 'store_away') return first;
  const second = new Map(
    (await readVectors(deps, { service, matchIds: again, now, kickOffs })).map((one) => [one.matchId, one]),
  );
  return first.map((one) => second.get(one.matchId) ?? one);
}

const refuse = (matchId: number, reason: RefusalReason, says: string): Refusal => ({ matchId, reason, says });

/** Why a match as it stands cannot be predicted; undefined where it can. */
export function refusalOf(matchId: number, standing: Standing | undefined): Refusal | undefined {
  if (standing === undefined) return refuse(matchId, 'unknown', 'nobody knows it');
  if (standing.state === 'called_off')
    return refuse(matchId, 'called_off', 'it is called off, or its source has it no more');
  if (standing.state === 'begun') return refuse(matchId, 'begun', 'it has begun');
  return undefined;
}

function unreadable(
  matchId: number,
  { status, vector }: Pick<OnlineVector, 'status' | 'vector'>,
): Refusal | undefined {
  if (vector !== null) return undefined;
  if (status === 'unknown') return refuse(matchId, 'unknown', 'gold does not describe it yet');
  return status === 'moved'
    ? refuse(matchId, 'stale', 'gold describes it for another kick-off')
    : refuse(matchId, 'stale', 'its features are too old, and the lake has none that are newer');
}

/** Asks one model about all that it answers for. One match with which it cannot be asked is taken out, and the others are asked one by one. */
function answersOf(
  deps: FeatureDeps,
  model: LoadedModel,
  vectors: readonly FeatureVector[],
  now: Instant,
): (MadePrediction | Refusal)[] {
  const began = performance.now();
  let answers: (MadePrediction | Refusal)[];
  try {
    answers = askAll(deps, model, vectors, now);
  } catch (error) {
    const [only, ...others] = vectors;
    if (only !== undefined && others.length === 0)
      return [refuse(only.matchId, 'broken', error instanceof Error ? error.message : String(error))];
    return vectors.flatMap((vector) => answersOf(deps, model, [vector], now));
  }
  const labels = { model_name: model.model.name, model_version: String(model.version.version) };
  for (const answer of answers) {
    if ('reason' in answer) continue;
    const { predicted, confidence } = answer.prediction;
    deps.meters.add('football_predictions_total', { ...labels, predicted_result: predicted });
    deps.meters.observe('football_prediction_confidence_score', labels, confidence);
  }
  deps.meters.observe(
    'football_model_prediction_duration_seconds',
    labels,
    (performance.now() - began) / 1_000,
  );
  return answers;
}

function askAll(
  { service }: FeatureDeps,
  model: LoadedModel,
  vectors: readonly FeatureVector[],
  now: Instant,
): (MadePrediction | Refusal)[] {
  const judged = vectors.map((vector) => {
    const match = matchOfVector(service, vector);
    const features = readBy(model, variantFor(match, model.model));
    return { match, vector, features, missing: missingOf(match, features) };
  });
  const full = judged.filter(({ missing, features }) => !isTooSparse(missing, features));
  const said = askModel(
    model,
    full.map(({ match }) => match),
  );
  const made = new Map(said.map((one) => [one.match, one]));
  return judged.flatMap(({ match, vector, features, missing }): (MadePrediction | Refusal)[] => {
    const answer = made.get(match);
    if (answer === undefined) {
      const says = `${missing.length} of the ${features.length} features that the model reads are missing`;
      return [refuse(match.matchId, 'sparse', says)];
    }
    return [madeOf(service, { model, vector, missing, said: answer, now })];
  });
}

/** All that a variant of a model reads of a match. */
function readBy({ model }: LoadedModel, variant: MatchPrediction['variant']): string[] {
  if (variant === 'withPrices') return [...(model.withPrices?.booster.features ?? [])];
  const { booster, logistic } = model.withoutPrices;
  return [...new Set([...booster.features, ...logistic.features])];
}

function madeOf(
  service: OnlineService,
  {
    model: loaded,
    vector,
    missing,
    said,
    now,
  }: {
    readonly model: LoadedModel;
    readonly vector: FeatureVector;
    readonly missing: readonly string[];
    readonly said: MatchPrediction;
    readonly now: Instant;
  },
): MadePrediction {
  const { model, version } = loaded;
  const { match, variant, chances } = said;
  const { matchId, kickOff, cutoff, snapshot } = vector;
  const valueOf = (name: string): number | null => {
    const value = match.feature(name);
    return Number.isFinite(value) ? value : null;
  };
  const featuresUsed = numbersAsJson(readBy(loaded, variant), valueOf);
  const featureHash = createHash('sha256').update(`["${variant}",${featuresUsed}]`).digest('hex');
  // What was known by then is known later too, so the instant of the vector may be another and its values the same.
  const asOf = instant(Math.min(now, vector.asOf));
  const predicted = outcomesInClassOrder[likeliest(chances)] ?? 'home';
  const prediction: Prediction = {
    ...{ matchId, model: model.name, version: version.version, variant, chances, predicted },
    ...{ confidence: Math.max(...chances), market: match.market, missing: [...missing] },
    ...{ kickOff, cutoff, asOf, snapshot, featureHash },
  };
  return {
    ...{ matchId, prediction, model: loaded, said, mark: markOf(service, vector) },
    row: {
      ...{ matchId, modelName: model.name, modelVersion: String(version.version) },
      ...{ featureHash, chances, predicted, featuresUsed, createdAt: now },
      metadata: {
        variant,
        featureSet: model.featureSet,
        service: service.id,
        missing,
        market: match.market,
        prices: pricesOf(valueOf),
        lakeSnapshot: snapshot,
        asOf: toIso(asOf),
        cutoff: toIso(cutoff),
        trainedOn: model.trainedOn,
        modelRun: version.runId,
      },
    },
  };
}

/** An object of numbers as JSON, without the object: of a hundred names it would be most of what a prediction leaves to be collected. */
const numbersAsJson = (names: readonly string[], valueOf: (name: string) => number | null): string =>
  // A number that is finite is written as JSON writes it.
  `{${names.map((name) => `${JSON.stringify(name)}:${valueOf(name) ?? 'null'}`).join(',')}}`;

/** The mean prices of the books that it was made with, in class order; null without. */
function pricesOf(valueOf: (name: string) => number | null): readonly (number | null)[] | null {
  const prices = ['away', 'draw', 'home'].map((leg) => valueOf(`${leg}_odds_avg`));
  return prices.includes(null) ? null : prices;
}
