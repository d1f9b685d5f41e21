import { z } from 'zod';
import { parseSeason } from '../values.js';
import { SimulatedClock } from './simulated-clock.js';

/** A season as people write it (`2122` or `2021-22`), read into the printed form. */
export const SeasonText = z.string().transform((text, context) => {
  const season = parseSeason(text);
  if (season !== undefined) return season;
  context.addIssue({ code: 'custom', message: `${text} is not a season: write 2122 or 2021-22` });
  return z.NEVER;
});

/** `if-changed` skips files whose content is that of their latest edition; `always` reads every file again. */
export const Reading = z.enum(['if-changed', 'always']);
export type Reading = z.infer<typeof Reading>;

export const ImportHistoryInput = z.strictObject({
  dataSource: z
    .string()
    .min(1)
    .default('football_data')
    .describe('Whose files they are, by the name of its provider'),
  location: z
    .string()
    .min(1)
    .describe('A folder’s absolute path, or a URL, laid out as the source lays out its files'),
  seasons: z.array(SeasonText).min(1).optional().describe('As 2122 or 2021-22. Absent: all that there are'),
  divisions: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('In the source’s names or by our codes. Absent: all that there are'),
  reading: Reading.default('if-changed').describe('Whether files that have not changed are read again'),
  collectionType: z
    .enum(['history', 'fixtures'])
    .optional()
    .describe(
      'How the run stands in data_collection_logs, history where it is absent; fixtures asks a source that is away four times in 35 to 44 minutes (SCH-7)',
    ),
  upTo: z
    .enum(['bronze', 'silver', 'gold'])
    .optional()
    .describe(
      'How far what it brings goes: gold where it is absent. Whoever imports several sources refines and builds gold once',
    ),
  clock: SimulatedClock.optional(),
});
export type ImportHistoryInput = z.infer<typeof ImportHistoryInput>;

/** A file that could not be used. The others were. */
export const FileFailure = z.object({
  file: z.string(),
  name: z.string(),
  message: z.string(),
  advice: z.string().optional(),
  /** With what its source refused it. */
  httpStatus: z.number().optional(),
});
export type FileFailure = z.infer<typeof FileFailure>;

/**
 * What an import came to. `rows` counts the non-blank data rows of all files listed, those of unchanged files too:
 * stored + duplicates + held = rows. `revisions`: results and kick-offs that this import changed, removed or brought
 * back. `heldInSilver`: payloads stored in bronze that refine could not accept. Both are 0 where it ends with bronze.
 */
export const ImportOutcome = z.object({
  files: z.number().int().nonnegative(),
  rows: z.number().int().nonnegative(),
  stored: z.number().int().nonnegative(),
  duplicates: z.number().int().nonnegative(),
  held: z.number().int().nonnegative(),
  revisions: z.number().int().nonnegative(),
  heldInSilver: z.number().int().nonnegative(),
});
export type ImportOutcome = z.infer<typeof ImportOutcome>;

/** What is doubted of a file as a whole, and waits in the review queue. */
export const EditionQuestion = z.object({
  findingId: z.number(),
  /** What is held: all that this edition brought, or nothing, where it only lacks something. */
  holds: z.enum(['edition', 'nothing']),
  /** One sentence, with the file. */
  says: z.string(),
});
export type EditionQuestion = z.infer<typeof EditionQuestion>;

/**
 * {@link ImportOutcome} with the files that failed; empty when all went well. `runId` is what its rows bear. `skipped` says for want of what a list
 * of fixtures was not asked for.
 */
export const ImportHistoryResult = z.object({
  runId: z.string(),
  outcome: ImportOutcome,
  failures: z.array(FileFailure),
  /** Those of the editions that it stored; the first hundred. A run of before they were told has none. */
  questions: z.array(EditionQuestion).default([]),
  skipped: z.string().optional(),
});
export type ImportHistoryResult = z.infer<typeof ImportHistoryResult>;
