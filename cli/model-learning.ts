import { z } from 'zod';
import { readRecipe, recipeOption } from './recipe-file.js';
import { DivisionList, SeasonOption, WholeNumber } from './settings.js';

/** What every command is told that fits models. */
export const learningOptions = [
  {
    flags: '--divisions <list>',
    about: 'divisions to learn and judge on, as E0,D1',
    otherwise: 'D1,E0,F1,I1,SP1; all where the lake has none of them',
  },
  {
    flags: '--train-from <season>',
    about: 'the first season learnt from',
    otherwise: '2005-06, or the first there is after it',
  },
  {
    flags: '--seed <number>',
    about: 'the same seed on the same data gives the same model file',
    otherwise: '1',
  },
  recipeOption,
] as const;

export const learningSettings = z.object({
  divisions: DivisionList.optional(),
  trainFrom: SeasonOption.optional(),
  seed: WholeNumber.default(1),
  recipe: z.string().min(1).optional(),
});

/** As much of a job's input as these say. Throws BadUsage where the file holds no recipe. */
export async function inputOf({
  divisions,
  trainFrom,
  seed,
  recipe: file,
}: z.output<typeof learningSettings>) {
  const recipe = await readRecipe(file);
  return {
    seed,
    ...(divisions === undefined ? {} : { divisions }),
    ...(trainFrom === undefined ? {} : { trainFrom }),
    ...(recipe === undefined ? {} : { recipe }),
  };
}
