import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { onlineServices } from '../../activities/online-services.js';
import { explainMade, isMade } from '../../activities/prediction-service.js';
import { predictionQuality } from '../../activities/prediction-quality.js';
import { createVerifyPredictionsActivities } from '../../activities/verify-predictions.js';
import { redisCache } from '../../adapters/cache/redis-cache.js';
import type { TextCache } from '../../adapters/cache/text-cache.js';
import { setPredictionGauges } from '../../adapters/metrics/prediction-gauges.js';
import type { RegisteredModel } from '../../adapters/models/registry/model-registry.js';
import { openFileRegistry } from '../../adapters/models/registry/file-registry.js';
import { materialise } from '../../adapters/online/materialise.js';
import { predictionKey } from '../../adapters/online/prediction-cache.js';
import { throughWriter } from '../../adapters/online/vector-source.js';
import { ageOfGold } from '../../adapters/postgres/gold-inputs.js';
import { openLeaks } from '../../adapters/postgres/prediction-leaks.js';
import { vectorKey, vectorStore } from '../../adapters/online/vector-store.js';
import {
  differenceOf,
  linearFeatures,
  squareOf,
  withPricesFeatures,
  withoutPricesFeatures,
} from '../../domain/model/feature-set.js';
import { servedVersion } from '../../domain/model/served-version.js';
import { PrerequisiteMissing } from '../../schemas/errors.js';
import { modelService } from '../../schemas/features/services.js';
import { registeredModelName } from '../../schemas/records/model.js';
import type { ModelChoice, PredictionAnswer } from '../../schemas/records/prediction.js';
import { instant, instantFromIso, toIso, type Instant } from '../../schemas/values.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { asActivity } from '../support/house.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../support/lake.js';
import { madeUpModel } from '../support/made-up-model.js';
import { keepGoldFresh } from '../support/online.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { openTestPredictions, type TestPredictions } from '../support/predictions.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { replaceFile } from '../../adapters/models/registry/whole-files.js';

const hour = 3_600_000;
const now = instantFromIso('2026-11-24T10:00:00Z');
const quiet = { warn: () => undefined, info: () => undefined };
const league = testLeague();
const Match = z.object({ id: z.number(), at: z.string().transform((text) => instantFromIso(text)) });

let postgres: TestPostgres;
let redis: TestRedis;
let folder: TestFolder;
let lake: TestLake;
let modelsRoot: string;
let features: TextCache;
let cache: TextCache;
let predicting: TestPredictions;
let ahead: readonly z.infer<typeof Match>[];
const ids = (): number[] => ahead.map(({ id }) => id);

const predict = (
  matchIds: readonly number[],
  about: { readonly choice?: ModelChoice; readonly at?: Instant; readonly by?: TestPredictions } = {},
): Promise<PredictionAnswer[]> =>
  (about.by ?? predicting).predictions.predict({
    ...{ matchIds, now: about.at ?? now, choice: about.choice ?? 'serving' },
  });
const statuses = (answers: readonly PredictionAnswer[]) => answers.map(({ status }) => status);
const only = (answers: readonly PredictionAnswer[]): PredictionAnswer => {
  const [answer, ...others] = answers;
  if (answer === undefined || others.length > 0) throw new Error('Not one answer');
  return answer;
};
const query = async (sql: string, values: readonly unknown[] = []): Promise<unknown[]> =>
  (await lake.house.pool.query<Record<string, unknown>>(sql, [...values])).rows;
const registry = () => openFileRegistry(modelsRoot);
/** The alias as who promotes writes it. */
const point = (alias: 'staging' | 'production', version: number): Promise<void> =>
  replaceFile(
    path.join(modelsRoot, registeredModelName, 'aliases', `${alias}.json`),
    JSON.stringify({ version }),
  );

