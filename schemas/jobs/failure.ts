import { z } from 'zod';
import { Judgement } from '../records/judgement.js';

/** What an activity's failure carries beside its message. */
export const FailureDetails = z.object({
  remedy: z.string().optional(),
  /** Where the error log says already why: by the parts of the job that failed. */
  logged: z.literal(true).exactOptional(),
  /** Of a check that failed: what it found. */
  judgement: Judgement.exactOptional(),
  subject: z.object({
    file: z.string().exactOptional(),
    row: z.number().exactOptional(),
    field: z.string().exactOptional(),
    setting: z.string().exactOptional(),
    object: z.string().exactOptional(),
    httpStatus: z.number().exactOptional(),
    advice: z.string().exactOptional(),
  }),
});
export type FailureDetails = z.infer<typeof FailureDetails>;

/** An error as a reader meets it: the class it was raised as, its message, and what it is about. */
export interface JobFailure {
  readonly name: string;
  readonly message: string;
  readonly subject: FailureDetails['subject'];
}

const FailureShape = z.object({
  name: z.string(),
  message: z.string(),
  type: z.string().nullish(),
  details: z.array(z.unknown()).nullish(),
  cause: z.unknown().optional(),
  subject: FailureDetails.shape.subject.optional(),
});

const wrappers = new Set(['WorkflowFailedError', 'ChildWorkflowFailure', 'ActivityFailure']);

/**
 * Takes off what Temporal puts around an error (workflow, child workflow, activity) until the activity's own error is
 * found. An error that never went through Temporal is described as it is.
 */
export function jobFailure(error: unknown): JobFailure {
  const parsed = FailureShape.safeParse(error);
  if (!parsed.success) return { name: 'Error', message: String(error), subject: {} };
  const { name, message, type, details, cause, subject } = parsed.data;
  if (wrappers.has(name) && cause !== undefined && cause !== null) return jobFailure(cause);
  const carried = FailureDetails.safeParse(details?.[0]);
  return {
    name: type ?? name,
    message,
    subject: subject ?? (carried.success ? carried.data.subject : {}),
  };
}
