import { z } from 'zod';

/** What every good answer of the API is wrapped in. */
export const envelopeOf = <Data extends z.ZodType>(data: Data) =>
  z.object({ success: z.literal(true), data, message: z.string() });

/** A good answer. */
export const told = <Data>(data: Data, message = '') => ({ success: true as const, data, message });

/** What every refusal and failure is told as: problem details (RFC 9457) within the envelope. */
export const Problem = z.object({
  success: z.literal(false),
  data: z.null(),
  message: z.string().describe('What happened, for a person'),
  type: z.string().describe('The kind of problem, a URI reference'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().describe('Stable: what a program decides by'),
  advice: z.string().optional().describe('What the caller can do'),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  request_id: z.string(),
});
export type Problem = z.infer<typeof Problem>;

/** A page of a list, and how to ask for the next. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next_cursor: z.string().nullable().describe('Null on the last page'),
  });
