import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { EvaluationReport, pooled, type JudgeRow } from '../schemas/jobs/evaluate-model.js';
import { TrainModelResult } from '../schemas/jobs/train-model.js';
import { PrerequisiteMissing } from '../schemas/errors.js';
import { evaluateModelJob, trainModelJob } from '../workflows/jobs.js';
import { command } from './command.js';
import { inputOf, learningOptions, learningSettings } from './model-learning.js';
import { modelReportPage } from './model-report/page.js';
import { weighed } from './model-report/weighed.js';
import { SeasonList } from './settings.js';
import { grouped, textTable } from './table.js';

export const modelTrain = command({
  path: ['model', 'train'],
  summary: 'fit, calibrate and register the 1x2 model',
  description: [
    'Fits on every finished season of the lake, chooses rounds and weights on later seasons than those fitted, fits again on all, and',
    'registers the result as a new version with its feature order, window, seed and lake snapshot. The newest version is `staging`.',
  ].join('\n'),
  options: learningOptions,
  examples: [
    'touchline model train',
    'touchline model train --divisions E0,D1 --train-from 2010-11 --seed 7',
  ],
  json: '{"name", "version", "runId", "createdAt", "lakeSnapshot", "metrics"}: the version that was registered.',
  settings: learningSettings,
  async run(given, context) {
    const input = await inputOf(given);
    const { withStack } = await import('./with-stack.js');
    const { runJob } = await import('./run-job.js');
    const answer = await withStack(context, ({ client }) => runJob(trainModelJob, input, client, context));
    const version = TrainModelResult.parse(answer);
    const { withPrices, withoutPrices } = version.metrics;
    await context.output.result(version, () =>
      [
        `Registered ${version.name} version ${version.version}, from lake snapshot ${version.lakeSnapshot}.`,
        `On the seasons it was calibrated on: log loss ${withoutPrices.logLoss.toFixed(4)} without prices${
          withPrices === null ? '' : `, ${withPrices.logLoss.toFixed(4)} with`
        }.`,
        'Judge it against the market: touchline model evaluate --test-seasons …',
      ].join('\n'),
    );
    return 0;
  },
});

const rowsAsJson =
  '{"rows": [{"model", "season", "division", "n", "logLoss", "rps", "brier", "accuracy", "ece", "delta", "deltaSe"}], "pools": [{"season", "model", "matches", "booster": {"weight", "low", "high"}, "partner": {…}}]}';
const rowsExplained = [
  'delta: mean log loss less that of market-prematch-average-shin on the same matches; deltaSe: its standard error.',
  'Season "all" and division "all" pool.',
  'pools: the weights of the booster and of its partner (the market, or the regression without prices), with their intervals of 95 %.',
].join('\n');

export const modelEvaluate = command({
  path: ['model', 'evaluate'],
  summary: 'judge the model against the market on seasons it has not seen',
  description: [
    'For each test season: predicts each of the four seasons before it from those before them, chooses rounds and weights on these,',
    'fits again up to the season before, and predicts it. Beside the model stand the market (pre-match and closing, average and Bet365, its margin taken out in three ways)',
    'and the base rate, on the same matches. A result that is too good to be true is refused.',
  ].join('\n'),
  options: [
    { flags: '--test-seasons <list>', about: 'seasons to judge on, as 2122 or 2021-22' },
    ...learningOptions,
  ],
  examples: [
    'touchline model evaluate --test-seasons 2021-22,2022-23,2023-24',
    'touchline model evaluate --test-seasons 2324 --divisions E0 --json',
  ],
  json: `${rowsAsJson}\n${rowsExplained}`,
  settings: learningSettings.extend({ testSeasons: SeasonList }),
  async run({ testSeasons, ...given }, context) {
    const input = { testSeasons, ...(await inputOf(given)) };
    const { withStack } = await import('./with-stack.js');
    const { runJob } = await import('./run-job.js');
    const answer = await withStack(context, ({ client }) => runJob(evaluateModelJob, input, client, context));
    const { rows, pools } = EvaluationReport.pick({ rows: true, pools: true }).parse(answer);
    await context.output.result({ rows, pools }, () => `${judgement(rows)}\n\n${weighed(pools)}`);
    return 0;
  },
});

export const modelReport = command({
  path: ['model', 'report'],
  summary: 'show the newest judgement again',
  description: [
    'Prints the report that the last evaluation kept, with what it was made from. Nothing is computed, nothing is started.',
    'With --html it is written as a page that stands alone: log loss beside the market, reliability, weights in the pool, value at the close, what groups of features are',
    'worth (by ablation), how far inputs have moved, and what it was made of.',
  ].join('\n'),
  options: [{ flags: '--html <file>', about: 'writes the page there' }],
  examples: [
    'touchline model report',
    'touchline model report --html model.html',
    'touchline model report --json',
  ],
  json: [
    '{"runId", "evaluatedAt", "lakeSnapshot", "testSeasons", "divisions", "trainFrom", "seed", "rows": […], "pools": […], "reliability": […], "againstClosing": […], "importance": […], "drift": […], "madeOf"}',
    'rows and pools as touchline model evaluate prints them; the others are empty, and madeOf null, in a report of an earlier version.',
  ].join('\n'),
  settings: z.object({ html: z.string().min(1).optional() }),
  async run({ html }, { config, output }) {
    const { newestEvaluation } = await import('../adapters/models/registry/evaluations.js');
    const { modelsRootOf } = await import('../adapters/lake/lake-of-home.js');
    const report = await newestEvaluation(modelsRootOf(config));
    if (report === undefined) {
      throw new PrerequisiteMissing('Nothing has been judged yet', {
        advice: 'Judge first: touchline model evaluate --test-seasons 2021-22.',
      });
    }
    if (html !== undefined) {
      await writeFile(path.resolve(html), modelReportPage(report));
      output.note(`Wrote ${path.resolve(html)}`);
    }
    await output.result(
      report,
      () => `${headOf(report)}\n\n${judgement(report.rows)}\n\n${weighed(report.pools)}`,
    );
    return 0;
  },
});

const headOf = ({ evaluatedAt, lakeSnapshot, trainFrom, divisions, seed }: EvaluationReport): string =>
  `Judged ${evaluatedAt} on lake snapshot ${lakeSnapshot}: ${divisions.join(', ')} from ${trainFrom}, seed ${seed}.`;

/** The rows over all divisions, season by season, best first; the others are in the JSON. */
export function judgement(rows: readonly JudgeRow[]): string {
  const shown = rows
    .filter(({ division }) => division === pooled)
    .sort((a, b) => a.season.localeCompare(b.season) || a.logLoss - b.logLoss);
  const seasons = new Set(shown.map(({ season }) => season));
  const lines = shown
    .filter(({ season }) => seasons.size > 2 || season !== pooled)
    .map((row) => [
      row.season,
      row.model,
      grouped(row.n),
      row.logLoss.toFixed(4),
      row.rps.toFixed(4),
      row.brier.toFixed(4),
      row.accuracy.toFixed(3),
      row.ece.toFixed(3),
      `${row.delta >= 0 ? '+' : ''}${row.delta.toFixed(4)} ± ${row.deltaSe.toFixed(4)}`,
    ]);
  return textTable(
    ['season', 'model', 'n', 'log loss', 'RPS', 'Brier', 'accuracy', 'ECE', 'to the market'],
    lines,
  );
}
