import { NoInput } from '../schemas/jobs/refine.js';
import { bringToGold } from './bring-to-gold.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';

/** Brings what is known now to gold, where the features of matches are. */
export async function calculateFeatures(input: NoInput): Promise<{ readonly outcome: 'succeeded' }> {
  readJobInput(NoInput, input);
  await bringToGold(reportProgress({ phase: 'refine', unit: 'payloads' }));
  return { outcome: 'succeeded' };
}
