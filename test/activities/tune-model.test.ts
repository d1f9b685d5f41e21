import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTuneModelActivities } from '../../activities/tune-model.js';
import { readTrial, readTuning, recipeFile } from '../../adapters/models/registry/tunings.js';
import { BadInput } from '../../schemas/errors.js';
import { TuneModelInput, type TuningPlan } from '../../schemas/jobs/tune-model.js';
import { instant, seasonOfStartYear } from '../../schemas/values.js';
import { createLeague } from '../../simulator/league/league.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { asActivity } from '../support/house.js';
import { importToSilver, openTestLake, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { tinyRecipe } from '../support/tiny-recipe.js';

const league = createLeague({ seed: 11, now: instant(Date.UTC(2024, 9, 1)), seasons: 5 });
const asked = TuneModelInput.parse({
  validate: ['2022-23'],
  heldBack: '2023-24',
  trials: 2,
  seed: 3,
  recipe: tinyRecipe,
});

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
let modelsRoot: string;

const activities = () => createTuneModelActivities({ lake: lake.lake, modelsRoot });
const plan = (input = asked) => asActivity(() => activities().planTuning(input));
const score = (of: TuningPlan, trial: number, input = asked) =>
  asActivity(() => activities().scoreTrial({ ...input, ...of, trial }));
const choose = (of: TuningPlan, tried: number) =>
  asActivity(() => activities().chooseTrial({ ...asked, ...of, tried }));

beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  lake = await openTestLake(postgres.url, folder.path);
  modelsRoot = path.join(folder.path, 'models');
  await importToSilver(lake.house, folder.path, league, 'import/1');
  await lake.publish('publish/1');
  await lake.buildGold('gold/1');
});

afterAll(async () => {
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

describe('a tuning', () => {
  it('refuses a season that judges models, in whatever step', async () => {
    const late = { ...asked, validate: [seasonOfStartYear(2022), seasonOfStartYear(2023)] };
    await expect(plan(late)).rejects.toThrow(BadInput);
    await expect(plan(late)).rejects.toThrow('2023-24 judges models');
    await expect(score(await plan(), 0, late)).rejects.toThrow(BadInput);
  });

  it('is the same one for the same settings, however many trials it has, and another for others', async () => {
    const { tuning } = await plan();
    expect((await plan({ ...asked, trials: 9, budgetMinutes: 1 })).tuning).toBe(tuning);
    expect((await plan({ ...asked, seed: 4 })).tuning).not.toBe(tuning);
    expect((await plan({ ...asked, heldBack: seasonOfStartYear(2024) })).tuning).not.toBe(tuning);
  });

  it('keeps each trial, judges all on the same matches, and repeats none that was finished', async () => {
    const of = await plan();
    for (const trial of [0, 1, 2]) await score(of, trial);
    const [present, drawn] = [
      await readTrial(modelsRoot, of.tuning, 0),
      await readTrial(modelsRoot, of.tuning, 1),
    ];
    expect(present?.recipe).toEqual(tinyRecipe);
    expect(drawn?.recipe).not.toEqual(tinyRecipe);
    expect(present?.losses.withPrices).toHaveLength(380);
    expect(drawn?.losses.withoutPrices).toHaveLength(380);
    expect(drawn?.losses.withoutPrices).not.toEqual(present?.losses.withoutPrices);

    const files = path.join(modelsRoot, 'tunings', of.tuning);
    const written = async () =>
      Promise.all((await readdir(files)).map(async (name) => (await stat(path.join(files, name))).mtimeMs));
    const before = await written();
    for (const trial of [0, 1, 2]) await score(of, trial);
    expect(await written()).toEqual(before);
  });

  it('knows nothing of the seasons that are held back: what was played there changes no score', async () => {
    // Held back from a year later on, the trial may read another season, and must not: it validates the same one.
    const later = { ...asked, heldBack: seasonOfStartYear(2024) };
    const [of, other] = [await plan(), await plan(later)];
    await score(other, 1, later);
    expect(await readTrial(modelsRoot, other.tuning, 1)).toEqual(await readTrial(modelsRoot, of.tuning, 1));
  });

  it('ends with a report and the chosen recipe in a file, and registers nothing', async () => {
    const of = await plan();
    const result = await choose(of, 3);
    const report = await readTuning(modelsRoot, of.tuning);
    expect(report?.rows).toHaveLength(3);
    expect(report?.chosen).toBe(result.chosen);
    const chosen = report?.rows.find(({ trial }) => trial === result.chosen);
    const kept: unknown = JSON.parse(await readFile(recipeFile(modelsRoot, of.tuning), 'utf8'));
    expect(kept).toEqual(chosen?.recipe);
    expect(await choose(of, 3)).toEqual(result);
    expect(await readdir(modelsRoot)).toEqual(['tunings']);
  });
});
