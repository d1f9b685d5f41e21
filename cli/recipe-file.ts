import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Recipe } from '../schemas/records/recipe.js';
import { BadUsage } from './bad-usage.js';

/** The option by which a command is given a recipe. */
export const recipeOption = {
  flags: '--recipe <file>',
  about: 'how the model is made, as model tune writes it',
  otherwise: 'the recipe of the house',
} as const;

/** Reads a recipe from a file; undefined where none was named. Throws BadUsage that says what is wrong with it. */
export async function readRecipe(file: string | undefined): Promise<Recipe | undefined> {
  if (file === undefined) return undefined;
  const refused = (why: string): BadUsage =>
    new BadUsage(`${file} holds no recipe: ${why}`, {
      setting: recipeOption.flags,
      file: path.resolve(file),
      advice: 'Have one written: touchline model tune --validate 2012-13..2018-19 --out recipe.json.',
    });
  let said: unknown;
  try {
    said = JSON.parse(await readFile(path.resolve(file), 'utf8'));
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error));
  }
  const parsed = Recipe.safeParse(said);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refused(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it cannot be read'}`);
}
