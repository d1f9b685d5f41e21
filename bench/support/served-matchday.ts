import path from 'node:path';
import { onlineServices } from '../../activities/online-services.js';
import type { OpenPredictions } from '../../activities/open-predictions.js';
import { memoryCache } from '../../adapters/cache/memory-cache.js';
import { openFileRegistry } from '../../adapters/models/registry/file-registry.js';
import { materialise } from '../../adapters/online/materialise.js';
import { throughWriter } from '../../adapters/online/vector-source.js';
import { vectorStore } from '../../adapters/online/vector-store.js';
import { InvariantBroken } from '../../schemas/errors.js';
import type { OnlineService } from '../../schemas/features/online.js';
import { modelService } from '../../schemas/features/services.js';
import { instant, type Instant } from '../../schemas/values.js';
import type { TestLake } from '../../test/support/lake.js';
import { madeUpModel } from '../../test/support/made-up-model.js';
import { serving } from '../../test/support/online.js';
import { openTestPredictions } from '../../test/support/predictions.js';

const hour = 3_600_000;
/** As far as the job copies features by itself. */
const aheadMs = 48 * hour;

/** How often was asked, and how often what was kept was told. */
export interface Asked {
  asked: number;
  hits: number;
}

/** Features and predictions of a matchday, beside the answers about it. */
export interface ServedMatchday {
  /** What every build of gold brings with it: silver to the lake, gold, the vectors of all matches ahead. */
  bringToGold(now: Instant): Promise<void>;
  /** Makes predictions of these matches, as the jobs do that are due or heard of prices. */
  predict(matchIds: readonly number[], now: Instant): Promise<void>;
  /** A reader who asks for features and prediction of a match ahead through the caches of so many looks an hour. */
  look(perHour: number, matchId: number, now: Instant): Promise<void>;
  /** A vector is found where it was told from the store, a prediction where it was told again: what is there and out of date is none. */
  countsOf(perHour: number): ReadonlyMap<string, Asked>;
  close(): Promise<void>;
}

interface Reader {
  readonly opened: OpenPredictions;
  readonly read: ReturnType<typeof serving>['read'];
  readonly stores: Omit<ReturnType<typeof serving>, 'read'>;
  readonly features: Asked;
  readonly predictions: Asked;
}

/** Opens it over a lake whose house has the matches; each rate of looks has a store and a cache of its own, by the simulation's clock. */
export async function servedMatchday(
  lake: TestLake,
  folder: string,
  { looksPerHour, now }: { readonly looksPerHour: readonly number[]; readonly now: () => number },
): Promise<ServedMatchday> {
  const modelsRoot = path.join(folder, 'models');
  const registry = openFileRegistry(modelsRoot);
  const { version } = await registry.register(await madeUpModel(['SIM']));
  await registry.advanceAlias('staging', version);
  const services = await onlineServices();
  const service = serviceOf(services);
  const readers = new Map<number, Reader>();
  for (const perHour of looksPerHour) {
    const [features, cache] = [memoryCache(10_000, now), memoryCache(10_000, now)];
    const { read, ...stores } = serving(lake, features);
    readers.set(perHour, {
      opened: await openTestPredictions(lake, modelsRoot, { features, cache, warn: () => undefined }),
      ...{ read, stores: { ...stores, store: vectorStore(features), source: throughWriter(lake.lake) } },
      ...{ features: { asked: 0, hits: 0 }, predictions: { asked: 0, hits: 0 } },
    });
  }
  const readerOf = (perHour: number): Reader => {
    const found = readers.get(perHour);
    if (found === undefined) throw new InvariantBroken(`Nobody looks ${perHour} times an hour`);
    return found;
  };
  let builds = 0;

  return {
    async bringToGold(at) {
      builds += 1;
      await lake.publish(`publish/${builds}`);
      await lake.buildGold(`gold/${builds}`);
      const matches = { after: at, until: instant(at + aheadMs) };
      for (const { stores } of readers.values())
        for (const each of services) await materialise(stores, { service: each, matches, now: at });
    },
    async predict(matchIds, at) {
      if (matchIds.length === 0) return;
      for (const { opened } of readers.values())
        await opened.predictions.predictAndStore({ matchIds, now: at, choice: 'serving' });
    },
    async look(perHour, matchId, at) {
      const { opened, read, features, predictions } = readerOf(perHour);
      const [row] = await read(service, [matchId], at);
      features.asked += 1;
      if (row?.status === 'online') features.hits += 1;
      const [answer] = await opened.predictions.predictStoring({
        ...{ matchIds: [matchId], now: at, choice: 'serving' },
      });
      predictions.asked += 1;
      if (answer?.status === 'cached') predictions.hits += 1;
    },
    countsOf: (perHour) => {
      const { features, predictions } = readerOf(perHour);
      return new Map([
        ['match_features', features],
        ['predictions', predictions],
      ]);
    },
    async close() {
      for (const { opened } of readers.values()) await opened.close();
    },
  };
}

function serviceOf(services: readonly OnlineService[]): OnlineService {
  const found = services.find(({ id }) => id === modelService);
  if (found === undefined) throw new InvariantBroken(`There is no service ${modelService}`);
  return found;
}
