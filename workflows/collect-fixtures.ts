import { executeChild, isCancellation, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { createCollectFilesActivities } from '../activities/collect-files.js';
import type { createCollectFixturesActivities, FixtureSource } from '../activities/collect-fixtures.js';
import {
  CollectFixturesInput,
  type CollectedSource,
  type CollectFixturesResult,
} from '../schemas/jobs/collect-fixtures.js';
import { jobFailure, type JobFailure } from '../schemas/jobs/failure.js';
import type { ImportOutcome } from '../schemas/jobs/import-history.js';
import { outcomeOfAll } from '../schemas/jobs/outcome.js';
import { fixturesActivity, shortActivity } from './activity-options.js';
import type { importHistory } from './import-history.js';
import { bringToGold, bringToSilver } from './bring-to-gold.js';
import { inParallel } from './in-parallel.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import { naming, outcomeOfFailure, throwIfEverySourceFailed } from './source-outcome.js';

type Activities = ReturnType<typeof createCollectFixturesActivities> &
  ReturnType<typeof createCollectFilesActivities>;
const { fixtureSources, importOutcome } = proxyActivities<Activities>({
  ...shortActivity,
  taskQueue: fixturesActivity.taskQueue,
});

const sourcesInFlight = 3;

/**
 * Collects the fixtures and results of the running season from every source, side by side, and brings them to gold, or to silver alone, together. What
 * one source cannot do stops no other: it is its outcome. The job fails where every source failed, with the first one's error.
 */
export async function collectFixtures(input: CollectFixturesInput): Promise<CollectFixturesResult> {
  const { dataSources, seasons, divisions, upTo, clock } = readJobInput(CollectFixturesInput, input);
  const report = reportProgress({ phase: 'collect', unit: 'sources' });
  const wanted = await fixtureSources({
    ...(dataSources === undefined ? {} : { dataSources }),
    ...(seasons === undefined ? {} : { seasons }),
    ...(clock === undefined ? {} : { clock }),
  });
  report({ total: wanted.sources.length });
  const ends = new Map<FixtureSource, Collected>();
  await inParallel(wanted.sources, sourcesInFlight, async (source) => {
    ends.set(source, await collect(source, { divisions, clock }));
    report({ done: ends.size });
  });
  // In the order of the sources, whichever ended first.
  const collected = wanted.sources.flatMap((source) => ends.get(source) ?? []);
  const result = outcomeOfAll(collected.map((source) => source.result));
  throwIfEverySourceFailed(
    result,
    collected.flatMap(({ failure }) => failure ?? []),
  );
  if (result.outcome !== 'skipped') await (upTo === 'silver' ? bringToSilver(report) : bringToGold(report));
  const sources: CollectedSource[] = [];
  for (const { dataSource, result: outcome, stored } of collected) {
    const counts =
      stored === undefined ? null : { ...stored.counts, ...(await importOutcome({ runId: stored.runId })) };
    sources.push({ dataSource, result: outcome, counts });
  }
  return { result, sources };
}

/** How a source ended, with what its import stored or why it came to nothing. */
interface Collected extends Pick<CollectedSource, 'dataSource' | 'result'> {
  readonly stored?: { readonly runId: string; readonly counts: ImportOutcome };
  readonly failure?: JobFailure;
}

async function collect(
  source: FixtureSource,
  { divisions, clock }: Pick<CollectFixturesInput, 'divisions' | 'clock'>,
): Promise<Collected> {
  const { dataSource } = source;
  if (source.kind === 'missing') {
    return { dataSource, result: { outcome: 'skipped', reason: source.reason } };
  }
  const { location, seasons } = source;
  try {
    const { runId, outcome, failures, skipped } = await executeChild<typeof importHistory>('importHistory', {
      workflowId: `${workflowInfo().workflowId}/${dataSource}`,
      args: [
        {
          ...{
            dataSource,
            location,
            seasons: [...seasons],
            reading: 'if-changed',
            collectionType: 'fixtures',
            upTo: 'bronze',
          },
          ...(divisions === undefined ? {} : { divisions }),
          ...(clock === undefined ? {} : { clock }),
        },
      ],
    });
    if (skipped !== undefined) {
      return { dataSource, result: { outcome: 'skipped', reason: naming(dataSource, skipped) } };
    }
    const stored = { runId, counts: outcome };
    const [first] = failures;
    if (first === undefined) return { dataSource, stored, result: { outcome: 'succeeded' } };
    const reason = `${dataSource}: ${failures.length} of ${outcome.files} lists could not be used: ${first.message}`;
    return { dataSource, stored, result: { outcome: 'partial', reason } };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const failure = jobFailure(error);
    return { dataSource, result: outcomeOfFailure(dataSource, failure), failure };
  }
}
