import { EvaluationReport } from '../../schemas/jobs/evaluate-model.js';

/** Reports of evaluations with every part, and with names that would be markup where they were not told as text. */

const scores = { n: 380, rps: 0.19, brier: 0.57, accuracy: 0.5, ece: 0.01, season: '2021-22' };
const row = (model: string, logLoss: number, division: string) => ({
  ...{ ...scores, model, logLoss, division, delta: logLoss - 0.98, deltaSe: 0.0031 },
});
const models = [
  ['model-with-prices', 0.9793],
  ['model-without-prices', 0.9921],
  ['market-prematch-average-shin', 0.98],
  ['market-closing-average-shin', 0.9754],
] as const;

/** As a version before this one kept it: scores and nothing else. */
export const earlierReport = {
  ...{
    runId: 'evaluate/<script>alert(1)</script>',
    evaluatedAt: '2026-06-01T00:00:00.000Z',
    lakeSnapshot: 8,
  },
  ...{ testSeasons: ['2021-22'], divisions: ['E0', '<b>&"'], trainFrom: '2005-06', seed: 1 },
  rows: ['E0', 'all'].flatMap((division) => models.map(([model, loss]) => row(model, loss, division))),
};
const weight = (value: number, low: number) => ({ weight: value, low, high: value + 0.3 });
export const wholeReport = EvaluationReport.parse({
  ...earlierReport,
  pools: [
    {
      ...{ season: '2021-22', model: 'model-with-prices', matches: 1_520 },
      ...{ booster: weight(0.1, 0), partner: weight(0.9, 0.6) },
    },
  ],
  reliability: [
    {
      ...{ model: 'model-with-prices', outcome: 'home', from: 0.4, to: 0.5, n: 123 },
      ...{ said: 0.451, came: 0.472, low: 0.386, high: 0.559 },
    },
  ],
  againstClosing: [
    {
      ...{
        model: 'model-with-prices',
        season: '2021-22',
        division: 'all',
        n: 380,
        delta: 0.0039,
        deltaSe: 0.002,
      },
      ...{ bets: 41, value: -0.0123, valueSe: 0.004, blind: -0.052 },
    },
  ],
  importance: [
    {
      ...{ model: 'model-with-prices', group: 'a <group>', features: 3, n: 380, loss: 0.0123, lossSe: 0.002 },
    },
  ],
  drift: [
    { season: '2021-22', feature: 'home_<elo>', verdict: 'drift', score: 0.4, distance: 0.31, p: 1e-9 },
  ],
  madeOf: {
    ...{ featureSet: 'match-1x2/1', features: 84, matches: 30_123, xgboost: '1.7.6' },
    recipe: { ridge: 100, note: '</pre><script>' },
  },
});
