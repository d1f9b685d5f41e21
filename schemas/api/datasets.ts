import { z } from 'zod';
import { Health } from './health.js';
import { FixtureLine } from './matches.js';
import { StoredPrediction } from './predictions.js';

const Iso = z.iso.datetime();
const Score = z.number().min(0).max(100);

/** A table of the lake: how much it holds, how fresh and how good it is. */
export const DatasetLine = z.object({
  dataset: z.string().describe('As silver.odds'),
  rows: z.int(),
  waiting: z
    .object({ partitions: z.int(), oldest: z.string(), hours: z.number() })
    .nullable()
    .describe('Months that Postgres has newer than the lake; null where there are none'),
  quality: z
    .object({ score: Score, checkpoint: z.int(), checked_at: Iso })
    .nullable()
    .describe('By the last check of what is published; null where it was never judged'),
});
export type DatasetLine = z.infer<typeof DatasetLine>;

export const Datasets = z.object({
  snapshot: z
    .object({ id: z.int(), at: Iso, job: z.string().nullable() })
    .nullable()
    .describe('The newest of the lake; null where nothing was published yet'),
  overall_score: Score.nullable(),
  datasets: z.array(DatasetLine),
});
export type Datasets = z.infer<typeof Datasets>;

/** API-8: the day at a glance. */
export const Dashboard = z.object({
  today_matches: z.array(FixtureLine).describe('Those of this day of UTC, as known now'),
  predictions: z.array(StoredPrediction).describe('The newest of each of them, where there is one'),
  data_quality: z.object({
    overall_score: Score.nullable(),
    checked_at: Iso.nullable(),
    issues_24h: z
      .array(z.object({ type: z.string(), table: z.string(), issues: z.int() }))
      .describe('What the last day found'),
  }),
  system_health: Health,
});
export type Dashboard = z.infer<typeof Dashboard>;
