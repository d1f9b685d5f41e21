import path from 'node:path';
import { z } from 'zod';
import { openFileRegistry } from '../../adapters/models/registry/file-registry.js';
import { instantFromIso, toIso, type Instant } from '../../schemas/values.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from './lake.js';
import { madeUpModel } from './made-up-model.js';
import { keepGoldFresh } from './online.js';

/** A house with a league in its autumn, up to gold, and two versions of a model that knows nothing, the first in staging. */
export interface FilledHouse {
  readonly lake: TestLake;
  /** Below the lake's root, where a process looks for it. */
  readonly modelsRoot: string;
  readonly now: Instant;
  /** Ids of matches by kick-off: those that are over, the last first, and those ahead, the next first. */
  readonly played: readonly number[];
  readonly ahead: readonly number[];
}

const autumn = instantFromIso('2026-11-24T10:00:00Z');
const Ids = z.array(z.object({ id: z.number() }));

/** Fills a migrated, empty database and a folder. */
export async function openFilledHouse(
  url: string,
  folder: string,
  now: Instant = autumn,
): Promise<FilledHouse> {
  const league = testLeague(toIso(now));
  const lake = await openTestLake(url, folder);
  await importToSilver(lake.house, folder, league, 'filled/1', toIso(now));
  await lake.publish('filled/2');
  await lake.buildGold('filled/3');
  await keepGoldFresh(lake.house.pool);
  const modelsRoot = path.join(lake.dataPath, 'models');
  const registry = openFileRegistry(modelsRoot);
  for (const seed of [1, 2]) await registry.register(await madeUpModel([league.code], { seed }));
  await registry.advanceAlias('staging', 1);
  const idsWhere = async (condition: string, order: string): Promise<number[]> =>
    Ids.parse(
      await lake.lake.query(
        `select match_id as id from gold.match_features where ${condition} order by match_time ${order}, match_id`,
      ),
    ).map(({ id }) => id);
  return {
    ...{ lake, modelsRoot, now },
    played: await idsWhere("match_status = 'completed'", 'desc'),
    ahead: await idsWhere(`match_status = 'scheduled' and match_time > '${toIso(now)}'`, 'asc'),
  };
}
