import { z } from 'zod';

/** How one dependency does (API-15). */
export const DependencyHealth = z.object({
  healthy: z.boolean(),
  message: z.string(),
  error: z.string().optional(),
  response_time_ms: z.number(),
  server_info: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
export type DependencyHealth = z.infer<typeof DependencyHealth>;

export const Health = z.object({
  status: z.enum(['healthy', 'unhealthy']),
  checks: z.record(z.string(), DependencyHealth),
});
export type Health = z.infer<typeof Health>;
