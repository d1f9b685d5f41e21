import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
} from '@temporalio/workflow';
import type { createCollectFilesActivities } from '../activities/collect-files.js';
import { jobFailure, type FailureDetails } from '../schemas/jobs/failure.js';
import {
  ImportHistoryInput,
  type FileFailure,
  type ImportHistoryResult,
} from '../schemas/jobs/import-history.js';
import type { SimulatedClock } from '../schemas/jobs/simulated-clock.js';
import type { SourceFile } from '../schemas/records/source-file.js';
import { fixturesActivity, longActivity, retriedBy, shortActivity } from './activity-options.js';
import { bringToGold, bringToSilver } from './bring-to-gold.js';
import { inParallel } from './in-parallel.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import { thisRunId } from './run-id.js';
import { countFailed, isSkip, loggedBy } from './source-outcome.js';

type CollectFiles = ReturnType<typeof createCollectFilesActivities>;
/** A running season waits for no backfill: its files and its log have a queue of their own. */
const collecting = {
  history: () => ({
    files: proxyActivities<CollectFiles>(longActivity),
    log: proxyActivities<CollectFiles>(shortActivity),
  }),
  fixtures: (clock: SimulatedClock | undefined) => ({
    files: proxyActivities<CollectFiles>(retriedBy(clock, fixturesActivity)),
    log: proxyActivities<CollectFiles>({ ...shortActivity, taskQueue: fixturesActivity.taskQueue }),
  }),
};

const filesInFlight = 4;

/**
 * Collects the files of a folder or a URL into bronze, then brings them to gold, or as far as it is told. A file that cannot be used is a
 * failure of its own and stops no other; when none can be used the job fails with the first one's error. A list of fixtures that could not be asked
 * for want of key or quota is skipped: it is asked for again tomorrow, and a person who imports waits for an answer.
 */
export async function importHistory(input: ImportHistoryInput): Promise<ImportHistoryResult> {
  const job = readJobInput(ImportHistoryInput, input);
  const { dataSource, location, seasons, divisions, reading, collectionType = 'history', upTo, clock } = job;
  const { files: requests, log } = collecting[collectionType](clock);
  const { listSourceFiles, collectFile } = requests;
  const { openCollectionLog, closeCollectionLog, importOutcome } = log;
  const byClock = clock === undefined ? {} : { clock };
  const runId = thisRunId();
  const counts = { files: 0, rows: 0, stored: 0, duplicates: 0, held: 0 };
  let files: readonly SourceFile[] = [];
  let usable = 0;
  const failureOf = new Map<SourceFile, FileFailure>();
  /** In the order of the files, whichever failed first. */
  const failures = (): FileFailure[] => files.flatMap((file) => failureOf.get(file) ?? []);
  const report = reportProgress({ phase: 'list', unit: 'files' });

  let isGivenUp = false;
  const collect = async (file: SourceFile): Promise<void> => {
    if (isGivenUp) return;
    try {
      const collected = await collectFile({
        ...{ file, runId, reading },
        ...(collectionType === 'history' ? {} : { collectionType }),
        ...byClock,
      });
      usable += 1;
      counts.rows += collected.rows;
      counts.stored += collected.stored;
      counts.duplicates += collected.duplicates;
      counts.held += collected.held;
    } catch (error) {
      if (!isAboutTheFile(error) && !(collectionType === 'fixtures' && error instanceof ActivityFailure))
        throw error;
      if (isCancellation(error)) throw error;
      const { name, message, subject } = jobFailure(error);
      // A source that is away, or refuses for want of key or quota, does so for every other list too.
      isGivenUp ||= !aboutOneFile.has(name);
      failureOf.set(file, {
        file: subject.file ?? file.uri,
        name,
        message,
        ...(subject.advice === undefined ? {} : { advice: subject.advice }),
        ...subjectOf(subject.httpStatus),
      });
    }
    counts.files += 1;
    report({ done: counts.files, rows: counts.rows });
  };

  const closeLog = async (error: unknown): Promise<void> => {
    const ending = error === undefined ? [] : [jobFailure(error)];
    const [{ message: errorMessage } = { message: undefined }] = [...ending, ...failures()];
    const ended = [
      ...[...failureOf.values()].map(({ name, httpStatus }) => ({ name, subject: subjectOf(httpStatus) })),
      ...ending,
    ];
    await CancellationScope.nonCancellable(() =>
      closeCollectionLog({
        runId,
        collected: counts.rows,
        succeeded: counts.stored + counts.duplicates,
        // An import that a person waits for has failed for want of quota too; a list of fixtures is asked for again tomorrow.
        failed: counts.held + (collectionType === 'fixtures' ? countFailed(ended) : ended.length),
        ...(errorMessage === undefined ? {} : { errorMessage }),
      }),
    );
  };

  await openCollectionLog({ runId, dataSource, collectionType });
  try {
    const listed = await listSourceFiles({
      dataSource,
      location,
      ...(seasons === undefined ? {} : { seasons }),
      ...(divisions === undefined ? {} : { divisions }),
      ...byClock,
    });
    files = listed.files;
    report({ phase: 'collect', total: files.length, rows: 0 });
    await inParallel(files, filesInFlight, collect);
    throwIfNothingWasUsable(usable, files.length, failures());
    if (upTo === 'silver') await bringToSilver(report);
    else if (upTo !== 'bronze') await bringToGold(report);
  } catch (error) {
    await closeLog(error);
    const ending = jobFailure(error);
    if (collectionType !== 'fixtures' || !isSkip(ending)) throw error;
    const outcome = { ...counts, revisions: 0, heldInSilver: 0 };
    return { runId, outcome, failures: failures(), questions: [], skipped: ending.message };
  }
  await closeLog(undefined);

  const { revisions, heldInSilver, questions } =
    upTo === 'bronze' ? { revisions: 0, heldInSilver: 0, questions: [] } : await importOutcome({ runId });
  return { runId, outcome: { ...counts, revisions, heldInSilver }, failures: failures(), questions };
}

const subjectOf = (httpStatus: number | undefined): { readonly httpStatus?: number } =>
  httpStatus === undefined ? {} : { httpStatus };

const isAboutTheFile = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === 'BadInput';

const aboutOneFile: ReadonlySet<string> = new Set(['BadInput', 'ContractBroken']);

function throwIfNothingWasUsable(usable: number, fileCount: number, failures: readonly FileFailure[]): void {
  const first = failures[0];
  if (first === undefined || usable > 0) return;
  const others = fileCount === 1 ? '' : ` None of the ${fileCount} files could be used.`;
  throw ApplicationFailure.create({
    message: `${first.message}${others}`,
    type: first.name,
    nonRetryable: true,
    details: [
      {
        remedy: 'fix-input',
        subject: {
          ...{ file: first.file, ...(first.advice === undefined ? {} : { advice: first.advice }) },
          ...subjectOf(first.httpStatus),
        },
        ...loggedBy(failures),
      } satisfies FailureDetails,
    ],
  });
}
