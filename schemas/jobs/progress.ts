import { z } from 'zod';

/** The name of the query that every job answers with a {@link JobProgress}. */
export const progressQueryName = 'progress';

/** How far a job is, for a person who waits. Counts only grow within a phase. */
export const JobProgress = z.object({
  /** The step the job is in: `collect`, `refine`, `publish` … */
  phase: z.string(),
  /** How many of `unit` are done, and of how many; `total` is null where nobody knows yet. */
  done: z.number().int().nonnegative(),
  total: z.number().int().nonnegative().nullable(),
  unit: z.string(),
  /** Rows handled in this phase; null where the phase does not count rows. */
  rows: z.number().int().nonnegative().nullable(),
});
export type JobProgress = z.infer<typeof JobProgress>;
