import { ApplicationFailure } from '@temporalio/workflow';
import type { z } from 'zod';

/**
 * Reads a job's input as its schema says, defaults filled in. A plain error in workflow code would be retried for ever;
 * this one ends the workflow as failed, type `BadInput`, with the field in its details.
 */
export function readJobInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw ApplicationFailure.create({
    message: `The input of the job cannot be used: ${issue?.message ?? 'unreadable'}`,
    type: 'BadInput',
    nonRetryable: true,
    details: [{ remedy: 'fix-input', subject: { ...(field === '' ? {} : { field }) } }],
  });
}
