import { proxyActivities } from '@temporalio/workflow';
import { shortActivity } from '../../workflows/activity-options.js';
import type { LayerActivities } from './layered-job-activities.js';

const { step } = proxyActivities<LayerActivities>(shortActivity);

/** Twenty activities in five layers: each layer's four go side by side, and the next begins when all have ended. */
export async function layeredJob(): Promise<number> {
  let rows = 0;
  for (const layer of [1, 2, 3, 4, 5]) {
    const done = await Promise.all([1, 2, 3, 4].map((part) => step({ layer, part })));
    rows += done.reduce((sum, each) => sum + each.rows, 0);
  }
  return rows;
}
