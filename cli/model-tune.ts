import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { PrerequisiteMissing } from '../schemas/errors.js';
import { TuneModelResult, type TrialRow, type TuningReport } from '../schemas/jobs/tune-model.js';
import type { Recipe } from '../schemas/records/recipe.js';
import { tuneModelJob } from '../workflows/jobs.js';
import { command } from './command.js';
import { inputOf, learningOptions, learningSettings } from './model-learning.js';
import { SeasonOption, SeasonSpan, WholeNumber } from './settings.js';
import { grouped, textTable } from './table.js';

const Minutes = z
  .string()
  .regex(/^\d{1,5}(\.\d+)?$/, 'Write minutes, as 90')
  .transform(Number)
  .refine((minutes) => minutes > 0, 'Write minutes, more than 0');

export const modelTune = command({
  path: ['model', 'tune'],
  summary: 'try recipes of the model on seasons that judge no model',
  description: [
    'Draws recipes around the present one (how boosters are grown, the penalty of the regression, how many seasons choose rounds and weights) and scores each by its log loss on the',
    'validation seasons, each predicted from the seasons before it. Seasons from --held-back on are not read, and refused for choosing. The best is chosen where it is ahead of',
    'the present one by more than the standard error of its lead; else the present one stays. Every finished trial is kept: the same command given again goes on where it was, and more',
    'trials are more of the same sequence. Nothing is registered.',
  ].join('\n'),
  options: [
    { flags: '--validate <seasons>', about: 'seasons that choose, as 2012-13..2018-19 or 1516,1718' },
    { flags: '--trials <n>', about: 'recipes besides the present one', otherwise: '20' },
    {
      flags: '--budget <minutes>',
      about: 'begins no trial that would, by the longest so far, end later; two are always made',
      otherwise: 'as long as the trials take',
    },
    { flags: '--held-back <season>', about: 'the first season that judges models', otherwise: '2021-22' },
    { flags: '--out <file>', about: 'writes the chosen recipe there, too' },
    ...learningOptions,
  ],
  examples: [
    'touchline model tune --validate 2012-13..2018-19 --budget 60 --out recipe.json',
    'touchline model evaluate --recipe recipe.json --test-seasons 2021-22,2022-23,2023-24',
    'touchline model train --recipe recipe.json',
  ],
  json: [
    '{"tuning", "lakeSnapshot", "validate", "heldBack", "seed", "rows": [{"trial", "recipe", "n", "withoutPrices", "withPrices", "mean", "difference", "standardError"}], "chosen", "recipeFile"}',
    'rows: best first; mean: log loss of both models; difference: that less the present recipe’s (trial 0), match by match.',
  ].join('\n'),
  settings: learningSettings.extend({
    validate: SeasonSpan,
    trials: WholeNumber.pipe(z.number().min(1).max(300)).optional(),
    budget: Minutes.optional(),
    heldBack: SeasonOption.optional(),
    out: z.string().min(1).optional(),
  }),
  async run({ validate, trials, budget, heldBack, out, ...given }, context) {
    const input = tuneModelJob.input.parse({
      ...(await inputOf(given)),
      ...{ validate, trials, heldBack, budgetMinutes: budget },
    });
    const { withStack } = await import('./with-stack.js');
    const { runJob } = await import('./run-job.js');
    const answer = await withStack(context, ({ client }) => runJob(tuneModelJob, input, client, context));
    const { tuning } = TuneModelResult.parse(answer);
    const { readTuning, recipeFile } = await import('../adapters/models/registry/tunings.js');
    const { modelsRootOf } = await import('../adapters/lake/lake-of-home.js');
    const root = modelsRootOf(context.config);
    const report = await readTuning(root, tuning);
    const best = report?.rows.find(({ trial }) => trial === report.chosen);
    if (report === undefined || best === undefined)
      throw new PrerequisiteMissing('What the tuning kept is not here', { object: tuning });
    const kept = recipeFile(root, tuning);
    if (out !== undefined) {
      await writeFile(path.resolve(out), `${JSON.stringify(best.recipe, undefined, 2)}\n`);
    }
    const written = out === undefined ? kept : path.resolve(out);
    await context.output.result({ ...report, recipeFile: written }, () => tuned(report, written));
    return 0;
  },
});

/** The parts of a recipe by their way in it: `withPrices.eta`. */
function partsOf({ boosters, ridge, calibrationSeasons }: Recipe): ReadonlyMap<string, number> {
  return new Map([
    ...(['withoutPrices', 'withPrices'] as const).flatMap((variant) => {
      const { parameters, most } = boosters[variant];
      return [...Object.entries(parameters), ['most', most] as const].map(
        ([name, value]) => [`${variant}.${name}`, value] as const,
      );
    }),
    ['ridge', ridge],
    ['calibrationSeasons', calibrationSeasons],
  ]);
}

/** What a recipe has other than the present one. */
export function changed(recipe: Recipe, present: Recipe | undefined): string {
  const before = present === undefined ? new Map<string, number>() : partsOf(present);
  const others = [...partsOf(recipe)].filter(([name, value]) => before.get(name) !== value);
  return others.length === 0 ? 'present' : others.map(([name, value]) => `${name} ${value}`).join(', ');
}

const shown = 10;

function tuned({ rows, chosen }: TuningReport, file: string): string {
  const present = rows.find(({ trial }) => trial === 0);
  const line = (row: TrialRow): string[] => [
    `${row.trial}${row.trial === chosen ? ' *' : ''}`,
    grouped(row.n),
    row.withoutPrices.toFixed(5),
    row.withPrices.toFixed(5),
    row.mean.toFixed(5),
    `${row.difference >= 0 ? '+' : ''}${row.difference.toFixed(5)} ± ${row.standardError.toFixed(5)}`,
    changed(row.recipe, present?.recipe),
  ];
  const top = rows.slice(0, shown);
  const lines = present === undefined || top.includes(present) ? top : [...top, present];
  return [
    textTable(['trial', 'n', 'without prices', 'with', 'mean', 'to the present', 'recipe'], lines.map(line)),
    '',
    chosen === 0
      ? `Of ${rows.length - 1} recipes none is ahead of the present one by more than chance gives it: it stays.`
      : `Trial ${chosen} is chosen.`,
    `Its recipe: ${file}`,
  ].join('\n');
}
