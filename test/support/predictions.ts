import { openPredictions, type OpenPredictions } from '../../activities/open-predictions.js';
import type { PredictFixturesDeps } from '../../activities/predict-fixtures.js';
import { memoryCache } from '../../adapters/cache/memory-cache.js';
import type { TextCache } from '../../adapters/cache/text-cache.js';
import { createMeters, type Meters } from '../../adapters/metrics/meters.js';
import type { ModelRegistry } from '../../adapters/models/registry/model-registry.js';
import { openFileRegistry } from '../../adapters/models/registry/file-registry.js';
import { throughWriter } from '../../adapters/online/vector-source.js';
import type { TestLake } from './lake.js';

/** What a test's lake and models predict, as a worker has it. */
export interface TestPredictions extends OpenPredictions, Pick<PredictFixturesDeps, 'lake'> {
  readonly meters: Meters;
}

/** Opens the prediction service over a test's lake and a folder of models; without caches they are in memory. */
export async function openTestPredictions(
  lake: TestLake,
  modelsRoot: string,
  {
    features = memoryCache(),
    cache = memoryCache(),
    registry = openFileRegistry(modelsRoot),
    warn = (message: string): void => {
      throw new Error(message);
    },
  }: {
    readonly features?: TextCache;
    readonly cache?: TextCache;
    readonly registry?: ModelRegistry;
    readonly warn?: (message: string) => void;
  } = {},
): Promise<TestPredictions> {
  const { pool } = lake.house;
  const meters = createMeters();
  const open = await openPredictions({
    ...{ pool, features, cache, meters, registry, log: { warn } },
    source: throughWriter(lake.lake),
  });
  return { ...open, lake: lake.lake, meters };
}
