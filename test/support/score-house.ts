import { createCollectScoresActivities, type CollectScoresInput } from '../../activities/collect-scores.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import type { ProviderBudget } from '../../schemas/budgets.js';
import type { SimulatedClock } from '../../schemas/jobs/simulated-clock.js';
import type { Instant } from '../../schemas/values.js';
import { prefixes, type Simulator } from '../../simulator/server.js';
import { usualPlans } from '../../simulator/simulation.js';
import { asActivity, type TestHouse } from './house.js';

/** The feed that a deployment has. */
export type TestFeed = 'scores_api over http' | 'scores_api over websocket' | 'api_football' | 'none';

/** The clock of a job, standing still. */
export const stoppedAt = (startsAt: Instant): SimulatedClock => ({ startsAt, realStart: 0, speed: 0 });

/** The activities that follow scores, over a house and a simulator. */
export function scoresOf(
  house: TestHouse,
  simulator: Pick<Simulator, 'url'>,
  feed: TestFeed,
  budgets: readonly ProviderBudget[] = [],
) {
  const { pool, db } = house.pools.writer;
  const isScoresApi = feed.startsWith('scores_api');
  const activities = createCollectScoresActivities({
    ...{ pool, db, redactor, meters: createMeters(), budgets },
    scoresApi: {
      url: isScoresApi ? `${simulator.url}${prefixes.scores_api}` : undefined,
      key: usualPlans.scoresApi.key,
      transport: feed === 'scores_api over websocket' ? 'websocket' : 'http',
    },
    apiFootball: {
      url: `${simulator.url}${prefixes.api_football}`,
      key: feed === 'none' ? undefined : usualPlans.apiFootball.key,
    },
  });
  return {
    source: (input: Parameters<typeof activities.scoreSource>[0]) =>
      asActivity(() => activities.scoreSource(input)),
    collect: (input: CollectScoresInput) => asActivity(() => activities.collectScores(input)),
    stream: (input: CollectScoresInput) => asActivity(() => activities.streamScores(input)),
  };
}
