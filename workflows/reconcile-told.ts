import { executeChild, isCancellation, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { createReconcileToldActivities } from '../activities/reconcile-told.js';
import { jobFailure, type JobFailure } from '../schemas/jobs/failure.js';
import type { JobOutcome } from '../schemas/jobs/outcome.js';
import type { ReconcileInput, ReconcileResult, ToldSourceState } from '../schemas/jobs/reconcile.js';
import { fixturesActivity, longActivity, retriedBy, shortActivity } from './activity-options.js';
import type { collectLiveScores } from './collect-live-scores.js';
import type { collectOdds } from './collect-odds.js';
import { thisRunId } from './run-id.js';
import { outcomeOfFailure } from './source-outcome.js';

type Reconciling = ReturnType<typeof createReconcileToldActivities>;
const { beginToldReconciliation, matchesToFill } = proxyActivities<Reconciling>(shortActivity);
const { pricesToCompare, settleToldReconciliation } = proxyActivities<Reconciling>(longActivity);

/** So many questions about prices an activity asks, one after the other. */
const subjectsTogether = 20;

type Asked = Pick<ReconcileInput, 'divisions' | 'seasons' | 'clock'>;
/** What became of one source; `failure` where it came to nothing. */
export type Reconciled = ReconcileResult['sources'][number] & { readonly failure?: JobFailure };

/**
 * Compares the scores or the prices of one source with the house, lets the ordinary collection fill what is lacking, and counts it. Where the
 * source ceases to answer, what was compared until then is filled all the same.
 */
export async function reconcileTold(source: ToldSourceState, asked: Asked): Promise<Reconciled> {
  const { kind, dataSource } = source;
  const none = { dataSource, kind, lists: 0, matches: 0, gaps: null };
  if (source.state === 'missing') return { ...none, result: { outcome: 'skipped', reason: source.reason } };
  const { clock, divisions, seasons } = asked;
  const byClock = clock === undefined ? {} : { clock };
  const run = { runId: thisRunId(), dataSource, kind };
  const meant = {
    ...{ run, ...byClock },
    ...(divisions === undefined ? {} : { divisions }),
    ...(seasons === undefined ? {} : { seasons }),
  };
  const { compareScores, comparePrices } = proxyActivities<Reconciling>(retriedBy(clock, fixturesActivity));
  let matches = 0;
  const failures: JobFailure[] = [];
  /** What fails is noted, and what comes after it goes on. */
  const trying = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (isCancellation(error)) throw error;
      failures.push(jobFailure(error));
    }
  };

  await trying(async () => {
    await beginToldReconciliation({ ...run, ...byClock });
    if (kind === 'scores') {
      matches += (await compareScores(meant)).matches;
      return;
    }
    const { subjects } = await pricesToCompare(meant);
    for (let from = 0; from < subjects.length; from += subjectsTogether) {
      const part = subjects.slice(from, from + subjectsTogether);
      matches += (await comparePrices({ ...meant, subjects: part })).matches;
    }
  });
  await trying(async () => {
    const { matchIds } = await matchesToFill(run);
    const [first, ...others] = matchIds;
    if (first === undefined) return;
    const named = { matchIds: [first, ...others], ...byClock };
    const workflowId = `${workflowInfo().workflowId}/${kind}/${dataSource}`;
    if (kind === 'scores') {
      await executeChild<typeof collectLiveScores>('collectLiveScores', {
        workflowId,
        args: [{ ...named, window: 'over', liveOnly: false }],
      });
    } else {
      await executeChild<typeof collectOdds>('collectOdds', {
        workflowId,
        args: [{ ...named, dataSources: [dataSource] }],
      });
    }
  });
  const settled: { gaps: Reconciled['gaps'] } = { gaps: null };
  await trying(async () => {
    settled.gaps = await settleToldReconciliation({ ...run, ...byClock });
  });
  const [failure] = failures;
  const ended = { ...none, ...settled, matches };
  if (failure === undefined) return { ...ended, result: { outcome: 'succeeded' } };
  const outcome = outcomeOfFailure(dataSource, failure);
  const result: JobOutcome = matches === 0 ? outcome : { ...outcome, outcome: 'partial' };
  return { ...ended, result, ...(matches === 0 ? { failure } : {}) };
}
