import { executeChild, isCancellation, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { createCollectFixturesActivities, FixtureSource } from '../activities/collect-fixtures.js';
import {
  CollectFixturesInput,
  type CollectedSource,
  type CollectFixturesResult,
} from '../schemas/jobs/collect-fixtures.js';
import { jobFailure, type JobFailure } from '../schemas/jobs/failure.js';
import { outcomeOfAll } from '../schemas/jobs/outcome.js';
import { fixturesActivity, shortActivity } from './activity-options.js';
import type { importHistory } from './import-history.js';
import { bringSilverToGold } from './bring-to-gold.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import { outcomeOfFailure, throwIfEverySourceFailed } from './source-outcome.js';

const { fixtureSources } = proxyActivities<ReturnType<typeof createCollectFixturesActivities>>({
  ...shortActivity,
  taskQueue: fixturesActivity.taskQueue,
});

/**
 * Collects the fixtures and results of the running season from every source, one after the other, and brings them to gold, or to silver alone. What one source
 * cannot do stops no other: it is its outcome. The job fails where every source failed, with the first one's error.
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
  const sources: CollectedSource[] = [];
  const failures: JobFailure[] = [];
  for (const source of wanted.sources) {
    const { failure, ...collected } = await collect(source, { divisions, clock });
    sources.push(collected);
    if (failure !== undefined) failures.push(failure);
    report({ done: sources.length });
  }
  const result = outcomeOfAll(sources.map((source) => source.result));
  throwIfEverySourceFailed(result, failures);
  if (upTo !== 'silver' && result.outcome !== 'skipped') await bringSilverToGold(report);
  return { result, sources };
}

type Collected = CollectedSource & { readonly failure?: JobFailure };

async function collect(
  source: FixtureSource,
  { divisions, clock }: Pick<CollectFixturesInput, 'divisions' | 'clock'>,
): Promise<Collected> {
  const { dataSource } = source;
  if (source.kind === 'missing') {
    return { dataSource, counts: null, result: { outcome: 'skipped', reason: source.reason } };
  }
  const { location, seasons } = source;
  try {
    const { outcome: counts, failures } = await executeChild<typeof importHistory>('importHistory', {
      workflowId: `${workflowInfo().workflowId}/${dataSource}`,
      args: [
        {
          ...{
            dataSource,
            location,
            seasons: [...seasons],
            reading: 'if-changed',
            collectionType: 'fixtures',
            upTo: 'silver',
          },
          ...(divisions === undefined ? {} : { divisions }),
          ...(clock === undefined ? {} : { clock }),
        },
      ],
    });
    const [first] = failures;
    if (first === undefined) return { dataSource, counts, result: { outcome: 'succeeded' } };
    const reason = `${dataSource}: ${failures.length} of ${counts.files} lists could not be used: ${first.message}`;
    return { dataSource, counts, result: { outcome: 'partial', reason } };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const failure = jobFailure(error);
    return { dataSource, counts: null, result: outcomeOfFailure(dataSource, failure), failure };
  }
}
