import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../adapters/postgres/row.js';
import { createEvaluateModelActivities } from '../../activities/evaluate-model.js';
import { createPredictFixturesActivities } from '../../activities/predict-fixtures.js';
import { createTrainModelActivities } from '../../activities/train-model.js';
import { createVerifyPredictionsActivities } from '../../activities/verify-predictions.js';
import { newestEvaluation } from '../../adapters/models/registry/evaluations.js';
import { openFileRegistry } from '../../adapters/models/registry/file-registry.js';
import type { ModelRegistry } from '../../adapters/models/registry/model-registry.js';
import { BadInput, PrerequisiteMissing } from '../../schemas/errors.js';
import { registeredModelName } from '../../schemas/records/model.js';
import { instant, seasonOfStartYear, type Season } from '../../schemas/values.js';
import { createLeague } from '../../simulator/league/league.js';
import { readConfig } from '../../config.js';
import { exportArtefact, proveInPython } from '../../scripts/artefact/prove-artefact.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { asActivity } from '../support/house.js';
import { importToSilver, openTestLake, type TestLake } from '../support/lake.js';
import { openTestPredictions, type TestPredictions } from '../support/predictions.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

// Fixtures are predicted before they begin, so the league stands at this very moment.
const league = createLeague({ seed: 11, now: instant(Date.now()) });
const seasons = league.seasons;
const [, , lastSeason] = seasons;

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
let modelsRoot: string;
let deps: {
  pool: TestLake['house']['pool'];
  lake: TestLake['lake'];
  modelsRoot: string;
  registry: ModelRegistry;
};
let predicting: TestPredictions;

const train = (runId: string, seed = 1) =>
  asActivity(() => createTrainModelActivities(deps).trainModel({ runId, seed }));
const evaluate = (testSeasons: Season[], runId = 'judge/1') =>
  asActivity(() => createEvaluateModelActivities(deps).evaluateModel({ runId, testSeasons, seed: 1 }));
const predict = () =>
  asActivity(() => createPredictFixturesActivities(predicting).predictFixtures({ modelAlias: 'staging' }));
const modelFile = (version: number, name: string) =>
  readFile(path.join(modelsRoot, registeredModelName, 'versions', String(version), name));

beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  lake = await openTestLake(postgres.url, folder.path);
  modelsRoot = path.join(folder.path, 'models');
  deps = { pool: lake.house.pool, lake: lake.lake, modelsRoot, registry: openFileRegistry(modelsRoot) };
  predicting = await openTestPredictions(lake, modelsRoot);
});

