import {
  benchmarkModel,
  pooled,
  type EvaluationReport,
  type JudgedModel,
  type JudgeRow,
  type PoolRow,
} from '../../schemas/jobs/evaluate-model.js';
import {
  reportedModels,
  type AgainstClosing,
  type GroupImportance,
  type InputDrift,
  type ReliabilityBin,
} from '../../schemas/records/model-report.js';
import { outcomesInClassOrder } from '../../schemas/values.js';
import { grouped } from '../table.js';
import { figures, folded, paragraph } from './html.js';
import { intervalChart } from '../../domain/charts/interval-chart.js';
import { reliabilityChart } from '../../domain/charts/reliability-chart.js';
import { weighedLine } from './weighed.js';

/** Standard errors on either side that hold 95 %. */
const halfInterval = 1.96;
const signed = (value: number, digits = 4): string =>
  `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(digits)}`;
const withError = (value: number, error: number): string => `${signed(value)} ± ${error.toFixed(4)}`;
const percent = (value: number): string => `${signed(100 * value, 2)} %`;
const around = (value: number, error: number) => ({
  ...{ value, low: value - halfInterval * error, high: value + halfInterval * error },
});

const closingModel = 'market-closing-average-shin' satisfies JudgedModel;

/** Every model's chances of each outcome against what came. */
export function reliabilityPart(bins: readonly ReliabilityBin[]): string {
  return reportedModels
    .map((model) => {
      const own = bins.filter((bin) => bin.model === model);
      if (own.length === 0) return '';
      const charts = outcomesInClassOrder.map((outcome) => {
        const told = own.filter((bin) => bin.outcome === outcome);
        const about = `${told.length} bins of a tenth: the mean chance given, and the share that came with its interval of 95 %`;
        return `<figure>${reliabilityChart({ title: `${model}: ${outcome}`, about }, told)}<figcaption>${outcome}</figcaption></figure>`;
      });
      const rows = own.map(({ outcome, from, to, n, said, came, low, high }) => [
        ...[
          `${outcome} ${from.toFixed(1)} to ${to.toFixed(1)}`,
          grouped(n),
          said.toFixed(3),
          came.toFixed(3),
        ],
        `${low.toFixed(3)} to ${high.toFixed(3)}`,
      ]);
      const table = figures(
        `${model}: chances given and what came`,
        ['chance of', 'matches', 'mean chance', 'came', 'interval of 95 %'],
        rows,
      );
      return `<h3>${model}</h3><div class="side">${charts.join('')}</div>${folded('in figures', table)}`;
    })
    .join('\n');
}

type Place = Pick<JudgeRow, 'season' | 'division'>;
const samePlace = (a: Place, b: Place): boolean => a.season === b.season && a.division === b.division;

/** Log loss by season and division beside the market. */
export function lossPart({ rows, againstClosing }: EvaluationReport): string {
  const lossOf = (model: JudgedModel, place: Place): string =>
    rows.find((row) => row.model === model && samePlace(row, place))?.logLoss.toFixed(4) ?? '–';
  const places = rows.filter(({ model }) => model === benchmarkModel);
  return reportedModels
    .map((model) => {
      const own = rows.filter((row) => row.model === model);
      const chart = intervalChart(
        {
          title: `${model}: log loss less that of the average price before the match`,
          about: 'By season over all divisions, with intervals of 95 %; left of 0 the model is better.',
        },
        own
          .filter(({ division }) => division === pooled)
          .map(({ season, delta, deltaSe }) => ({ label: season, ...around(delta, deltaSe) })),
      );
      const table = figures(
        `${model}: mean log loss (Shin's margin taken out of prices), and the paired difference with its standard error`,
        ['season, division', 'matches', 'model', 'before', 'to it', 'closing', 'to it'],
        places.map((place) => {
          const row = own.find((one) => samePlace(one, place));
          const close = againstClosing.find((one) => one.model === model && samePlace(one, place));
          return [
            ...[`${place.season}, ${place.division}`, grouped(place.n), lossOf(model, place)],
            ...[lossOf(benchmarkModel, place), row === undefined ? '–' : withError(row.delta, row.deltaSe)],
            ...[
              lossOf(closingModel, place),
              close === undefined ? '–' : withError(close.delta, close.deltaSe),
            ],
          ];
        }),
      );
      return `<h3>${model}</h3>${chart}${table}`;
    })
    .join('\n');
}