beforeAll(async () => {
  [postgres, redis, folder] = await Promise.all([startTestPostgres(), startTestRedis(), makeTestFolder()]);
  lake = await openTestLake(postgres.url, folder.path);
  await importToSilver(lake.house, folder.path, league, 'predictions/1', toIso(now));
  await lake.publish('predictions/2');
  await lake.buildGold('predictions/3');
  await keepGoldFresh(lake.house.pool);
  modelsRoot = path.join(folder.path, 'models');
  for (const seed of [1, 2]) await registry().register(await madeUpModel([league.code], { seed }));
  await registry().advanceAlias('staging', 1);
  ahead = (
    await lake.lake.query(
      `select match_id as id, match_time as at from gold.match_features
       where match_status = 'scheduled' and match_time > '${toIso(now)}' order by match_time, match_id`,
    )
  ).map((row) => Match.parse(row));
  features = await redisCache({ url: redis.url, log: quiet });
  cache = await redisCache({ url: redis.url, log: quiet });
  predicting = await openTestPredictions(lake, modelsRoot, { features, cache });
});
beforeEach(async () => {
  await predicting.close();
  predicting = await openTestPredictions(lake, modelsRoot, { features, cache });
  await query('delete from predictions');
  await query('delete from prediction_keys');
  const keys = ids().flatMap((id) => [
    ...([1, 2, 'latest'] as const).map((version) => predictionKey(id, version)),
    `match:${id}:features:${modelService}`,
  ]);
  await Promise.all(
    [features, cache].map((one) => one.write(keys.map((key) => ({ key, text: '', keptMs: 1 })))),
  );
  await expect.poll(async () => (await cache.read(keys)).every((text) => text === undefined)).toBe(true);
});
afterAll(async () => {
  await predicting.close();
  await features.close();
  await cache.close();
  await lake.close();
  await redis.stop();
  await postgres.stop();
  await folder.remove();
});

it('the vector that a model is served from has every feature that it reads, and the prices beside', async () => {
  const [service] = await onlineServices([modelService]);
  const told = new Set(service?.columns.map(({ name }) => name));
  const made = new Set([
    ...[league.code].map((code) => `division_${code}`),
    ...['market_away_log', 'market_draw_log', 'market_home_log'],
  ]);
  const columnsOf = (name: string): readonly string[] => {
    const root = squareOf(name);
    return root === undefined ? (differenceOf(name) ?? [name]) : columnsOf(root);
  };
  const read = [
    ...linearFeatures,
    ...withPricesFeatures([league.code]),
    ...withoutPricesFeatures([league.code]),
  ].flatMap(columnsOf);
  expect(read.filter((name) => !told.has(name) && !made.has(name))).toEqual([]);
  for (const name of ['league_code', 'home_odds_avg', 'draw_odds_avg', 'away_odds_avg'])
    expect(told.has(name)).toBe(true);
});

