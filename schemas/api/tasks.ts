import { z } from 'zod';
import { RunStatus } from '../jobs/run.js';
import { InstantText } from './parameters.js';

const Iso = z.iso.datetime();
const Url = z.string().nullable().describe("Where Temporal's own console shows it; null where nobody said");

/** A text that goes into Temporal's records: some words, of printable characters. */
const Words = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .regex(/^[ -~\u00A0-\uFFFF]*$/, 'no control characters');

/** A schedule as it stands (SCH-13). */
export const ScheduleLine = z.object({
  id: z.string(),
  description: z.string().nullable(),
  cron: z.string().nullable().describe('In UTC'),
  paused: z.boolean(),
  note: z.string().nullable(),
  next_at: Iso.nullable(),
  runs: z.int(),
  recent: z
    .array(z.object({ at: Iso, run: z.string(), temporal_url: Url }))
    .describe('The last runs, the newest last'),
  missed_catch_up: z.int(),
  skipped_overlap: z.int(),
  temporal_url: Url,
});
export type ScheduleLine = z.infer<typeof ScheduleLine>;

export const SchedulePath = z.object({ id: z.string().min(1).max(100) });
export const PauseBody = z.strictObject({ why: Words.describe('Kept with the schedule') });

const longestBackfillMs = 31 * 86_400_000;

/** Runs that were due between two instants, both included. */
export const BackfillBody = z
  .strictObject({ from: InstantText, to: InstantText })
  .refine(({ from, to }) => from <= to, { error: 'to lies before from', path: ['to'] })
  .refine(({ from, to }) => to.getTime() - from.getTime() <= longestBackfillMs, {
    error: 'a backfill spans 31 days at most',
    path: ['to'],
  });

const JobRun = z.object({
  run: z.string().describe('workflow/run'),
  job: z.string(),
  status: RunStatus,
  started_at: Iso,
  ended_at: Iso.nullable(),
  temporal_url: Url,
});

/** A run of a job. */
export const RunLine = JobRun;
export type RunLine = z.infer<typeof RunLine>;

export const RunsQuery = z.object({
  job: z.string().max(100).optional().describe('Of one job, or follow-match'),
  status: RunStatus.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

export const RunPath = z.object({
  run: z
    .string()
    .regex(/^[\w.:@/-]{1,190}$/, 'a run is named workflow/run, as the list has it')
    .describe('workflow/run, the slash written as %2F; a workflow alone means its latest run'),
});

/** A run with what it was given, what it is at, and how it ended. */
export const RunTold = JobRun.extend({
  input: z.unknown().describe('Without what may be a secret'),
  steps: z.array(z.object({ activity: z.string(), attempt: z.int(), last_failure: z.string().nullable() })),
  result: z.unknown().describe('Null until it ended well'),
  failure: z
    .object({ name: z.string(), message: z.string(), advice: z.string().nullable() })
    .nullable()
    .describe('Null unless it failed'),
});
export type RunTold = z.infer<typeof RunTold>;

/** A job that can be started by name. */
export const JobLine = z.object({
  name: z.string(),
  description: z.string(),
  access: z.enum(['operator', 'admin']).describe('Whose right starting it needs'),
  input: z.record(z.string(), z.unknown()).describe('JSON Schema of its input'),
});
export type JobLine = z.infer<typeof JobLine>;

export const JobPath = z.object({ name: z.string().min(1).max(100) });
export const StartBody = z.strictObject({
  input: z.record(z.string(), z.unknown()).default({}).describe('As GET /tasks/jobs says of the job'),
});
export const StartedRun = z.object({
  run: z.string().describe('The workflow; GET /tasks/runs/{run} tells how it goes'),
  begun: z.enum(['now', 'earlier']).describe('earlier: one with the same input goes on already'),
  temporal_url: Url,
});
export type StartedRun = z.infer<typeof StartedRun>;
