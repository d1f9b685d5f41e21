import type { ApplicationFailure } from '@temporalio/common';
import { FailureDetails } from '../../schemas/jobs/failure.js';
import type { Dataset, Facets, LineageEvent, LineageEventType } from '../../schemas/lineage.js';
import { datasetKey } from '../../schemas/lineage.js';
import { instant } from '../../schemas/values.js';
import type { Redactor } from '../redaction/redactor.js';
import type { TaskAttempt } from '../temporal/attempt.js';
import { tableDatasets } from './datasets.js';
import type { AnyLineage, WrittenRows } from './declaration.js';
import { facet, producer } from './facets.js';
import { attemptRunId } from './run-id.js';

/** The namespace of every job: an activity, and the workflow that asked for it. */
export const jobNamespace = 'touchline';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Of these the names are ours; any other may have come with an input. */
const tables = new Set(tableDatasets.map(datasetKey));

/** Makes the events of one run. */
export interface RunEvents {
  readonly start: (now: number) => LineageEvent;
  readonly complete: (now: number, result: unknown) => LineageEvent;
  readonly fail: (now: number, failure: ApplicationFailure) => LineageEvent;
  readonly abort: (now: number) => LineageEvent;
}

/**
 * The events of an attempt: which datasets, from its declaration and input; the workflow's run as its parent; the reason on FAIL, with what a check
 * found, and the rows on COMPLETE. Pure; secrets are taken out of whatever an input, an id or a failure says.
 */
export function runEvents(
  attempt: TaskAttempt,
  declared: Exclude<AnyLineage, 'untold'>,
  { input, redactor }: { readonly input: unknown; readonly redactor: Redactor },
): RunEvents {
  const { taskName, workflowType, workflowId, runId, activityId, retryCount } = attempt;
  const told = (dataset: Dataset): Dataset =>
    tables.has(datasetKey(dataset))
      ? dataset
      : { namespace: redactor.text(dataset.namespace), name: redactor.text(dataset.name) };
  const parentRunId = uuid.test(runId) ? runId : null;
  const run: Facets = {
    touchline_attempt: {
      _producer: producer,
      _schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunFacet',
      ...{ workflowId: redactor.text(workflowId), workflowRunId: runId },
      ...{ activityId: redactor.text(activityId), attempt: retryCount + 1 },
    },
    ...(parentRunId === null
      ? {}
      : {
          parent: facet('1-2-0/ParentRunFacet.json#/$defs/ParentRunFacet', {
            run: { runId: parentRunId },
            job: { namespace: jobNamespace, name: workflowType ?? 'unknown' },
          }),
        }),
  };
  const job: Facets = {
    jobType: facet('2-0-4/JobTypeJobFacet.json#/$defs/JobTypeJobFacet', {
      ...{ processingType: 'BATCH', integration: 'TOUCHLINE', jobType: 'ACTIVITY' },
    }),
    tags: facet('1-0-0/TagsJobFacet.json#/$defs/TagsJobFacet', {
      tags: [{ key: 'does', value: declared.does, source: 'TOUCHLINE' }],
    }),
  };
  const always = {
    ...{ runId: attemptRunId(attempt), parentRunId, producer },
    job: { namespace: jobNamespace, name: taskName },
    inputs: declared.inputs(input).map(told),
    outputs: declared.outputs(input).map(told),
  };
  const event = (
    eventType: LineageEventType,
    now: number,
    {
      ofRun = {},
      ofInputs = {},
      ofOutputs = {},
    }: Partial<Record<'ofInputs' | 'ofOutputs', Known>> & {
      readonly ofRun?: Facets;
    },
  ): LineageEvent => ({
    ...always,
    ...{ eventTime: instant(now), eventType },
    facets: { run: { ...run, ...ofRun }, job, inputs: ofInputs, outputs: ofOutputs },
  });
  return {
    start: (now) => event('START', now, {}),
    complete: (now, result) => {
      const learnt = declared.learnt?.(result, input);
      const ofOutputs = merged(statisticsOf(declared.rows?.(result, input) ?? []), learnt?.outputs ?? {});
      return event('COMPLETE', now, { ofInputs: learnt?.inputs ?? {}, ofOutputs });
    },
    fail: (now, failure) => {
      const judgement = FailureDetails.safeParse(failure.details?.[0]).data?.judgement;
      const learnt = judgement === undefined ? undefined : declared.refused?.(judgement, input);
      return event('FAIL', now, {
        ofRun: redactor.fields(reasonOf(failure)),
        ofInputs: learnt?.inputs ?? {},
        ofOutputs: learnt?.outputs ?? {},
      });
    },
    abort: (now) => event('ABORT', now, {}),
  };
}

/** Facets by dataset. */
type Known = Readonly<Record<string, Facets>>;

const merged = (one: Known, other: Known): Known =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => [
      key,
      { ...one[key], ...other[key] },
    ]),
  );

const statisticsOf = (written: readonly WrittenRows[]): Record<string, Facets> =>
  Object.fromEntries(
    written.map(({ rows, ...dataset }) => [
      datasetKey(dataset),
      {
        outputStatistics: facet(
          '1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet',
          { rowCount: rows },
        ),
      },
    ]),
  );

const longest = { message: 4_000, stack: 16_000 } as const;

const reasonOf = ({ type, message, stack }: ApplicationFailure): Facets => ({
  errorMessage: facet('1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet', {
    message: `${type ?? 'Error'}: ${message}`.slice(0, longest.message),
    programmingLanguage: 'TypeScript',
    ...(stack === undefined ? {} : { stackTrace: stack.slice(0, longest.stack) }),
  }),
});