describe('a prediction', () => {
  it('names the likeliest result, is stored once behind the answer, and is told again from the cache', async () => {
    const [id = 0] = ids();
    const answer = only(await predict([id]));
    if (answer.status !== 'made') throw new Error(answer.status);
    const { chances, confidence, predicted, version } = answer.prediction;
    expect(chances[0] + chances[1] + chances[2]).toBeCloseTo(1, 9);
    expect(confidence).toBe(Math.max(...chances));
    expect(chances[{ away: 0, draw: 1, home: 2 }[predicted]]).toBe(confidence);
    expect(version).toBe(1);
    const again = only(await predict([id]));
    expect(again).toEqual({ matchId: id, status: 'cached', prediction: answer.prediction });
    expect(await cache.read([predictionKey(id, 1)])).toEqual(await cache.read([predictionKey(id, 'latest')]));
    await predicting.close();
    expect(
      await query(
        `select match_id::int as id, predicted_result as predicted, confidence_score::float8 as confidence,
           features_used ? 'home_elo' as used, prediction_metadata -> 'missing' as missing from predictions`,
      ),
    ).toEqual([
      {
        ...{ id, predicted, used: true, missing: answer.prediction.missing },
        confidence: Number(confidence.toFixed(4)),
      },
    ]);
    const { text } = await predicting.meters.exposition();
    expect(text).toContain(
      `football_predictions_total{model_name="football_baseline_model",model_version="1",predicted_result="${predicted}"} 1`,
    );
    expect(text).toContain(
      'football_model_load_duration_seconds_count{model_name="football_baseline_model",model_version="1"} 1',
    );
  });

  it('of the same features is stored once, however often and by however many it is asked', async () => {
    const others = await openTestPredictions(lake, modelsRoot);
    const answers = await Promise.all(
      [predicting, others].flatMap((by) => [predict(ids(), { by }), predict(ids(), { by })]),
    );
    await others.close();
    const [first, ...rest] = answers.map((list) =>
      list.map((answer) => (answer.status === 'refused' ? answer : answer.prediction.chances)),
    );
    for (const other of rest) expect(other).toEqual(first);
    await predicting.close();
    expect(
      await query('select count(*)::int as n, count(distinct match_id)::int as matches from predictions'),
    ).toEqual([{ n: ids().length, matches: ids().length }]);
  });

  it('is to the bit the same from the store, from the lake, alone and in a batch', async () => {
    const computed = await predict(ids(), { by: await openTestPredictions(lake, modelsRoot) });
    const [service] = await onlineServices([modelService]);
    if (service === undefined) throw new Error('There is no such service');
    const stores = { store: vectorStore(features), source: throughWriter(lake.lake), pool: lake.house.pool };
    await materialise(stores, { service, matches: { matchIds: ids() }, now });
    const online = await predict(ids());
    expect(online).toEqual(computed);
    const [id = 0] = ids().slice(3);
    const alone = await openTestPredictions(lake, modelsRoot);
    expect(only(await predict([id], { by: alone }))).toEqual(computed[3]);
    await alone.close();
  });

  it('is made anew once features of another instant stand online, and not told beyond kick-off', async () => {
    const first = ahead[0] ?? { id: 0, at: now };
    await predict([first.id]);
    expect(statuses(await predict([first.id]))).toEqual(['cached']);
    const [service] = await onlineServices([modelService]);
    if (service === undefined) throw new Error('There is no such service');
    const stores = { store: vectorStore(features), source: throughWriter(lake.lake), pool: lake.house.pool };
    const later = instant(now + 60_000);
    await materialise(stores, { service, matches: { matchIds: [first.id] }, now: later });
    expect(statuses(await predict([first.id], { at: later }))).toEqual(['made']);
    expect(only(await predict([first.id], { at: first.at }))).toMatchObject({
      ...{ status: 'refused', reason: 'begun' },
    });
  });

  it('of a match that moved is not told for its old kick-off, nor made of features for it', async () => {
    const [id = 0] = ids();
    await predict([id]);
    await query(
      `insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision, match_status)
       select match_id, 'api_football', $2, 'observed', raw_id, match_time + interval '1 hour', 'minute', 'scheduled'
       from latest_revisions(array[$1::bigint], 'infinity')`,
      [id, toIso(now)],
    );
    try {
      expect(only(await predict([id]))).toMatchObject({ status: 'refused', reason: 'stale' });
    } finally {
      await query(`delete from fixture_revisions where data_source = 'api_football'`);
    }
    expect(statuses(await predict([id]))).toEqual(['cached']);
  });

  it('of features that are too old, or of another definition, is made of those that the lake has', async () => {
    const [one, other] = ahead;
    if (one === undefined || other === undefined) throw new Error('Too few matches lie ahead');
    const key = (id: number) => `match:${id}:features:${modelService}`;
    await features.write([{ key: key(other.id), text: '{"values":', keptMs: hour }]);
    const [service] = await onlineServices([modelService]);
    if (service === undefined) throw new Error('There is no such service');
    expect(vectorKey(service, one.id)).toBe(key(one.id));
    const stores = { store: vectorStore(features), source: throughWriter(lake.lake), pool: lake.house.pool };
    await materialise(stores, { service, matches: { matchIds: [one.id] }, now: instant(now - 7 * hour) });
    expect(statuses(await predict([one.id, other.id]))).toEqual(['made', 'made']);
  });
});