/** What backing the model would have been worth by the closing price. */
export function closingPart(rows: readonly AgainstClosing[]): string {
  const shown = rows.filter(({ division, season }) => division === pooled || season === pooled);
  return `${paragraph(
    'Each outcome whose average price before the match was worth more than 1 by the model is taken as backed at that price. Its value at the close is the price times the chance by the average closing price (Shin), less 1: what it would be worth if the close is right. Beside it the same of all outcomes, backed blindly.',
    'note',
  )}${figures(
    'Mean value at the close',
    ['model, season, division', 'matches', 'backed', 'value', 'standard error', 'blindly'],
    shown.map(({ model, season, division, n, bets, value, valueSe, blind }) => [
      ...[`${model}, ${season}, ${division}`, grouped(n), grouped(bets)],
      ...[value === null ? '–' : percent(value), valueSe === null ? '–' : `${(100 * valueSe).toFixed(2)} %`],
      percent(blind),
    ]),
  )}`;
}

const wordsOf = (name: string): string => name.replaceAll('_', ' ');

/** What groups of features are worth, by ablation. */
export function importancePart(groups: readonly GroupImportance[]): string {
  return `${paragraph(
    'By ablation over the test seasons: the model is asked with all features of a group set to missing, and is not fitted without them. What it loses in log loss is shown, with intervals of 95 %. Groups that say the same stand in for each other, so that each alone may seem to be worth little.',
    'note',
  )}${reportedModels
    .map((model) => {
      const own = groups.filter((one) => one.model === model);
      if (own.length === 0) return '';
      const chart = intervalChart(
        {
          title: `${model}: log loss without a group less that with it`,
          about: 'Right of 0 the group helps.',
        },
        own.map(({ group, loss, lossSe }) => ({ label: wordsOf(group), ...around(loss, lossSe) })),
      );
      const table = figures(
        `${model}: log loss without a group less that with it`,
        ['group', 'features', 'matches', 'loss without it'],
        own.map(({ group, features, n, loss, lossSe }) => [
          ...[wordsOf(group), String(features), grouped(n), withError(loss, lossSe)],
        ]),
      );
      return `<h3>${model}</h3>${chart}${folded('in figures', table)}`;
    })
    .join('\n')}`;
}

const mostShown = 12;

/** How far the inputs of test seasons have moved. */
export function driftPart(drifts: readonly InputDrift[]): string {
  const verdicts = { drift: 'moved', stable: 'as before', too_few: 'too few values' } as const;
  return `${paragraph(
    `Each test season against all seasons before it: the two-sample test of Kolmogorov and Smirnov, p after Benjamini and Hochberg over the features of the season. A feature has moved where both the test and the size of the difference say so.`,
    'note',
  )}${[...new Set(drifts.map(({ season }) => season))]
    .map((season) => {
      const own = drifts.filter((one) => one.season === season);
      const moved = own.filter(({ verdict }) => verdict === 'drift').length;
      const chart = intervalChart(
        {
          title: `${season}: the inputs that moved most`,
          about: 'The largest distance between distributions, 0 to 1.',
        },
        own
          .slice(0, mostShown)
          .map(({ feature, distance }) => ({ label: feature, value: distance, low: 0, high: distance })),
      );
      const table = figures(
        `${season}: every input`,
        ['feature', 'distance', 'p', 'score', ''],
        own.map(({ feature, distance, p, score, verdict }) => [
          ...[feature, distance.toFixed(3), p.toPrecision(2), score.toFixed(2), verdicts[verdict]],
        ]),
      );
      return `<h3>${season}</h3>${paragraph(`${moved} of ${own.length} inputs have moved.`)}${chart}${folded('every input', table)}`;
    })
    .join('\n')}`;
}

/** How much boosters count beside their partners. */
export function poolPart(pools: readonly PoolRow[]): string {
  const chart = intervalChart(
    {
      title: 'Weight of the booster in the pool',
      about: 'By test season and model, with intervals of 95 %; at 0 it adds nothing.',
    },
    pools.map(({ season, model, booster: { weight, low, high } }) => ({
      ...{ label: `${season} ${model}`, value: weight, low, high: high ?? weight },
    })),
  );
  return `${chart}<ul>${pools.map((row) => `<li>${paragraph(weighedLine(row))}</li>`).join('')}</ul>`;
}
