import { z } from 'zod';

/** A job without settings: `{}`. */
export const NoInput = z.strictObject({});
export type NoInput = z.infer<typeof NoInput>;

/** Keys whose history was read, payloads brought to silver, payloads held. */
export const RefineResult = z.object({
  claimed: z.number().int().nonnegative(),
  done: z.number().int().nonnegative(),
  held: z.number().int().nonnegative(),
});
export type RefineResult = z.infer<typeof RefineResult>;

/** What `refine` starts with: nothing, or the counts of the run it continues. */
export const RefineInput = z.strictObject({ soFar: RefineResult.optional() });
export type RefineInput = z.infer<typeof RefineInput>;
