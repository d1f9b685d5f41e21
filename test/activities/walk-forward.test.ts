import { describe, expect, it } from 'vitest';
import { tellReport } from '../../activities/evaluate-report.js';
import { evaluateModels } from '../../activities/evaluate-walk-forward.js';
import { fitModel } from '../../activities/train-fit.js';
import { predictSeasons, type FitPlan } from '../../activities/train-folds.js';
import { xgboostTrainer } from '../../adapters/models/xgboost/trainer.js';
import { recipe } from '../../domain/model/recipe.js';
import { SuspectedLeak } from '../../schemas/errors.js';
import { madeUpMatches, withPlantedLeak } from '../support/model-matches.js';

const light = { chunk: 10, most: 20 };
const plan: FitPlan = {
  divisions: ['MADE'],
  elsewhere: [],
  seed: 1,
  recipe: {
    ...recipe,
    calibrationSeasons: 1,
    boosters: {
      withoutPrices: { ...recipe.boosters.withoutPrices, ...light },
      withPrices: { ...recipe.boosters.withPrices, ...light },
    },
  },
  trainer: xgboostTrainer,
  threads: 2,
  signal: new AbortController().signal,
};
const seasons = [2018, 2019, 2020, 2021];
const matches = madeUpMatches({ seed: 3, seasons, perSeason: 1_200, simulated: false, priced: 0.9 });

describe('walking forward', () => {
  it('predicts a season from the seasons before it: what comes later changes nothing', async () => {
    const otherFuture = matches.map((match) =>
      match.seasonStart > 2020 ? { ...match, outcome: 0 as const, market: null } : match,
    );
    const [folds, others] = [
      await predictSeasons(matches, [2020], plan),
      await predictSeasons(otherFuture, [2020], plan),
    ];
    const said = (fold: (typeof folds)[number] | undefined) =>
      fold?.matches.map(({ booster, partner }) => ({ booster, partner }));
    expect(said(others[0])).toEqual(said(folds[0]));
    expect(folds[0]?.matches).toHaveLength(1_200);
  });

  it('lets the regression learn from other divisions, from seasons before alone', async () => {
    const elsewhere = madeUpMatches({ seed: 4, seasons, perSeason: 600, simulated: false });
    const later = elsewhere.map((match) =>
      match.seasonStart >= 2020 ? { ...match, outcome: 0 as const } : match,
    );
    const saidWith = async (other: FitPlan['elsewhere']) =>
      (await predictSeasons(matches, [2020], { ...plan, elsewhere: other }))[0]?.matches.map(
        ({ booster, partner }) => ({ booster: booster.withoutPrices, partner: partner.withoutPrices }),
      );
    const [alone, helped, changed] = [await saidWith([]), await saidWith(elsewhere), await saidWith(later)];
    expect(changed).toEqual(helped);
    expect(helped?.map(({ booster }) => booster)).toEqual(alone?.map(({ booster }) => booster));
    expect(helped?.map(({ partner }) => partner)).not.toEqual(alone?.map(({ partner }) => partner));
  });

  it('judges every model on the same matches, the one without prices too', async () => {
    const { rows, pools } = await evaluateModels(matches, [2020, 2021], plan);
    expect(new Set(rows.map(({ season }) => season))).toEqual(new Set(['2020-21', '2021-22', 'all']));
    for (const season of ['2020-21', '2021-22', 'all']) {
      const judged = rows.filter((row) => row.season === season && row.division === 'all');
      expect(judged).toHaveLength(15);
      expect(new Set(judged.map(({ n }) => n))).toEqual(new Set([season === 'all' ? 2_400 : 1_200]));
      const loss = (model: string) => judged.find((row) => row.model === model)?.logLoss ?? Number.NaN;
      expect(loss('model-without-prices')).toBeLessThan(loss('base-rate') - 0.02);
      expect(loss('model-with-prices')).toBeLessThan(loss('base-rate') - 0.02);
    }
    expect(pools.map(({ season, model }) => `${season} ${model}`)).toEqual([
      '2020-21 model-with-prices',
      '2020-21 model-without-prices',
      '2021-22 model-with-prices',
      '2021-22 model-without-prices',
    ]);
    for (const { booster, partner } of pools)
      for (const { weight, low, high } of [booster, partner]) {
        expect(low).toBeLessThanOrEqual(weight);
        expect(high).toBeGreaterThan(weight);
      }
  });

  it('tells with it how reliable it is, what it is worth by the close, and by ablation what it lives on', async () => {
    const { tested } = await evaluateModels(matches, [2020, 2021], plan);
    const { reliability, againstClosing, importance, drift, madeOf } = await tellReport(
      matches,
      tested,
      plan,
    );
    const of = (model: string) => importance.filter((one) => one.model === model);
    // These matches follow the difference of the ratings and nothing else, and the market knows it.
    expect(of('model-without-prices')[0]).toMatchObject({ group: 'ratings', n: 2_400 });
    const [worth] = of('model-without-prices');
    expect(worth?.loss).toBeGreaterThan(5 * (worth?.lossSe ?? Infinity));
    expect(of('model-with-prices')[0]).toMatchObject({ group: 'the market in the pool' });
    for (const { group, loss, lossSe } of of('model-without-prices').slice(1))
      expect(Math.abs(loss), group).toBeLessThan(Math.max(0.005, 5 * lossSe));
    for (const model of ['model-with-prices', 'model-without-prices'])
      for (const outcome of ['away', 'draw', 'home'])
        expect(
          reliability
            .filter((bin) => bin.model === model && bin.outcome === outcome)
            .reduce((sum, { n }) => sum + n, 0),
        ).toBe(2_400);
    expect(
      againstClosing.filter(({ season, division }) => season === 'all' && division === 'all'),
    ).toHaveLength(2);
    expect(new Set(drift.map(({ season }) => season))).toEqual(new Set(['2020-21', '2021-22']));
    expect(drift.filter(({ verdict }) => verdict === 'drift')).toEqual([]);
    expect(madeOf).toMatchObject({ matches: 4_800, recipe: { calibrationSeasons: 1 } });
  }, 300_000);

  it('refuses the result of a model that was told how matches end, in judging and in training', async () => {
    const leaky = withPlantedLeak(matches);
    await expect(evaluateModels(leaky, [2021], plan)).rejects.toThrow(SuspectedLeak);
    await expect(fitModel(leaky, plan)).rejects.toThrow(SuspectedLeak);
  });
});

describe('fitting the model to keep', () => {
  it('gives equal files for equal matches and seed', async () => {
    const few = madeUpMatches({ seed: 4, seasons: [2020, 2021], perSeason: 400, simulated: true });
    const [first, second] = [await fitModel(few, plan), await fitModel(few, plan)];
    expect(second).toEqual(first);
    expect(first.model.trainedOn).toEqual({ from: '2020-21', to: '2021-22', matches: 800 });
    expect(Object.keys(first.boosters).sort()).toEqual(['with-prices.xgb', 'without-prices.xgb']);
  });

  it('without any price, makes the model without prices alone', async () => {
    const unpriced = madeUpMatches({
      seed: 5,
      seasons: [2020, 2021],
      perSeason: 300,
      simulated: true,
      priced: 0,
    });
    const { model, boosters, metrics } = await fitModel(unpriced, plan);
    expect(model.withPrices).toBeNull();
    expect(metrics.withPrices).toBeNull();
    expect(Object.keys(boosters)).toEqual(['without-prices.xgb']);
  });
});
