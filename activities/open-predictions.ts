import type pg from 'pg';
import type { TextCache } from '../adapters/cache/text-cache.js';
import type { Meters } from '../adapters/metrics/meters.js';
import type { ModelRegistry } from '../adapters/models/registry/model-registry.js';
import type { VectorSource } from '../adapters/online/vector-source.js';
import { vectorStore } from '../adapters/online/vector-store.js';
import { outbox } from '../adapters/outbox.js';
import { servedVectorsSink } from '../adapters/postgres/served-vectors.js';
import { predictionsSink } from '../adapters/postgres/store-predictions.js';
import { sinksInTurn } from '../adapters/sinks-in-turn.js';
import { InvariantBroken } from '../schemas/errors.js';
import { modelService } from '../schemas/features/services.js';
import { onlineServices } from './online-services.js';
import { predictionService, type PredictionService } from './prediction-service.js';
import { servedModels, type ServedModels } from './served-models.js';

export interface OpenPredictionsDeps {
  /** With the rights of a writer. */
  readonly pool: pg.Pool;
  /** Where vectors are computed that are not online. */
  readonly source: VectorSource;
  readonly registry: ModelRegistry;
  /** The cache of `match_features`, and that of `predictions`. Whoever opened them closes them. */
  readonly features: TextCache;
  readonly cache: TextCache;
  readonly meters: Meters;
  readonly log: { warn(message: string): void };
}

/** What serves predictions in a process. */
export interface OpenPredictions {
  readonly predictions: PredictionService;
  readonly models: ServedModels;
  /** Writes down what was told and is not yet stored, and gives the models' memory back. */
  close(): Promise<void>;
}

/**
 * Rows gather for a moment only: a write of twenty takes the processor of Postgres for so long that an answer which asks it meanwhile is late, one of two does not. A sink that is
 * slower than that gathers more by itself.
 */
const gatherMs = 10;

/** Puts the prediction service of a process together: models in memory, features online, what is told stored in batches behind the answer. */
export async function openPredictions(deps: OpenPredictionsDeps): Promise<OpenPredictions> {
  const { pool, source, registry, features, cache, meters, log } = deps;
  const [service] = await onlineServices([modelService]);
  if (service === undefined) throw new InvariantBroken(`No service came of the name ${modelService}`);
  const inTurn = sinksInTurn();
  const models = servedModels({ registry, service, meters, log });
  const served = outbox({ items: 'served vectors', sink: inTurn(servedVectorsSink(pool)), log, gatherMs });
  const predictions = outbox({ items: 'predictions', sink: inTurn(predictionsSink(pool)), log, gatherMs });
  return {
    models,
    predictions: predictionService({
      ...{ pool, source, service, served, meters, models, cache, predictions, log },
      store: vectorStore(features),
    }),
    async close() {
      await served.close();
      await predictions.close();
      models.close();
    },
  };
}
