import { z } from 'zod';

const bytes = z.number().int().nonnegative();

/** How the house is. */
export const HealthReport = z.object({
  /** Collections whose run had ended without closing its line in data_collection_logs: they are closed as FAILED now. */
  closedRuns: z.number().int().nonnegative(),
  /** Tasks that wait, by task queue. */
  waiting: z.array(z.object({ queue: z.string(), tasks: z.number().int().nonnegative() })),
  disks: z.array(z.object({ folder: z.string(), freeBytes: bytes, totalBytes: bytes })),
});
export type HealthReport = z.infer<typeof HealthReport>;
