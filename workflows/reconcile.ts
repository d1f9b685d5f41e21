import { executeChild, isCancellation, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { createCollectFilesActivities } from '../activities/collect-files.js';
import type { createCollectFixturesActivities, FixtureSource } from '../activities/collect-fixtures.js';
import type { createReconcileListsActivities } from '../activities/reconcile-lists.js';
import type { createReconcileToldActivities } from '../activities/reconcile-told.js';
import { jobFailure, type JobFailure } from '../schemas/jobs/failure.js';
import { outcomeOfAll, type JobOutcome } from '../schemas/jobs/outcome.js';
import { ReconcileInput, type ReconcileResult } from '../schemas/jobs/reconcile.js';
import { ReconciledKind } from '../schemas/records/reconciliation.js';
import type { SourceFile } from '../schemas/records/source-file.js';
import { fixturesActivity, retriedBy, shortActivity } from './activity-options.js';
import type { importHistory } from './import-history.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import { reconcileTold, type Reconciled } from './reconcile-told.js';
import { thisRunId } from './run-id.js';
import { outcomeOfFailure, throwIfEverySourceFailed } from './source-outcome.js';

type Reconciling = ReturnType<typeof createReconcileListsActivities>;
const { fixtureSources } = proxyActivities<ReturnType<typeof createCollectFixturesActivities>>(shortActivity);
const { beginReconciliation, settleReconciliation } = proxyActivities<Reconciling>(shortActivity);
const { toldSources } = proxyActivities<ReturnType<typeof createReconcileToldActivities>>(shortActivity);

type Asked = Pick<ReconcileInput, 'divisions' | 'clock'>;

/**
 * Compares what every source says with what bronze and silver have: its lists of matches, the scores of the feed, prices, line-ups, injuries, weather. Lets
 * the ordinary collection fill what differs, and counts what was found, filled and left (COL-8). What one source cannot do stops no other; the job fails where every source failed.
 */
export async function reconcile(input: ReconcileInput): Promise<ReconcileResult> {
  const job = readJobInput(ReconcileInput, input);
  const { dataSources, seasons, kinds = ReconciledKind.options } = job;
  const named = dataSources === undefined ? {} : { dataSources };
  const report = reportProgress({ phase: 'compare', unit: 'sources' });
  // It knows every source, and refuses a name that is none.
  const wanted = await fixtureSources({
    ...named,
    ...(seasons === undefined ? {} : { seasons }),
    ...(job.clock === undefined ? {} : { clock: job.clock }),
  });
  const lists = kinds.includes('matches') ? wanted.sources : [];
  const told = (await toldSources({ kinds, ...named })).sources;
  report({ total: lists.length + told.length });
  const sources: ReconcileResult['sources'] = [];
  const failures: JobFailure[] = [];
  const note = ({ failure, ...reconciled }: Reconciled): void => {
    sources.push(reconciled);
    if (failure !== undefined) failures.push(failure);
    report({ done: sources.length });
  };
  // Lists first: all else is of the matches that they tell.
  for (const source of lists) note(await reconcileSource(source, job));
  for (const source of told) note(await reconcileTold(source, job));
  const result = outcomeOfAll(sources.map((source) => source.result));
  throwIfEverySourceFailed(result, failures);
  return { result, sources };
}

async function reconcileSource(source: FixtureSource, asked: Asked): Promise<Reconciled> {
  const { dataSource } = source;
  const none = { dataSource, kind: 'matches' as const, lists: 0, matches: 0, gaps: null };
  if (source.kind === 'missing') return { ...none, result: { outcome: 'skipped', reason: source.reason } };
  const { clock } = asked;
  const byClock = clock === undefined ? {} : { clock };
  const run = { runId: thisRunId(), dataSource, ...byClock };
  const chosen = { ...(asked.divisions === undefined ? {} : { divisions: asked.divisions }), ...byClock };
  const requests = retriedBy(clock, fixturesActivity);
  const { listSourceFiles } = proxyActivities<ReturnType<typeof createCollectFilesActivities>>(requests);
  const { compareList } = proxyActivities<Reconciling>(requests);
  const compared = { lists: 0, matches: 0 };
  const differing: SourceFile[] = [];
  let failure: JobFailure | undefined;
  try {
    await beginReconciliation(run);
    const { location, seasons } = source;
    const { files } = await listSourceFiles({ dataSource, location, seasons: [...seasons], ...chosen });
    for (const file of files) {
      try {
        const { matches, fillable } = await compareList({ file, runId: run.runId, ...byClock });
        compared.lists += 1;
        compared.matches += matches;
        if (fillable > 0) differing.push(file);
      } catch (error) {
        if (isCancellation(error)) throw error;
        failure ??= jobFailure(error);
        if (!aboutOneList.has(jobFailure(error).name)) break;
      }
    }
    if (differing.length > 0) {
      await executeChild<typeof importHistory>('importHistory', {
        workflowId: `${workflowInfo().workflowId}/${dataSource}`,
        args: [
          {
            ...{ dataSource, location, reading: 'always', collectionType: 'fixtures' },
            seasons: [...seasons],
            ...narrowed(differing, asked),
            ...byClock,
          },
        ],
      });
    }
    const gaps = await settleReconciliation(run);
    const result: JobOutcome =
      failure === undefined
        ? { outcome: 'succeeded' }
        : {
            ...outcomeOfFailure(dataSource, failure),
            ...(compared.lists === 0 ? {} : { outcome: 'partial' as const }),
          };
    return {
      ...{ ...none, ...compared, gaps, result },
      ...(failure === undefined || compared.lists > 0 ? {} : { failure }),
    };
  } catch (error) {
    if (isCancellation(error)) throw error;
    failure = jobFailure(error);
    return { ...none, ...compared, result: outcomeOfFailure(dataSource, failure), failure };
  }
}

const aboutOneList: ReadonlySet<string> = new Set(['BadInput', 'ContractBroken']);

/** The divisions of the lists that differ; those asked for where one of the lists carries several. */
function narrowed(
  files: readonly SourceFile[],
  { divisions }: Pick<ReconcileInput, 'divisions'>,
): Pick<ReconcileInput, 'divisions'> {
  const ofFiles = files.flatMap(({ division }) => (division === null ? [] : [division]));
  if (ofFiles.length === files.length) return { divisions: [...new Set(ofFiles)] };
  return divisions === undefined ? {} : { divisions };
}
