import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Trial, TuningReport } from '../../../schemas/jobs/tune-model.js';
import type { Recipe } from '../../../schemas/records/recipe.js';
import { replaceFile } from './whole-files.js';

const folder = (root: string, tuning: string): string => path.join(root, 'tunings', tuning);
const trialFile = (root: string, tuning: string, trial: number): string =>
  path.join(folder(root, tuning), `trial-${String(trial).padStart(3, '0')}.json`);
const reportFile = (root: string, tuning: string): string => path.join(folder(root, tuning), 'report.json');

/** Where the recipe that a tuning chose is. */
export const recipeFile = (root: string, tuning: string): string =>
  path.join(folder(root, tuning), 'recipe.json');

async function readIfThere(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const write = (file: string, content: unknown): Promise<void> =>
  replaceFile(file, `${JSON.stringify(content)}\n`);

/** A trial of a tuning under `<root>/tunings`; undefined where it was not finished. */
export async function readTrial(root: string, tuning: string, trial: number): Promise<Trial | undefined> {
  const found = await readIfThere(trialFile(root, tuning, trial));
  return found === undefined ? undefined : Trial.parse(found);
}

/** Keeps a finished trial, whole or not at all. */
export const keepTrial = (root: string, tuning: string, trial: Trial): Promise<void> =>
  write(trialFile(root, tuning, trial.trial), trial);

/** Keeps what came of a tuning, and its recipe in a file of its own: the report comes last, and says that both are there. */
export async function keepTuning(root: string, report: TuningReport, chosen: Recipe): Promise<void> {
  await replaceFile(recipeFile(root, report.tuning), `${JSON.stringify(chosen, undefined, 2)}\n`);
  await write(reportFile(root, report.tuning), report);
}

/** What came of a tuning; undefined where it has not ended. */
export async function readTuning(root: string, tuning: string): Promise<TuningReport | undefined> {
  const found = await readIfThere(reportFile(root, tuning));
  return found === undefined ? undefined : TuningReport.parse(found);
}
