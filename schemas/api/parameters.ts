import { z } from 'zod';

/** An id in a path. */
export const Id = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, 'an id is a whole number from 1')
  .transform(Number)
  .refine(Number.isSafeInteger, 'an id is a whole number from 1');

/** An instant that is asked about: ISO 8601 with a zone. */
export const InstantText = z.iso
  // Without abort a rule about the whole body would be asked about a text that is no instant.
  .datetime({ offset: true, error: 'an instant is written 2023-11-01T12:00:00Z', abort: true })
  .transform((text) => new Date(text))
  .refine(
    (at) => at.getUTCFullYear() >= 1900 && at.getUTCFullYear() <= 2200,
    'an instant lies between 1900 and 2200',
  );

/** `as_of`: the answer is of what was known then. */
export const AsOf = z.object({
  as_of: InstantText.optional().describe('What was known at this instant; without it, what is known now'),
});

/** How much of a list is told at once, and from where on. */
export const Paging = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('How many at most, up to 1,000'),
  cursor: z.string().max(200).optional().describe('The next_cursor of the page before'),
});

/** `true`, `false`. */
export const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');
