import { defineQuery, setHandler } from '@temporalio/workflow';
import { progressQueryName, type JobProgress } from '../schemas/jobs/progress.js';

export const progressQuery = defineQuery<JobProgress>(progressQueryName);

/** Answers the progress query with the given state from now on; returns the function that changes it. */
export function reportProgress(
  initial: Pick<JobProgress, 'phase' | 'unit'> & Partial<JobProgress>,
): (change: Partial<JobProgress>) => void {
  let state: JobProgress = { done: 0, total: null, rows: null, ...initial };
  setHandler(progressQuery, () => state);
  return (change) => {
    state = { ...state, ...change };
  };
}
