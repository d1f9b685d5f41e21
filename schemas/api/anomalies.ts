import { z } from 'zod';
import { DetectionCounts, usualWindowHours } from '../jobs/detect-anomalies.js';
import { AnomalyMethod, AnomalySeverity, AnomalyType, WatchedTable } from '../records/anomaly.js';

const longestHours = 24 * 366;
const Counts = z.record(z.string(), z.int());

export const SummaryQuery = z.object({
  hours: z.coerce.number().int().min(1).max(longestHours).default(24).describe('How far back'),
});

/** What detections found within a while (API-12). Counts are of detections. */
export const AnomalySummary = z.object({
  period: z.object({ start_date: z.iso.datetime(), end_date: z.iso.datetime() }),
  total: z.int(),
  by_table: Counts,
  by_severity: Counts,
  by_method: Counts,
  by_type: Counts,
  groups: z.array(
    z.object({
      table_name: WatchedTable,
      severity: AnomalySeverity,
      method: AnomalyMethod,
      anomaly_type: AnomalyType,
      detections: z.int(),
      anomalous: z.int().describe('Rows, or columns where distributions were compared'),
    }),
  ),
});
export type AnomalySummary = z.infer<typeof AnomalySummary>;

export const DetectBody = z.strictObject({
  table_name: WatchedTable,
  time_window_hours: z
    .number()
    .positive()
    .max(longestHours)
    .optional()
    .describe(
      `How far back rows are judged; without it ${Object.entries(usualWindowHours)
        .map(([table, hours]) => `${table} ${hours}`)
        .join(', ')}`,
    ),
  wait_seconds: z.number().min(0).max(10).default(5).describe('How long its end is waited for'),
});

/** A run of the detection, with what it found where it has ended. */
export const Detected = z.object({
  run: z.string().describe('GET /tasks/runs/{run} tells how it goes'),
  status: z.enum(['running', 'completed']),
  temporal_url: z.string().nullable(),
  result: z
    .object({
      outcome: z.string(),
      reason: z.string().nullable(),
      window: z.object({ from: z.iso.datetime(), to: z.iso.datetime() }),
      detections: z.array(
        z.object({
          method: DetectionCounts.shape.method,
          anomaly_type: DetectionCounts.shape.anomalyType,
          severity: DetectionCounts.shape.severity,
          tested: z.int(),
          anomalous: z.int(),
          skipped: z.int(),
        }),
      ),
      findings: z.int(),
      quarantined: z.int(),
    })
    .nullable()
    .describe('Null while it runs'),
});
export type Detected = z.infer<typeof Detected>;
