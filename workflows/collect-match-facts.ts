import { CancellationScope, isCancellation, proxyActivities, sleep } from '@temporalio/workflow';
import type { createCollectFilesActivities } from '../activities/collect-files.js';
import type { createCollectMatchFactsActivities } from '../activities/collect-match-facts.js';
import { nextLineupPoll } from '../domain/clock/match-steps.js';
import { nowBy, realWait } from '../domain/clock/simulated-clock.js';
import { jobFailure } from '../schemas/jobs/failure.js';
import { CollectMatchFactsInput } from '../schemas/jobs/follow-match.js';
import type { JobOutcome } from '../schemas/jobs/outcome.js';
import { matchFactsActivity, retriedBy, shortActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { thisRunId } from './run-id.js';
import { outcomeOfFailure } from './source-outcome.js';
import { workflowTime } from './workflow-time.js';

const { openCollectionLog, closeCollectionLog } =
  proxyActivities<ReturnType<typeof createCollectFilesActivities>>(shortActivity);

const sourceOf = { weather: 'open_meteo', lineups: 'api_football' } as const;

/**
 * Collects what is told of one match before it begins: its weather once, its line-ups by asking until both are published or it begins. One
 * line in the log of collections.
 */
export async function collectMatchFacts(input: CollectMatchFactsInput): Promise<JobOutcome> {
  const { matchId, kind, kickoff, clock } = readJobInput(CollectMatchFactsInput, input);
  const { collectWeather, collectLineups } = proxyActivities<
    ReturnType<typeof createCollectMatchFactsActivities>
  >(retriedBy(clock, matchFactsActivity));
  const asked = { matchId, ...(clock === undefined ? {} : { clock }) };
  const runId = thisRunId();
  const dataSource = sourceOf[kind];
  let succeeded = 0;

  const askOnce = async (): Promise<JobOutcome> => {
    const weather = await collectWeather(asked);
    if (weather.outcome === 'skipped') return weather;
    succeeded += weather.stored;
    return { outcome: 'succeeded' };
  };
  const askUntilPublished = async (): Promise<JobOutcome> => {
    for (;;) {
      const lineups = await collectLineups(asked);
      if (lineups.outcome === 'skipped') return lineups;
      succeeded += lineups.stored;
      if (lineups.outcome === 'published') return { outcome: 'succeeded' };
      const next = nextLineupPoll(kickoff, nowBy(clock, workflowTime()));
      if (next === undefined) {
        return { outcome: 'skipped', reason: 'no line-ups were published before kick-off' };
      }
      await sleep(Math.ceil(realWait(clock, workflowTime(), next)));
    }
  };

  await openCollectionLog({ runId, dataSource, collectionType: kind });
  const close = (failure: { readonly failed: number; readonly errorMessage?: string }): Promise<void> =>
    CancellationScope.nonCancellable(() =>
      closeCollectionLog({ runId, collected: succeeded, succeeded, ...failure }),
    );
  let outcome: JobOutcome;
  try {
    outcome = await (kind === 'weather' ? askOnce() : askUntilPublished());
  } catch (error) {
    const isCalledOff = isCancellation(error);
    const failure = jobFailure(error);
    await close(isCalledOff ? { failed: 0 } : { failed: 1, errorMessage: failure.message });
    if (isCalledOff) throw error;
    return outcomeOfFailure(dataSource, failure);
  }
  await close({ failed: 0 });
  return outcome;
}
