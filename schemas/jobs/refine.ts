import { z } from 'zod';

/** A job without settings: `{}`. */
export const NoInput = z.strictObject({});
export type NoInput = z.infer<typeof NoInput>;

/**
 * Payloads claimed, brought to silver, held. A batch whose worker was killed after its commit is in silver and not counted: the attempt
 * after it finds nothing to claim.
 */
export const RefineResult = z.object({
  claimed: z.number().int().nonnegative(),
  done: z.number().int().nonnegative(),
  held: z.number().int().nonnegative(),
});
export type RefineResult = z.infer<typeof RefineResult>;

/** What `refine` starts with: nothing, or the counts of the run it continues. */
export const RefineInput = z.strictObject({ soFar: RefineResult.optional() });
export type RefineInput = z.infer<typeof RefineInput>;
