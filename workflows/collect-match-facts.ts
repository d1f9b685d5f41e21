import { CancellationScope, isCancellation, proxyActivities, sleep } from '@temporalio/workflow';
import type { createCollectFilesActivities } from '../activities/collect-files.js';
import type { createCollectMatchFactsActivities } from '../activities/collect-match-facts.js';
import type { ToldCounts } from '../activities/collect-told.js';
import { nextPoll } from '../domain/clock/match-steps.js';
import { nowBy, realWait } from '../domain/clock/simulated-clock.js';
import { jobFailure, type JobFailure } from '../schemas/jobs/failure.js';
import { CollectMatchFactsInput } from '../schemas/jobs/follow-match.js';
import type { JobOutcome } from '../schemas/jobs/outcome.js';
import type { Instant } from '../schemas/values.js';
import { matchFactsActivity, retriedBy, shortActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { thisRunId } from './run-id.js';
import { countFailed, outcomeOfFailure } from './source-outcome.js';
import { workflowTime } from './workflow-time.js';

const { openCollectionLog, closeCollectionLog } =
  proxyActivities<ReturnType<typeof createCollectFilesActivities>>(shortActivity);

const sourceOf = { weather: 'open_meteo', lineups: 'api_football' } as const;

/**
 * Collects what is told of one match before it begins: its weather, and its line-ups by asking until both are published or it begins. Where those of one
 * side alone were told until then, that is what there is: the job is partial. Without a kick-off it asks once, before the match or after it. One line
 * in the log of collections.
 */
export async function collectMatchFacts(input: CollectMatchFactsInput): Promise<JobOutcome> {
  const { matchId, kind, kickoff, clock } = readJobInput(CollectMatchFactsInput, input);
  const { collectWeather, collectLineups } = proxyActivities<
    ReturnType<typeof createCollectMatchFactsActivities>
  >(retriedBy(clock, matchFactsActivity));
  const asked = { matchId, ...(clock === undefined ? {} : { clock }) };
  const runId = thisRunId();
  const dataSource = sourceOf[kind];
  // The newest answer tells what those before it did.
  let answered: Pick<ToldCounts, 'told' | 'rejected'> = { told: 0, rejected: 0 };
  let failed = 0;
  let lastFailure: JobFailure | undefined;
  let isOneSideTold = false;

  /** Undefined where it was not told yet. */
  const askOnce = async (): Promise<JobOutcome | undefined> => {
    const facts = kind === 'weather' ? await collectWeather(asked) : await collectLineups(asked);
    if (facts.outcome === 'skipped') return facts;
    answered = facts;
    lastFailure = undefined;
    isOneSideTold ||= facts.outcome === 'one-side';
    return facts.outcome === 'not-yet' || facts.outcome === 'one-side' ? undefined : { outcome: 'succeeded' };
  };
  /** No later run would ask for a match again, so a source that is away now is asked until kick-off, where one is given. */
  const askUntilTold = async (): Promise<JobOutcome> => {
    for (;;) {
      try {
        const told = await askOnce();
        if (told !== undefined) return told;
      } catch (error) {
        if (isCancellation(error)) throw error;
        lastFailure = jobFailure(error);
        failed += countFailed([lastFailure]);
        if (asksInVain.has(lastFailure.name)) return outcomeOfFailure(dataSource, lastFailure);
      }
      const next = kickoff === undefined ? undefined : nextPoll(kickoff, nowBy(clock, workflowTime()));
      if (next === undefined) {
        if (isOneSideTold) return { outcome: 'partial', reason: oneSide };
        return lastFailure === undefined
          ? { outcome: 'skipped', reason: unpublished(kickoff) }
          : outcomeOfFailure(dataSource, lastFailure);
      }
      await sleep(Math.ceil(Math.min(longestWaitMs, realWait(clock, workflowTime(), next))));
    }
  };

  await openCollectionLog({ runId, dataSource, collectionType: kind });
  try {
    return await askUntilTold();
  } finally {
    const errorMessage = lastFailure?.message;
    await CancellationScope.nonCancellable(() =>
      closeCollectionLog({
        ...{ runId, collected: answered.told + answered.rejected },
        ...{ succeeded: answered.told, failed: answered.rejected + failed },
        ...(errorMessage === undefined ? {} : { errorMessage }),
      }),
    );
  }
}

const oneSide = 'the line-ups of one side alone were told';
const unpublished = (kickoff: Instant | undefined): string =>
  kickoff === undefined ? 'no line-ups are published' : 'no line-ups were published before kick-off';

/** What a later question would not change. */
const asksInVain: ReadonlySet<string> = new Set(['BadInput', 'KeyRefused', 'PrerequisiteMissing']);
/** A clock that stands still never comes to the next question. */
const longestWaitMs = 24 * 3_600_000;
