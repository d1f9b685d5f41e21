import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { TuningReport } from '../../schemas/jobs/tune-model.js';
import { Recipe } from '../../schemas/records/recipe.js';
import { instant } from '../../schemas/values.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { createLeague } from '../../simulator/league/league.js';
import { touchline } from '../support/command-line.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { killAsPlanned } from '../support/kills.js';
import { tinyRecipe } from '../support/tiny-recipe.js';

let folder: TestFolder;
const home = (): string => path.join(folder.path, 'home');
const inFolder = (name: string): string => path.join(folder.path, name);

const run = (args: readonly string[]) => touchline(args, { TOUCHLINE_HOME: home() });
async function done(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(args);
  expect(`${code} ${code === 0 ? '' : stderr}`.trim()).toBe('0');
  return stdout;
}

beforeAll(async () => {
  folder = await makeTestFolder();
  const league = createLeague({ seed: 11, now: instant(Date.UTC(2024, 9, 1)), seasons: 6 });
  await writeFootballData({ directory: inFolder('files'), leagues: [league] });
  await writeFile(inFolder('tiny.json'), JSON.stringify(tinyRecipe));
  await done(['up', '--detach']);
  await done(['import', 'football-data', inFolder('files')]);
}, 300_000);

afterAll(async () => {
  await run(['down']);
  await folder.remove();
}, 60_000);

const Told = TuningReport.extend({ recipeFile: z.string() });
const tune = (...more: readonly string[]): readonly string[] => [
  ...['model', 'tune', '--recipe', inFolder('tiny.json'), '--seed', '3'],
  ...['--validate', '2021-22..2022-23', '--held-back', '2023-24', '--json', ...more],
];

it('a tuning whose worker is killed goes on where it was, and train and evaluate read the recipe it chose', async () => {
  const kills = killAsPlanned(home(), [
    { victim: 'worker', phase: 'tune.season', occurrence: 1 },
    { victim: 'worker', phase: 'tune.fit', occurrence: 2 },
  ]);
  const told = Told.parse(JSON.parse(await done(tune('--trials', '3', '--out', inFolder('chosen.json')))));
  expect(await kills.stop()).toHaveLength(2);
  expect(told.rows.map(({ trial }) => trial).toSorted()).toEqual([0, 1, 2, 3]);
  expect(told.rows.find(({ trial }) => trial === 0)?.recipe).toEqual(tinyRecipe);
  expect(told.recipeFile).toBe(inFolder('chosen.json'));

  // Undisturbed, the very same: every trial is there already.
  const again = Told.parse(JSON.parse(await done(tune('--trials', '3', '--out', inFolder('chosen.json')))));
  expect(again).toEqual(told);

  const { chosen } = told;
  const recipe = Recipe.parse(told.rows.find(({ trial }) => trial === chosen)?.recipe);
  const trained = z
    .object({ parameters: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await done(['model', 'train', '--recipe', inFolder('chosen.json'), '--json'])));
  expect(trained.parameters['recipe.boosters.withPrices.parameters.eta']).toBe(
    String(recipe.boosters.withPrices.parameters.eta),
  );
  await done(['model', 'evaluate', '--recipe', inFolder('chosen.json'), '--test-seasons', '2023-24']);
  const report = z
    .object({ madeOf: z.object({ recipe: Recipe }) })
    .parse(JSON.parse(await done(['model', 'report', '--json'])));
  expect(report.madeOf.recipe).toEqual(recipe);
  const versions = path.join(home(), 'data_lake', 'models', 'football_baseline_model', 'versions');
  expect(await readdir(versions)).toEqual(['1']);
}, 600_000);

it('a season that judges models may not choose, and a file without a recipe is refused', async () => {
  const late = await run(tune('--validate', '2021-22..2023-24'));
  expect(late.code).not.toBe(0);
  expect(late.stdout).toContain('2023-24 judges models');
  await writeFile(inFolder('no-recipe.json'), '{"ridge": 3}');
  const without = await run(['model', 'train', '--recipe', inFolder('no-recipe.json')]);
  expect(without.code).toBe(2);
  expect(without.stderr).toContain('holds no recipe');
}, 120_000);

it('says in a table what was tried', async () => {
  const words = tune('--trials', '3').filter((word) => word !== '--json');
  const table = await done(words);
  expect(table).toMatch(/trial +n +without prices +with +mean +to the present +recipe/);
  expect(table).toContain('present');
  expect(table).toMatch(/Its recipe: .*recipe\.json/);
}, 120_000);
