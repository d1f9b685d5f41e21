import { z } from 'zod';
import { Why } from './reviews.js';

const Version = z.int().positive();

export const PromoteBody = z.strictObject({
  why: Why.optional().describe('Without it: that it passed the gate'),
  override: z
    .literal(true)
    .optional()
    .describe('Promotes it whatever the gate says; needs `why`, which is kept'),
});

export const RollbackBody = z.strictObject({ why: Why });

export const SplitBody = z
  .strictObject({
    version: Version.nullable().describe('The second version; null ends the split'),
    share: z.number().gt(0).lt(1).optional().describe('Of the matches that it answers'),
    why: Why,
  })
  .refine(({ version, share }) => (version === null) === (share === undefined), {
    error: 'a version has a share, and null has none',
    path: ['share'],
  });

/** What serves now, and what served before. */
export const ServedTold = z.object({
  from: Version.nullable(),
  to: Version,
  gate: z.object({ passed: z.boolean(), objections: z.array(z.string()) }).nullable(),
});

const Split = z.object({ version: Version, share: z.number() }).nullable();
export const SplitTold = z.object({ before: Split, after: Split });