describe('gold that is old', () => {
  afterEach(() => keepGoldFresh(lake.house.pool));
  const ageGold = (hours: number): Promise<unknown> =>
    query(`update gold_inputs set known_until = now() - make_interval(secs => $1)`, [hours * 3_600]);

  it('makes no prediction as of now: it is refused as stale, and nothing is stored', async () => {
    const [id = 0] = ids();
    await ageGold(7);
    expect(only(await predict([id]))).toMatchObject({ status: 'refused', reason: 'stale' });
    const asked = { matchIds: [id], now, choice: 'serving' } as const;
    expect(await predicting.predictions.predictAndStore(asked)).toMatchObject({
      ...{ answers: [{ reason: 'stale' }], stored: 0 },
    });
    await predicting.close();
    expect(await query('select 1 from predictions')).toEqual([]);
  });

  it('and not too old is told with the instant up to which it knew', async () => {
    const [id = 0] = ids();
    await ageGold(5);
    const answer = only(await predict([id]));
    if (answer.status !== 'made') throw new Error(answer.status);
    expect(answer.prediction.asOf).toBeLessThanOrEqual(now - 5 * hour);
    expect(answer.prediction.asOf).toBeGreaterThan(now - 6 * hour);
  });

  it('is as old as the first row that waits to be published, and young again after a build that changes nothing', async () => {
    await query('update gold_inputs set known_until = null');
    await query(
      `insert into lake_dirty_partitions (table_name, month, first_marked_at) values ('odds', '2026-10-01', now() - interval '7 hours')
       on conflict (table_name, month) do update set first_marked_at = excluded.first_marked_at`,
    );
    await lake.buildGold('predictions/waiting');
    expect(await ageOfGold(lake.house.pool)).toBeGreaterThanOrEqual(7 * hour);
    await query('delete from lake_dirty_partitions');
    await lake.buildGold('predictions/again');
    expect(await ageOfGold(lake.house.pool)).toBeLessThan(7 * hour);
  });
});

