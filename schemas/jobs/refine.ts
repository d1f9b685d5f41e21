import { z } from 'zod';

/** A job without settings: `{}`. */
export const NoInput = z.strictObject({});
export type NoInput = z.infer<typeof NoInput>;

const count = z.number().int().nonnegative();
const Counts = z.object({ claimed: count, done: count, held: count });
/** Payloads claimed, brought to silver, held. */
export const RefineResult = Counts.extend({
  /** The same of prices that were collected while the season ran. */
  prices: Counts,
});
export type RefineResult = z.infer<typeof RefineResult>;

/** What `refine` starts with: nothing, or the counts of the run it continues. */
export const RefineInput = z.strictObject({
  soFar: Counts.extend({
    prices: Counts.optional(),
    /** What was stored by this instant of the database is brought to silver. */
    storedBy: z.string().optional(),
  }).optional(),
});
export type RefineInput = z.infer<typeof RefineInput>;
