import { z } from 'zod';
import { ReviewAction, ReviewStatus } from '../records/review.js';
import { Id } from './parameters.js';

const Iso = z.iso.datetime();
const Name = z.string().min(1).max(100).optional();

/** Why somebody decides: kept with the decision. */
export const Why = z
  .string()
  .trim()
  .min(1, 'say why')
  .max(500)
  .refine((text) => !/\p{Cc}/u.test(text), 'no control characters');

export const ReviewsQuery = z.object({
  status: z
    .union([ReviewStatus, z.literal('open')])
    .default('open')
    .describe('open: nobody has decided yet'),
  type: Name,
  table: Name,
  source: Name,
  league: Name,
  season: Name,
  bookmaker: Name,
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** A finding that asks for a person. */
export const FindingLine = z.object({
  id: z.int(),
  type: z.string(),
  table: z.string(),
  severity: z.string(),
  status: ReviewStatus,
  handled_by: z.string().nullable(),
  source: z.string().nullable(),
  league: z.string().nullable(),
  season: z.string().nullable(),
  bookmaker: z.string().nullable(),
  key: z.string().nullable(),
  message: z.string().nullable(),
  detected_at: Iso,
  alike: z.int().describe('How many were found for the same reason, of which this is the newest'),
});
export type FindingLine = z.infer<typeof FindingLine>;

export const FindingsTold = z.object({
  total: z.int(),
  findings: z.array(FindingLine).describe('The newest first'),
  groups: z
    .array(z.object({ type: z.string(), source: z.string().nullable(), findings: z.int() }))
    .describe('How many of each kind pass the filter'),
});

export const FindingPath = z.object({ id: Id });

/** A finding with its payload, what people did with it, and what a release would do. */
export const FindingTold = FindingLine.omit({ alike: true }).extend({
  field: z.string().nullable(),
  released: z.boolean(),
  data: z.unknown(),
  payload: z
    .object({
      id: z.int(),
      status: z.string(),
      error: z.string().nullable(),
      raw: z.unknown().describe('As it came'),
      lines: z.array(z.object({ file: z.string(), edition: z.int(), line: z.int(), edition_time: Iso })),
    })
    .nullable(),
  transitions: z.array(
    z.object({
      action: z.string(),
      from: z.string(),
      to: z.string(),
      by: z.string(),
      why: z.string(),
      at: Iso,
    }),
  ),
  release: z.object({ kind: z.enum(['accepts', 'reads-again', 'nothing']), says: z.string() }),
});
export type FindingTold = z.infer<typeof FindingTold>;

export const DecisionPath = z.object({ id: Id, action: ReviewAction });

export const DecisionBody = z.strictObject({
  why: Why,
  team_id: z
    .int()
    .positive()
    .optional()
    .describe('Of a name that may be a known team: the team that it means'),
  new_team: z.literal(true).optional().describe('Of such a name: it is a team of its own'),
});

export const DecisionTold = z.object({
  id: z.int(),
  action: ReviewAction,
  by: z.string(),
  moved: z.boolean().describe('False: it was decided so before'),
  pending: z.int().describe('Payloads that wait for refine now'),
});