describe('of a batch', () => {
  let broken: RegisteredModel;
  beforeAll(async () => {
    const whole = await registry().byVersion(1);
    const { withPrices } = whole.model;
    if (withPrices === null) throw new Error('It has no booster with prices');
    const weights = { booster: Number.NaN, market: Number.NaN };
    broken = { ...whole, model: { ...whole.model, withPrices: { ...withPrices, weights } } };
  });

  it('each match has its own answer, in the order asked, and a bad one keeps no other from it', async () => {
    const [first = 0, second = 0] = ids();
    const [over] = z
      .array(z.object({ id: z.coerce.number() }))
      .parse(await query(`select id from matches where match_status = 'completed' limit 1`));
    const [service] = await onlineServices([modelService]);
    if (service === undefined) throw new Error('There is no such service');
    const stores = { store: vectorStore(features), source: throughWriter(lake.lake), pool: lake.house.pool };
    const third = ids()[2] ?? 0;
    const fourth = ids()[3] ?? 0;
    const [whole, other] = await stores.source.vectors({ service, matches: { matchIds: [third, fourth] } });
    if (whole === undefined || other === undefined) throw new Error('The lake does not tell them');
    const without = (keep: (name: string) => boolean, values: typeof whole.values) =>
      values.map((value, place) => (keep(service.columns[place]?.name ?? '') ? value : null));
    await stores.store.put(
      service,
      [
        { ...whole, asOf: now, values: without((name) => name === 'league_code', whole.values) },
        { ...other, asOf: now, values: without((name) => name !== 'league_code', other.values) },
      ],
      now,
    );
    const answers = await predict([over?.id ?? 0, 2 ** 40, first, whole.matchId, second, other.matchId]);
    expect(answers.map((answer) => (answer.status === 'refused' ? answer.reason : answer.status))).toEqual([
      ...['begun', 'unknown', 'made', 'sparse', 'made', 'division'],
    ]);
    for (const answer of answers) if (answer.status === 'refused') expect(answer.says).not.toBe('');
  });

  it('what is missing is told to the model as missing, and recorded', async () => {
    const [service] = await onlineServices([modelService]);
    if (service === undefined) throw new Error('There is no such service');
    const stores = { store: vectorStore(features), source: throughWriter(lake.lake), pool: lake.house.pool };
    const [id = 0] = ids();
    const [whole] = await stores.source.vectors({ service, matches: { matchIds: [id] } });
    if (whole === undefined) throw new Error('The lake does not tell it');
    const place = service.columns.findIndex(({ name }) => name === 'home_elo');
    await stores.store.put(service, [{ ...whole, asOf: now, values: whole.values.with(place, null) }], now);
    const told = only(await predict([id]));
    expect(told.status === 'made' && told.prediction.missing).toContain('home_elo');
    await predicting.close();
    const stored = await query(
      `select features_used ->> 'home_elo' as elo, (features_used ->> 'away_elo')::float8 > 0 as other from predictions`,
    );
    expect(stored).toEqual([{ elo: null, other: true }]);
    expect(JSON.stringify(await query('select * from predictions'))).not.toContain('NaN');
  });

  it('one with which the model cannot be asked is refused as broken, logged and counted', async () => {
    const warned: string[] = [];
    const whole = registry();
    const by = await openTestPredictions(lake, modelsRoot, {
      warn: (line) => warned.push(line),
      registry: {
        ...whole,
        // Weights that make no chances.
        byAlias: () => Promise.resolve(broken),
        byVersion: () => Promise.resolve(broken),
      },
    });
    const [id = 0] = ids();
    expect(only(await predict([id], { by }))).toMatchObject({ status: 'refused', reason: 'broken' });
    expect(warned).toEqual([expect.stringContaining(`Match ${id} could not be predicted`)]);
    expect((await by.meters.exposition()).text).toContain(
      'football_predictions_refused_total{reason="broken"} 1',
    );
    await by.close();
  });

  it('who stores them has them made of what the lake has now, and taken apart', async () => {
    const [id = 0, other = 0] = ids();
    await predict([id]);
    // What was told is stored behind the answer: now it is.
    await predicting.close();
    predicting = await openTestPredictions(lake, modelsRoot, { features, cache });
    const later = instant(now + 60_000);
    const { answers, stored } = await predicting.predictions.predictAndStore({
      ...{ matchIds: [id], now: later, choice: 'serving' },
    });
    const [answer] = answers;
    if (answer === undefined || !isMade(answer)) throw new Error('It was not predicted');
    expect(answer.prediction.asOf).toBe(later);
    expect(stored).toBe(0);
    const fresh = { matchIds: [id, other], now: later, choice: 'serving' } as const;
    expect((await predicting.predictions.predictAndStore(fresh)).stored).toBe(1);
    expect(statuses(await predict([id], { at: later }))).toEqual(['cached']);
    const explanation = explainMade(answer);
    expect(explanation.terms.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(
      explanation.homeOverAway,
      9,
    );
    expect(explanation.groups.map(({ group }) => group)).toContain('ratings');
  });
});

describe('the version that answers', () => {
  it('is none where nothing was promoted and production is asked for', async () => {
    await expect(predict(ids(), { choice: 'production' })).rejects.toThrow(PrerequisiteMissing);
    expect(await query('select 1 from predictions')).toEqual([]);
  });

  it('changes without a request that fails or waits, and a share goes to a second one', async () => {
    await point('production', 1);
    const [id = 0] = ids();
    try {
      expect(only(await predict([id], { choice: 'production' }))).toMatchObject({
        prediction: { version: 1 },
      });
      await point('production', 2);
      // What was read a moment ago stands; asked again by who stores, it is the new one.
      expect(only(await predict([id], { choice: 'production' }))).toMatchObject({
        prediction: { version: 1 },
      });
      await predicting.models.refresh('production');
      const changed = only(await predict([id], { choice: 'production' }));
      expect(changed).toMatchObject({ status: 'made', prediction: { version: 2 } });
      const split = { version: 1, share: 0.5 };
      await replaceFile(path.join(modelsRoot, registeredModelName, 'split.json'), JSON.stringify(split));
      await predicting.models.refresh('production');
      const shared = await predict(ids(), { choice: 'production' });
      expect(shared.map((one) => (one.status === 'refused' ? 0 : one.prediction.version))).toEqual(
        ids().map((matchId) => servedVersion(matchId, { production: 2, split })),
      );
      expect(new Set(shared.map((one) => one.status === 'refused' || one.prediction.version)).size).toBe(2);
    } finally {
      await Promise.all(
        ['aliases/production.json', 'split.json'].map((name) =>
          import('node:fs/promises').then(({ rm }) =>
            rm(path.join(modelsRoot, registeredModelName, name), { force: true }),
          ),
        ),
      );
    }
  });

  it('that cannot be loaded takes nobody’s place, and answers go on while it is tried', async () => {
    const warned: string[] = [];
    const { servedModels } = await import('../../activities/served-models.js');
    const [service] = await onlineServices([modelService]);
    if (service === undefined) throw new Error('There is no such service');
    let broken = false;
    const own = registry();
    const models = servedModels({
      registry: {
        ...own,
        byAlias: (alias) => (broken ? own.byVersion(9) : own.byAlias(alias)),
      },
      ...{ service, meters: predicting.meters, freshMs: 0 },
      log: { warn: (line) => warned.push(line) },
    });
    const before = (await models.serving('staging')).all.map(({ version }) => version.version);
    broken = true;
    for (let times = 0; times < 3; times += 1)
      expect((await models.serving('staging')).all.map(({ version }) => version.version)).toEqual(before);
    await expect.poll(() => warned.length).toBeGreaterThan(0);
    models.close();
  });
});

it('while Redis is killed every prediction is made, and the same', async () => {
  const before = await predict(ids());
  await redis.kill();
  try {
    const away = await predict(ids());
    expect(statuses(away)).toEqual(ids().map(() => 'made'));
    expect(away.map((one) => ('prediction' in one ? one.prediction.chances : null))).toEqual(
      before.map((one) => ('prediction' in one ? one.prediction.chances : null)),
    );
  } finally {
    await redis.start();
  }
  await expect.poll(async () => statuses(await predict(ids().slice(0, 1)))[0]).toBe('cached');
});

describe('what became of predictions', () => {
  /** Predictions of the league's played matches that know the result by so much, stored before kick-off as a leaking model would have. */
  const plant = (version: string, known: number) =>
    query(
      `insert into predictions (match_id, model_name, model_version, home_win_probability, draw_probability, away_win_probability,
         predicted_result, confidence_score, features_used, prediction_metadata, created_at)
       select m.id, 'football_baseline_model', $1, h, d, a, case when h >= d and h >= a then 'home' when d >= a then 'draw' else 'away' end,
         greatest(h, d, a), '{}', jsonb_build_object('prices', json_build_array(c.away_odds, c.draw_odds, c.home_odds)), m.match_time - interval '1 hour'
       from matches m
       join lateral (select * from odds o where o.match_id = m.id and o.bookmaker = 'market_average' and o.price_phase = 'closing'
         and o.market_type = '1x2' order by o.recorded_at desc limit 1) c on true
       cross join lateral (select 1 / c.home_odds + 1 / c.draw_odds + 1 / c.away_odds as all_three) s
       cross join lateral (select
         (1 - $2::float8) / c.home_odds / all_three + $2::float8 * (m.home_score > m.away_score)::int as h,
         (1 - $2::float8) / c.draw_odds / all_three + $2::float8 * (m.home_score = m.away_score)::int as d,
         (1 - $2::float8) / c.away_odds / all_three + $2::float8 * (m.home_score < m.away_score)::int as a) p
       where m.match_status = 'completed'`,
      [version, known],
    );
  /** Has every played match so many times, each with its closing price: a league of one autumn has too few for the rule. */
  const playOftener = async (times: number): Promise<void> => {
    await query(
      `with copies as (
         insert into match_registry (match_time, league_id, season, home_team_id, away_team_id, ordinal)
         select r.match_time, r.league_id, r.season, r.home_team_id, r.away_team_id, r.ordinal + k
         from match_registry r join matches m on m.id = r.id cross join generate_series(1, $1::int) k where m.match_status = 'completed'
         returning *
       )
       insert into matches (id, home_team_id, away_team_id, league_id, season, match_time, kickoff_precision, match_status, home_score, away_score)
       select c.id, c.home_team_id, c.away_team_id, c.league_id, c.season, c.match_time, 'minute', 'completed', m.home_score, m.away_score
       from copies c join match_registry r on (r.league_id, r.season, r.home_team_id, r.away_team_id, r.ordinal)
         = (c.league_id, c.season, c.home_team_id, c.away_team_id, 1)
       join matches m on m.id = r.id`,
      [times],
    );
    await query(
      `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds, collected_at,
         recorded_at, known_at_basis, raw_id)
       select c.id, o.data_source, o.bookmaker, o.market_type, o.quote_kind, o.price_phase, o.home_odds, o.draw_odds, o.away_odds, o.collected_at,
         o.recorded_at, o.known_at_basis, o.raw_id
       from match_registry c join match_registry r on (r.league_id, r.season, r.home_team_id, r.away_team_id) = (c.league_id, c.season, c.home_team_id, c.away_team_id)
         and r.ordinal = 1 and c.ordinal > 1
       join odds o on o.match_id = r.id and o.bookmaker = 'market_average' and o.price_phase = 'closing' and o.market_type = '1x2'`,
    );
  };
  const verify = () =>
    asActivity(() =>
      createVerifyPredictionsActivities({ pool: lake.house.pools.writer.pool }).verifyPredictions({
        clock: { startsAt: now, realStart: Date.now(), speed: 0 },
      }),
    );

  it('is told by window, league and version, beside the close, in gauges too', async () => {
    await plant('1', 0);
    await plant('2', 0.2);
    await verify();
    const { pool } = lake.house;
    const quality = await predictionQuality(pool, now);
    const month = quality.rows.filter(({ window, league: of }) => window === '30d' && of === null);
    expect(month.map(({ version }) => version)).toEqual(['1', '2']);
    const [fair, leaking] = month;
    expect(leaking?.logLoss).toBeLessThan(fair?.logLoss ?? 0);
    expect(fair?.closing?.matches).toBe(fair?.matches);
    expect(Math.abs(fair?.closing?.delta ?? 1)).toBeLessThan(0.02);
    expect(fair?.closingLineValue).toEqual({ matches: fair?.matches, mean: 0 });
    expect(quality.coverage.map(({ predicted, played }) => predicted / played)).toEqual([1, 1]);
    const { rows } = await pool.query<{ accuracy: number }>(
      `select avg(is_correct::int)::float8 as accuracy from predictions p join matches m on m.id = p.match_id
       where model_version = '1' and m.match_time > $1::timestamptz - interval '30 days'`,
      [toIso(now)],
    );
    expect(fair?.accuracy).toBeCloseTo(rows[0]?.accuracy ?? 0, 12);
    setPredictionGauges(predicting.meters, quality);
    const { text } = await predicting.meters.exposition();
    expect(text).toContain(
      `football_prediction_accuracy{model_name="football_baseline_model",model_version="1",time_window="30d"} ${fair?.accuracy ?? ''}`,
    );
    expect(text).toContain(
      'football_model_coverage_rate{model_name="football_baseline_model",model_version="2"} 1',
    );
  });

  it('that is better than the close by more than can be is a finding, once a version', async () => {
    await playOftener(10);
    await plant('fair', 0);
    await plant('leaking', 0.2);
    for (const times of [1, 2]) {
      await verify();
      expect(
        await query(
          `select field, severity, requires_manual_review as asks, error_data ->> 'played' as played
           from data_quality_logs where error_type = 'suspected_leak'`,
        ),
        String(times),
      ).toEqual([
        ...[{ field: 'football_baseline_model/leaking', severity: 'high', asks: true, played: 'simulated' }],
      ]);
    }
    const { pool } = lake.house;
    expect(await openLeaks(pool)).toEqual([{ model: 'football_baseline_model', version: 'leaking' }]);
    await pool.query(`update data_quality_logs set handled_at = now() where error_type = 'suspected_leak'`);
    expect(await openLeaks(pool)).toEqual([]);
  });
});
