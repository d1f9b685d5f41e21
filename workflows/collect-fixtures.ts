import {
  ApplicationFailure,
  executeChild,
  isCancellation,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { createCollectFixturesActivities, FixtureSource } from '../activities/collect-fixtures.js';
import {
  CollectFixturesInput,
  type CollectedSource,
  type CollectFixturesResult,
} from '../schemas/jobs/collect-fixtures.js';
import { jobFailure } from '../schemas/jobs/failure.js';
import { outcomeOfAll, type JobOutcome } from '../schemas/jobs/outcome.js';
import { shortActivity } from './activity-options.js';
import type { importHistory } from './import-history.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';

const { fixtureSources, planRestOfDay } =
  proxyActivities<ReturnType<typeof createCollectFixturesActivities>>(shortActivity);

/**
 * Collects the fixtures and results of the running season from every source, one after the other, each up to gold. What one source
 * cannot do stops no other: it is its outcome. Then the day's requests are planned, from the fixtures as they are now. The job fails where
 * every source failed.
 */
export async function collectFixtures(input: CollectFixturesInput): Promise<CollectFixturesResult> {
  const { dataSources, seasons, divisions } = readJobInput(CollectFixturesInput, input);
  const report = reportProgress({ phase: 'collect', unit: 'sources' });
  const wanted = await fixtureSources({
    ...(dataSources === undefined ? {} : { dataSources }),
    ...(seasons === undefined ? {} : { seasons }),
  });
  report({ total: wanted.sources.length });
  const sources: CollectedSource[] = [];
  for (const source of wanted.sources) {
    sources.push(await collect(source, divisions));
    report({ done: sources.length });
  }
  await planRestOfDay({});
  const result = outcomeOfAll(sources.map((source) => source.result));
  if (result.outcome === 'failed') {
    throw ApplicationFailure.create({
      message: result.reason,
      type: 'ProviderAway',
      nonRetryable: true,
      details: [
        { remedy: 'retry-later', subject: { object: sources.map((each) => each.dataSource).join(', ') } },
      ],
    });
  }
  return { result, sources };
}

async function collect(source: FixtureSource, divisions: string[] | undefined): Promise<CollectedSource> {
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
          },
          ...(divisions === undefined ? {} : { divisions }),
        },
      ],
    });
    const [first] = failures;
    if (first === undefined) return { dataSource, counts, result: { outcome: 'succeeded' } };
    const reason = `${dataSource}: ${failures.length} of ${counts.files} lists could not be used: ${first.message}`;
    return { dataSource, counts, result: { outcome: 'partial', reason } };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { dataSource, counts: null, result: outcomeOf(dataSource, error) };
  }
}

/** A source whose key or quota is missing was skipped; any other error is a failure. */
function outcomeOf(dataSource: string, error: unknown): JobOutcome {
  const { name, message } = jobFailure(error);
  const outcome = name === 'PrerequisiteMissing' || name === 'QuotaExhausted' ? 'skipped' : 'failed';
  return { outcome, reason: message.includes(dataSource) ? message : `${dataSource}: ${message}` };
}
