import { z } from 'zod';
import { WatchedTable } from '../records/anomaly.js';

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

/** How the detection of anomalies does: what it needs, and up to when each table was looked at. */
export const AnomalyHealth = Health.extend({
  tables: z
    .array(
      z.object({
        table_name: WatchedTable,
        detected_until: z.iso.datetime().nullable().describe('Null where nobody has looked yet'),
      }),
    )
    .describe('None where Postgres is away'),
});
export type AnomalyHealth = z.infer<typeof AnomalyHealth>;
