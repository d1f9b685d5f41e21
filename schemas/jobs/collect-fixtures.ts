import { z } from 'zod';
import { ImportOutcome, SeasonText } from './import-history.js';
import { JobOutcome } from './outcome.js';
import { SimulatedClock } from './simulated-clock.js';

export const CollectFixturesInput = z.strictObject({
  dataSources: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Absent: every source that is configured'),
  seasons: z
    .array(SeasonText)
    .min(1)
    .optional()
    .describe(
      'As 2122 or 2021-22. Absent: the season now running, and the next one where a source lists it already',
    ),
  divisions: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('In the sources’ names or by our codes. Absent: all that a source has'),
  upTo: z
    .enum(['silver', 'gold'])
    .optional()
    .describe('How far what it brings goes: gold where it is absent, else gold has it with the next build'),
  clock: SimulatedClock.optional(),
});
export type CollectFixturesInput = z.infer<typeof CollectFixturesInput>;

/** What became of one source; `counts` is null where nothing was collected. */
export const CollectedSource = z.object({
  dataSource: z.string(),
  result: JobOutcome,
  counts: ImportOutcome.nullable(),
});
export type CollectedSource = z.infer<typeof CollectedSource>;

export const CollectFixturesResult = z.object({ result: JobOutcome, sources: z.array(CollectedSource) });
export type CollectFixturesResult = z.infer<typeof CollectFixturesResult>;
