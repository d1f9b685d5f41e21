import { z } from 'zod';

const losses = z.array(z.number());

/**
 * What a version, what the bookmakers and what the shares of the results before said of matches that the version's parts had not seen: the log loss of
 * each, by match. Columns of one length; `bookmakers` is null where no book had prices before the match.
 */
export const HeldOut = z
  .object({
    matchIds: z.array(z.number().int()),
    model: losses,
    bookmakers: z.array(z.number().nullable()),
    baseRate: losses,
  })
  .refine(
    ({ matchIds, ...columns }) => Object.values(columns).every(({ length }) => length === matchIds.length),
    'the columns differ in length',
  );
export type HeldOut = z.infer<typeof HeldOut>;
