import { executeChild, isCancellation, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { createReconcileFactsActivities } from '../activities/reconcile-facts.js';
import type { createReconcileToldActivities } from '../activities/reconcile-told.js';
import { jobFailure, type JobFailure } from '../schemas/jobs/failure.js';
import type { JobOutcome } from '../schemas/jobs/outcome.js';
import type { ReconcileInput, ReconcileResult, ToldSourceState } from '../schemas/jobs/reconcile.js';
import type { SimulatedClock } from '../schemas/jobs/simulated-clock.js';
import type { ReconciledToldKind } from '../schemas/records/reconciliation.js';
import { fixturesActivity, longActivity, retriedBy, shortActivity } from './activity-options.js';
import type { collectLiveScores } from './collect-live-scores.js';
import type { collectOdds } from './collect-odds.js';
import type { collectTold } from './collect-told.js';
import { thisRunId } from './run-id.js';
import { outcomeOfFailure } from './source-outcome.js';

type Reconciling = ReturnType<typeof createReconcileToldActivities>;
type ReconcilingFacts = ReturnType<typeof createReconcileFactsActivities>;
const { beginToldReconciliation, matchesToFill } = proxyActivities<Reconciling>(shortActivity);
const { pricesToCompare, settleToldReconciliation } = proxyActivities<Reconciling>(longActivity);
const { injuriesToCompare, listsToFill } = proxyActivities<ReconcilingFacts>(shortActivity);
const { compareFacts } = proxyActivities<ReconcilingFacts>(longActivity);

/** So many questions about prices or injuries an activity asks, one after the other. */
const subjectsTogether = 20;

type Asked = Pick<ReconcileInput, 'divisions' | 'seasons' | 'clock'>;
/** What became of one source; `failure` where it came to nothing. */
export type Reconciled = ReconcileResult['sources'][number] & { readonly failure?: JobFailure };

/** The comparison of one source in one kind of what it tells. */
interface Comparison extends Pick<Asked, 'divisions' | 'seasons'> {
  readonly clock?: SimulatedClock;
  readonly run: { readonly runId: string; readonly dataSource: string; readonly kind: ReconciledToldKind };
}

/**
 * Compares what one source tells while the season runs with the house, lets the ordinary collection fill what is lacking, and counts it. Where the
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
    await compare(meant, (compared) => {
      matches += compared;
    });
  });
  await trying(async () => {
    const failure = await fill(meant);
    if (failure !== undefined) failures.push(failure);
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

/** Stores where the source and the house differ; `add` is told how many matches were compared, part by part. */
async function compare(meant: Comparison, add: (matches: number) => void): Promise<void> {
  const { run, clock } = meant;
  const requests = retriedBy(clock, fixturesActivity);
  const inParts = async (
    subjects: readonly string[],
    comparePart: (meant: Comparison & { readonly subjects: string[] }) => Promise<{ matches: number }>,
  ): Promise<void> => {
    for (let from = 0; from < subjects.length; from += subjectsTogether) {
      add((await comparePart({ ...meant, subjects: subjects.slice(from, from + subjectsTogether) })).matches);
    }
  };
  switch (run.kind) {
    case 'scores': {
      const { compareScores } = proxyActivities<Reconciling>(requests);
      add((await compareScores(meant)).matches);
      return;
    }
    case 'prices': {
      const { comparePrices } = proxyActivities<Reconciling>(requests);
      await inParts((await pricesToCompare(meant)).subjects, comparePrices);
      return;
    }
    case 'injuries': {
      const { compareInjuries } = proxyActivities<ReconcilingFacts>(requests);
      await inParts((await injuriesToCompare(meant)).subjects, compareInjuries);
      return;
    }
    case 'lineups':
    case 'weather':
      add((await compareFacts({ ...meant, run: { ...run, kind: run.kind } })).matches);
  }
}

/** Sends the ordinary collection for what is lacking; the failure that it met, where it ended all the same. */
async function fill({ run, clock }: Comparison): Promise<JobFailure | undefined> {
  const { kind, dataSource } = run;
  const byClock = clock === undefined ? {} : { clock };
  const workflowId = `${workflowInfo().workflowId}/${kind}/${dataSource}`;
  if (kind === 'scores' || kind === 'prices') {
    const { matchIds } = await matchesToFill(run);
    const [first, ...others] = matchIds;
    if (first === undefined) return undefined;
    const named = { matchIds: [first, ...others], ...byClock };
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
    return undefined;
  }
  const subjects =
    kind === 'injuries' ? (await listsToFill(run)).subjects : (await matchesToFill(run)).matchIds.map(String);
  if (subjects.length === 0) return undefined;
  const { failure } = await executeChild<typeof collectTold>('collectTold', {
    workflowId,
    args: [
      {
        ...{ kind, dataSource, ...byClock },
        requests: subjects.map((subject) => ({ subject, priority: 'backfill' as const })),
      },
    ],
  });
  return failure;
}
