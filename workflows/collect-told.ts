import {
  ActivityFailure,
  CancellationScope,
  executeChild,
  isCancellation,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { createCollectFilesActivities } from '../activities/collect-files.js';
import type { createCollectInjuriesActivities } from '../activities/collect-injuries.js';
import type {
  CollectedLineups,
  CollectedWeather,
  createCollectMatchFactsActivities,
} from '../activities/collect-match-facts.js';
import type { createCollectOddsActivities } from '../activities/collect-odds.js';
import type { ToldCounts } from '../activities/collect-told.js';
import {
  CollectToldInput,
  type CollectToldResult,
  type DueRequest,
  type DueSource,
  type CollectSourcesResult,
  type ToldSource,
} from '../schemas/jobs/collect-told.js';
import { jobFailure, type JobFailure } from '../schemas/jobs/failure.js';
import { outcomeOfAll, type JobOutcome } from '../schemas/jobs/outcome.js';
import {
  fixturesActivity,
  matchFactsActivity,
  oddsActivity,
  retriedBy,
  shortActivity,
} from './activity-options.js';
import { inParallel } from './in-parallel.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import { thisRunId } from './run-id.js';
import { countFailed, outcomeOfFailure, throwIfEverySourceFailed } from './source-outcome.js';

const { openCollectionLog, closeCollectionLog } =
  proxyActivities<ReturnType<typeof createCollectFilesActivities>>(shortActivity);

const requestsInFlight = 4;

type Ask = (request: DueRequest) => Promise<ToldCounts>;

/** What was asked about one match; what cannot be asked tells nothing. */
const collectedFacts = (facts: CollectedLineups | CollectedWeather): ToldCounts =>
  facts.outcome === 'skipped' ? { told: 0, stored: 0, unchanged: 0, rejected: 0 } : facts;

/** How a request of each kind is made. */
function askerOf({ kind, dataSource, bookmakers, clock }: CollectToldInput): Ask {
  const byClock = clock === undefined ? {} : { clock };
  switch (kind) {
    case 'odds': {
      const { collectOddsRequest } = proxyActivities<ReturnType<typeof createCollectOddsActivities>>(
        retriedBy(clock, oddsActivity),
      );
      const wanted = bookmakers === undefined ? {} : { bookmakers };
      return (request) => collectOddsRequest({ dataSource, ...request, ...wanted, ...byClock });
    }
    case 'injuries': {
      const { collectInjuriesRequest } = proxyActivities<ReturnType<typeof createCollectInjuriesActivities>>(
        retriedBy(clock, fixturesActivity),
      );
      return (request) => collectInjuriesRequest({ ...request, ...byClock });
    }
    case 'lineups':
    case 'weather': {
      const { collectLineups, collectWeather } = proxyActivities<
        ReturnType<typeof createCollectMatchFactsActivities>
      >(retriedBy(clock, matchFactsActivity));
      return async ({ subject, priority }) => {
        const asked = { matchId: Number(subject), ...byClock };
        return collectedFacts(
          kind === 'lineups' ? await collectLineups({ ...asked, priority }) : await collectWeather(asked),
        );
      };
    }
  }
}

/**
 * Asks one source what is due of it, request by request. One that comes to nothing stops no other, unless the source is away, or refuses for want of
 * key or quota: then it does so for the others too. The run has its line in data_collection_logs.
 */
export async function collectTold(input: CollectToldInput): Promise<CollectToldResult> {
  const job = readJobInput(CollectToldInput, input);
  const { kind, dataSource, requests } = job;
  const askFor = askerOf(job);
  const runId = thisRunId();
  const report = reportProgress({ phase: 'collect', unit: 'requests', total: requests.length });
  const counts = { requests: 0, failed: 0, told: 0, stored: 0, unchanged: 0, rejected: 0 };
  const failures: JobFailure[] = [];
  let isGivenUp = false;

  await openCollectionLog({ runId, dataSource, collectionType: kind });
  const closeLog = async (): Promise<void> => {
    const [first] = failures;
    await CancellationScope.nonCancellable(() =>
      closeCollectionLog({
        runId,
        collected: counts.told + counts.rejected,
        succeeded: counts.told,
        failed: counts.rejected + countFailed(failures),
        ...(first === undefined ? {} : { errorMessage: first.message }),
      }),
    );
  };
  try {
    await inParallel(requests, requestsInFlight, async (request) => {
      if (isGivenUp) return;
      counts.requests += 1;
      try {
        const { told, stored, unchanged, rejected } = await askFor(request);
        counts.told += told;
        counts.stored += stored;
        counts.unchanged += unchanged;
        counts.rejected += rejected;
      } catch (error) {
        if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
        const failure = jobFailure(error);
        counts.failed += 1;
        failures.push(failure);
        isGivenUp ||= !aboutOneRequest.has(failure.name);
      }
      report({ done: counts.requests, rows: counts.told });
    });
  } finally {
    await closeLog();
  }
  const [failure] = failures;
  return {
    result: outcomeOf(dataSource, counts.requests, failures),
    counts,
    ...(failure === undefined ? {} : { failure }),
  };
}

const aboutOneRequest: ReadonlySet<string> = new Set(['BadInput', 'ContractBroken']);

/** Where some requests came to something the source is partial. */
function outcomeOf(dataSource: string, asked: number, failures: readonly JobFailure[]): JobOutcome {
  const [first] = failures;
  if (first === undefined) return { outcome: 'succeeded' };
  const ended = outcomeOfFailure(dataSource, first);
  if (failures.length === asked) return ended;
  return { outcome: 'partial', reason: `${failures.length} of ${asked} requests: ${ended.reason}` };
}

/**
 * Asks every source that something is due of, side by side, each in a child of its own. The job fails where every source that was asked failed.
 */
export async function collectFromSources(
  sources: readonly DueSource[],
  rest: Pick<CollectToldInput, 'kind' | 'bookmakers' | 'clock'>,
): Promise<CollectSourcesResult> {
  const failures: JobFailure[] = [];
  const ended = await Promise.all(
    sources.map(async (source): Promise<ToldSource> => {
      const { dataSource } = source;
      if (source.kind === 'skipped') {
        return { dataSource, counts: null, result: { outcome: 'skipped', reason: source.reason } };
      }
      const { failure, ...collected } = await executeChild<typeof collectTold>('collectTold', {
        workflowId: `${workflowInfo().workflowId}/${dataSource}`,
        args: [{ ...rest, dataSource, requests: [...source.requests] }],
      });
      if (failure !== undefined) failures.push(failure);
      return { dataSource, ...collected };
    }),
  );
  const result = outcomeOfAll(ended.map((source) => source.result));
  throwIfEverySourceFailed(result, failures);
  return { result, sources: ended };
}
