import { z } from 'zod';
import { instantFromIso, toIso, type Instant } from '../../schemas/values.js';
import { openTestApi, type TestApi } from './api.js';
import { makeTestFolder } from './folder.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from './lake.js';
import { startTestPostgres } from './postgres.js';
import { keepGoldFresh } from './online.js';

/** The API over a lake with gold: a league in the autumn of its first season. */
export interface ApiOverLake {
  readonly api: TestApi;
  readonly lake: TestLake;
  readonly folder: string;
  readonly now: Instant;
  /** Matches of gold, by kick-off. */
  matches(where: string): Promise<readonly GoldMatch[]>;
  close(): Promise<void>;
}

const GoldMatch = z.object({
  id: z.number(),
  kickOff: z.string().transform((text) => instantFromIso(text)),
  homeTeamId: z.number(),
  awayTeamId: z.number(),
});
export type GoldMatch = z.infer<typeof GoldMatch>;

/** Opens one, with gold built. */
export async function openApiOverLake(
  options: (lake: TestLake, folder: string) => Parameters<typeof openTestApi>[2] = () => ({}),
): Promise<ApiOverLake> {
  const now = instantFromIso('2026-11-24T10:00:00Z');
  const [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  const lake = await openTestLake(postgres.url, folder.path);
  await importToSilver(lake.house, folder.path, testLeague(), 'api/1', toIso(now));
  await lake.publish('api/2');
  await lake.buildGold('api/3');
  await keepGoldFresh(lake.house.pool);
  const api = await openTestApi(lake, `${folder.path}/models`, { now, ...options(lake, folder.path) });
  return {
    ...{ api, lake, now, folder: folder.path },
    matches: async (where) =>
      (
        await lake.lake.query(
          `select match_id as id, match_time as "kickOff", home_team_id as "homeTeamId", away_team_id as "awayTeamId"
           from gold.match_features where ${where} order by match_time, match_id`,
        )
      ).map((row) => GoldMatch.parse(row)),
    async close() {
      await api.close();
      await lake.close();
      await postgres.stop();
      await folder.remove();
    },
  };
}