afterAll(async () => {
  await predicting.close();
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

describe('before anything was imported', () => {
  it('training and judging say that a prerequisite is missing', async () => {
    await expect(train('early/1')).rejects.toThrow(PrerequisiteMissing);
    await expect(evaluate([...seasons])).rejects.toThrow(PrerequisiteMissing);
    await expect(predict()).rejects.toThrow(PrerequisiteMissing);
  });
});

describe('three seasons of a league that never was', () => {
  beforeAll(async () => {
    await importToSilver(lake.house, folder.path, league, 'import/1');
    await lake.publish('publish/1');
    await lake.buildGold('gold/1');
  });

  it('give a model, registered once a run, to which staging points', async () => {
    const first = await train('train/1');
    expect(first.version).toBe(1);
    expect(await train('train/1')).toEqual(first);
    const { model } = await openFileRegistry(modelsRoot).byAlias('staging');
    expect(model.divisions).toEqual([league.code]);
    expect(model.trainedOn.from).toBe(seasons[0]);
    expect(model.withPrices).not.toBeNull();
    expect(first.metrics.withoutPrices.logLoss).toBeLessThan(1.08);
  });

  it('say of each version how it did beside the bookmakers on the same matches, and what the catalogue asks', async () => {
    const [version] = await deps.registry.versions();
    const { besideBookmakers, withPrices } = version?.metrics ?? {};
    expect(besideBookmakers?.model.n).toBe(besideBookmakers?.bookmakers.n);
    expect(besideBookmakers?.model.precision).toBeGreaterThan(0.3);
    expect(withPrices?.recall).toBeCloseTo(withPrices?.accuracy ?? 0, 12);
    expect(version?.metadata).toEqual({
      model_type: 'XGBoost',
      framework: expect.stringContaining('ml-xgboost') as unknown,
      features: ['team_performance', 'historical_matchup', 'odds'],
      training_date: version?.createdAt,
      validation_accuracy: withPrices?.accuracy,
      training_samples: expect.any(Number) as unknown,
      feature_service: 'match_prediction',
      feature_service_version: 2,
    });
    expect(version?.parameters).toMatchObject({ 'recipe.calibrationSeasons': '4' });

    const heldOut = await deps.registry.readHeldOut(1);
    expect(heldOut?.matchIds).toHaveLength(withPrices?.n ?? 0);
    const losses = heldOut?.model ?? [];
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    expect(mean).toBeCloseTo(withPrices?.logLoss ?? 0, 5);
  });

  it('give the same model files for the same seed, and others for another', async () => {
    await deps.registry.moveProduction(1);
    const [same, other] = [await train('train/2'), await train('train/3', 2)];
    for (const name of ['model.json', 'with-prices.xgb', 'without-prices.xgb']) {
      expect((await modelFile(same.version, name)).equals(await modelFile(1, name))).toBe(true);
    }
    const file = 'without-prices.xgb';
    expect((await modelFile(other.version, file)).equals(await modelFile(1, file))).toBe(false);
  });

  it('end in staging, and leave alone what is in production', async () => {
    expect((await deps.registry.pointers()).aliases).toEqual({ staging: 3, production: 1 });
  });

  it('give an artefact that says the same in Python’s XGBoost, to a millionth', async () => {
    const artefact = path.join(folder.path, 'artefact');
    await mkdir(artefact);
    await exportArtefact(deps.registry, 1, artefact);
    const proof = await proveInPython(artefact, readConfig());
    expect(proof).toMatchObject({
      xgboost: '1.7.6',
      classOrder: ['away', 'draw', 'home'],
      rows: 500,
      equal: true,
    });
    expect(Object.keys(proof.differences).sort()).toEqual([
      'withPrices',
      'withPrices.booster',
      'withoutPrices',
      'withoutPrices.booster',
    ]);
    for (const difference of Object.values(proof.differences)) expect(difference).toBeLessThan(1e-6);

    // Another order of the features is another model: the list in the artefact is what makes it the same.
    const { model } = await deps.registry.byVersion(1);
    const { booster } = model.withoutPrices;
    const turned = { ...booster, features: booster.features.toReversed() };
    const other = { ...model, withoutPrices: { ...model.withoutPrices, booster: turned } };
    await writeFile(path.join(artefact, 'model.json'), JSON.stringify(other));
    expect((await proveInPython(artefact, readConfig())).equal).toBe(false);
  }, 600_000);

  it('judge the model beside the market on the same matches, and keep the report', async () => {
    if (lastSeason === undefined) throw new Error('The league has fewer than three seasons');
    const report = await evaluate([lastSeason]);
    expect(await newestEvaluation(modelsRoot)).toEqual(report);
    const pooled = report.rows.filter(({ season, division }) => season === 'all' && division === 'all');
    expect(pooled.map(({ model }) => model)).toEqual(
      expect.arrayContaining(['model-with-prices', 'model-without-prices', 'base-rate']),
    );
    expect(pooled).toHaveLength(15);
    expect(new Set(pooled.map(({ n }) => n)).size).toBe(1);
    const loss = new Map(pooled.map(({ model, logLoss }) => [model, logLoss]));
    expect(loss.get('model-with-prices')).toBeLessThan(loss.get('base-rate') ?? 0);
    const benchmark = pooled.find(({ model }) => model === 'market-prematch-average-shin');
    expect([benchmark?.delta, benchmark?.deltaSe]).toEqual([0, 0]);
  });

  it('cannot judge a season with fewer than two before it, nor one that nobody played', async () => {
    await expect(evaluate(seasons.slice(1, 2))).rejects.toThrow(PrerequisiteMissing);
    await expect(evaluate([...seasons].slice(0, 1))).rejects.toThrow(PrerequisiteMissing);
    const nobody = evaluate([seasonOfStartYear(2090)]);
    await expect(nobody).rejects.toThrow(BadInput);
  });

  it('predict the fixtures ahead, once for the same model and features', async () => {
    const ahead = league.upcoming().length;
    const first = await predict();
    expect(first.fixtures).toBe(ahead);
    expect(first.stored).toBe(ahead);
    expect((await predict()).stored).toBe(0);
    const { rows } = await lake.house.pool.query<{ n: number; worst: number; kept: number }>(
      `select count(*)::int as n,
         max(abs(home_win_probability + draw_probability + away_win_probability - 1))::float8 as worst,
         (select count(*)::int from prediction_keys) as kept
       from predictions
       where confidence_score = greatest(home_win_probability, draw_probability, away_win_probability)
         and prediction_metadata ->> 'lakeSnapshot' is not null and features_used ? 'home_elo'`,
    );
    expect(rows[0]?.n).toBe(ahead);
    expect(rows[0]?.kept).toBe(ahead);
    expect(rows[0]?.worst).toBeLessThan(0.001);
  });

  it('predict no fixture that a source has called off or moved to the past since gold was built', async () => {
    const { fixtures } = await predict();
    const { rows: ahead } = await lake.house.pool.query<Row<{ id: 'matches.id' }>>(
      `select id from matches where match_status = 'scheduled' and match_time > now() order by match_time desc limit 2`,
    );
    const [calledOff, moved] = ahead.map(({ id }) => id);
    await lake.house.pool.query(
      `insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time,
         kickoff_precision, match_status)
       select match_id, 'api_football', now() - interval '1 minute', 'observed', raw_id,
         case match_id when $1 then match_time else now() - interval '1 hour' end, 'minute',
         case match_id when $1 then 'cancelled' else 'scheduled' end
       from latest_revisions(array[$1::bigint, $2::bigint], 'infinity')`,
      [calledOff, moved],
    );
    expect(await predict()).toMatchObject({
      ...{ fixtures: fixtures - 2, refused: { called_off: 1, begun: 1 }, result: { outcome: 'succeeded' } },
    });
    await lake.house.pool.query(`delete from fixture_revisions where data_source = 'api_football'`);
  });

  it('predict single matches together at their time, and only those that lie ahead', async () => {
    const activities = createPredictFixturesActivities(predicting);
    const { rows: ahead } = await lake.house.pool.query<Row<{ id: 'matches.id' }>>(
      `select id from matches where match_status = 'scheduled' and match_time > now() order by match_time, id limit 3`,
    );
    const { rows: over } = await lake.house.pool.query<Row<{ id: 'matches.id' }>>(
      `select id from matches where match_status = 'completed' order by match_time desc, id limit 1`,
    );
    await lake.house.pool.query('delete from predictions');
    await lake.house.pool.query('delete from prediction_keys');
    const at = instant(Date.now() + 1_000);
    const ask = (matchId: number) =>
      asActivity(() => activities.predictMatch({ matchId, at, modelAlias: 'staging' }));
    const outcomes = await Promise.all([...ahead, ...over].map(({ id }) => ask(id)));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      'succeeded',
      'succeeded',
      'succeeded',
      'skipped',
    ]);
    const { rows } = await lake.house.pool.query<
      Row<{ id: 'predictions.match_id'; made: 'predictions.created_at' }>
    >('select match_id as id, created_at as made from predictions order by match_id');
    expect(rows.map(({ id }) => id)).toEqual(ahead.map(({ id }) => id).toSorted((a, b) => a - b));
    const [made, ...others] = new Set(rows.map((row) => row.made.getTime()));
    expect(others).toEqual([]);
    expect(made).toBeGreaterThanOrEqual(at);
  });

  it('are verified once there is a result, again once it was corrected, and not at all without one', async () => {
    const { pool } = lake.house;
    const activities = createVerifyPredictionsActivities({ pool });
    const { rows } = await pool.query<
      Row<{ id: 'predictions.match_id'; predicted: 'predictions.predicted_result' }>
    >('select match_id as id, predicted_result as predicted from predictions order by match_id');
    const [first, second] = rows;
    if (first === undefined || second === undefined) throw new Error('Fewer than two matches were predicted');
    const ended = async (home: number | null, away: number | null): Promise<void> => {
      await pool.query(
        `update matches set match_status = $2, home_score = $3, away_score = $4 where id = $1`,
        [first.id, home === null ? 'postponed' : 'completed', home, away],
      );
    };
    // By a clock that shows a day after the last of them, so that all have begun.
    const clock = { startsAt: instant(Date.now() + 400 * 86_400_000), realStart: Date.now(), speed: 0 };
    const verify = (matchId?: number) =>
      asActivity(() => activities.verifyPredictions(matchId === undefined ? { clock } : { clock, matchId }));
    const stored = async () => {
      const found = await pool.query<
        Row<{
          actual: 'predictions.actual_result';
          correct: 'predictions.is_correct';
          at: 'predictions.verified_at';
        }>
      >(
        'select actual_result as actual, is_correct as correct, verified_at as at from predictions where match_id = $1',
        [first.id],
      );
      return found.rows[0];
    };
    expect(await verify()).toEqual({ verified: 0 });
    await ended(2, 0);
    expect(await verify(second.id)).toEqual({ verified: 0 });
    expect(await verify(first.id)).toEqual({ verified: 1 });
    expect(await stored()).toEqual({
      ...{ actual: 'home', correct: first.predicted === 'home', at: new Date(clock.startsAt) },
    });
    expect(await verify()).toEqual({ verified: 0 });
    await ended(1, 1);
    expect(await verify()).toEqual({ verified: 1 });
    expect(await stored()).toMatchObject({ actual: 'draw', correct: first.predicted === 'draw' });
    await ended(null, null);
    expect(await verify()).toEqual({ verified: 1 });
    expect(await stored()).toEqual({ actual: null, correct: null, at: null });
  });
});
