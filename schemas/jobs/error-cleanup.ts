import { z } from 'zod';

export const ErrorCleanupInput = z.strictObject({
  keepDays: z.int().min(1).default(7).describe('How long a line of the error log is kept'),
});
export type ErrorCleanupInput = z.input<typeof ErrorCleanupInput>;

export interface ErrorCleanupResult {
  readonly removed: number;
}
