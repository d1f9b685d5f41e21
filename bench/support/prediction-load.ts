import { onlineServices } from '../../activities/online-services.js';
import { openPredictions, type OpenPredictions } from '../../activities/open-predictions.js';
import { memoryCache } from '../../adapters/cache/memory-cache.js';
import { redisCache } from '../../adapters/cache/redis-cache.js';
import type { TextCache } from '../../adapters/cache/text-cache.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { openFileRegistry } from '../../adapters/models/registry/file-registry.js';
import { vectorStore } from '../../adapters/online/vector-store.js';
import { InvariantBroken } from '../../schemas/errors.js';
import type { FeatureVector } from '../../schemas/features/online.js';
import { modelService } from '../../schemas/features/services.js';
import { instant, toIso, type Instant } from '../../schemas/values.js';
import type { Row } from '../../adapters/postgres/row.js';
import { arrivals, type Arrived } from './arrivals.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../../test/support/lake.js';
import { madeUpModel } from '../../test/support/made-up-model.js';
import { keepGoldFresh } from '../../test/support/online.js';

/** A house with gold, a model in production and many matches that begin in five hours. */
export interface PredictionHouse {
  readonly lake: TestLake;
  readonly modelsRoot: string;
  readonly now: Instant;
  readonly vectors: readonly FeatureVector[];
  close(): Promise<void>;
}

const hour = 3_600_000;

/** Makes such a house: one match of a simulated league as often as asked for, each with a revision of its own, and the vector that gold has of it. */
export async function predictionHouse(
  url: string,
  folder: string,
  { matches, rounds }: { readonly matches: number; readonly rounds: number },
): Promise<PredictionHouse> {
  const lake = await openTestLake(url, folder);
  const league = testLeague();
  const now = instant(Date.parse('2026-11-24T10:00:00Z'));
  await importToSilver(lake.house, folder, league, 'bench/1', toIso(now));
  await lake.publish('bench/2');
  await lake.buildGold('bench/3');
  await keepGoldFresh(lake.house.pool);
  const modelsRoot = `${folder}/models`;
  const registry = openFileRegistry(modelsRoot);
  const { version } = await registry.register(await madeUpModel([league.code], { rounds }));
  await registry.advanceAlias('staging', version);
  await registry.advanceAlias('production', version);

  const [service] = await onlineServices([modelService]);
  if (service === undefined) throw new InvariantBroken(`There is no service ${modelService}`);
  const until = instant(now + 365 * 24 * hour);
  const [whole] = await lake.lake.vectors({ service, matches: { after: now, until } });
  if (whole === undefined) throw new InvariantBroken('No match lies ahead');
  const kickOff = instant(now + 5 * hour);
  const { rows } = await lake.house.pool.query<Row<{ id: 'match_registry.id' }>>(
    `with copies as (
       insert into match_registry (match_time, league_id, season, home_team_id, away_team_id, ordinal)
       select $2, league_id, season, home_team_id, away_team_id, ordinal + k from match_registry, generate_series(1, $3::int) k where id = $1
       returning *
     ), revised as (
       insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision, match_status)
       select c.id, f.data_source, f.known_at, f.known_at_basis, f.raw_id, $2, 'minute', 'scheduled'
       from copies c, lateral (select * from fixture_revisions where match_id = $1 limit 1) f
     )
     select id from copies order by id`,
    [whole.matchId, toIso(kickOff), matches],
  );
  await lake.house.pool.query('analyze match_registry');
  await lake.house.pool.query('analyze fixture_revisions');
  const cutoff = instant(kickOff - hour);
  const vectors = rows.map(({ id }) => ({ ...whole, matchId: id, kickOff, cutoff, asOf: now }));
  return { lake, modelsRoot, now, vectors, close: () => lake.close() };
}

/** A cache that keeps what it is given and says that it has nothing. */
const forgetful = (cache: TextCache): TextCache => ({
  ...cache,
  read: async (keys) => (await cache.read(keys)).map(() => undefined),
});

/** Opens the service of a process over the house: its features online, in Redis or in memory, and its predictions told again or never. */
export async function servingProcess(
  { lake, modelsRoot, vectors, now }: PredictionHouse,
  { redisUrl, telling }: { readonly redisUrl: string | undefined; readonly telling: 'again' | 'anew' },
): Promise<OpenPredictions> {
  const log = { warn: (line: string) => process.stderr.write(`${line}\n`), info: () => undefined };
  const open = (): Promise<TextCache> =>
    redisUrl === undefined
      ? Promise.resolve(memoryCache(4 * vectors.length))
      : redisCache({ url: redisUrl, log });
  const [features, cache] = [await open(), await open()];
  const [service] = await onlineServices([modelService]);
  if (service === undefined) throw new InvariantBroken(`There is no service ${modelService}`);
  await vectorStore(features).put(service, vectors, now);
  const opened = await openPredictions({
    ...{ pool: lake.house.pools.writer.pool, source: lake.lake, features, meters: createMeters(), log },
    cache: telling === 'again' ? cache : forgetful(cache),
    registry: openFileRegistry(modelsRoot),
  });
  return {
    ...opened,
    async close() {
      await opened.close();
      await features.close();
      await cache.close();
    },
  };
}

/** What requests were answered with, and how soon each. */
export interface LoadRun extends Arrived {
  readonly answers: Readonly<Record<string, number>>;
}

/** Sends one request for one match after the other, so many a second. */
export async function sendRequests(
  { predictions }: OpenPredictions,
  { vectors, now }: PredictionHouse,
  { first = 0, ...load }: { readonly aSecond: number; readonly seconds: number; readonly first?: number },
): Promise<LoadRun> {
  const answers: Record<string, number> = {};
  const arrived = await arrivals(load, async (place) => {
    const matchId = vectors[(first + place) % vectors.length]?.matchId ?? 0;
    const [answer] = await predictions.predict({ matchIds: [matchId], now, choice: 'production' });
    const status = answer?.status ?? 'none';
    answers[status] = (answers[status] ?? 0) + 1;
  });
  return { ...arrived, answers };
}

/** For so long requests are sent, and then bare questions. */
const turn = 2;

/** Sends requests as {@link sendRequests} does, and in turns with them, as many a second and over the same pool, the least question that Postgres can be asked. */
export async function inTurns(
  serving: OpenPredictions,
  house: PredictionHouse,
  { aSecond, seconds }: { readonly aSecond: number; readonly seconds: number },
): Promise<LoadRun & { readonly bare: readonly number[] }> {
  const { pool } = house.lake.house.pools.writer;
  const runs: LoadRun[] = [];
  const bare: number[] = [];
  for (let sent = 0; sent < seconds; sent += turn) {
    const load = { aSecond, seconds: Math.min(turn, seconds - sent) };
    runs.push(await sendRequests(serving, house, { ...load, first: Math.round(aSecond * sent) }));
    const asked = await arrivals(load, async () => {
      await pool.query({ name: 'bare', text: 'select 1' });
    });
    bare.push(...asked.took);
  }
  const answers: Record<string, number> = {};
  for (const run of runs)
    for (const [status, count] of Object.entries(run.answers))
      answers[status] = (answers[status] ?? 0) + count;
  return {
    ...{ took: runs.flatMap((run) => run.took), late: runs.flatMap((run) => run.late) },
    ...{ answers, bare },
  };
}

/** The value that a share of the numbers does not exceed. */
export const quantile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.ceil(share * numbers.length) - 1)] ??
  Number.NaN;
