import { z } from 'zod';

/** How a run of a job stands. `continued`: it went on as a new run, for its history had grown long. */
export const RunStatus = z.enum([
  'running',
  'completed',
  'failed',
  'cancelled',
  'terminated',
  'timed-out',
  'continued',
]);
export type RunStatus = z.infer<typeof RunStatus>;
