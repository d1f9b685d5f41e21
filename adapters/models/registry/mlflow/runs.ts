import { z } from 'zod';
import { BadInput } from '../../../../schemas/errors.js';
import { artefactPath } from '../mlmodel.js';
import type { NewVersion } from '../model-registry.js';
import { ifThere, unlessThere, type MlflowClient } from './client.js';
import { metricsOf, parametersOf, tagList } from './logged.js';

/** The experiment that trainings are runs of (MODEL-1). */
export const experimentName = 'football_prediction_baseline';
/** The tag of runs and versions that holds our run. */
export const runTag = 'touchline.run_id';

const Experiment = z.object({ experiment: z.object({ experiment_id: z.string() }) });
const RunInfo = z.object({ run_id: z.string(), status: z.string(), artifact_uri: z.string() });
const Run = z.object({ info: RunInfo });
const Runs = z.object({ runs: z.array(Run).default([]) });

/** A run whose parameters, metrics and files are all there. */
export interface FinishedRun {
  readonly runId: string;
  /** Where its model lies, as MLflow writes it. */
  readonly source: string;
}

const sourceOf = ({ artifact_uri: uri }: z.output<typeof RunInfo>): string => `${uri}/${artefactPath}`;

/**
 * The path of an artefact's folder below the server's root. Throws {@link BadInput} where the server does not hand artefacts on: then we would need the
 * keys of its store.
 */
export function servedPath(source: string): string {
  const path = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.+)$/.exec(source)?.[1];
  if (path !== undefined) return path;
  throw new BadInput(`MLflow keeps its artefacts at ${source}, and does not serve them`, {
    setting: 'MLFLOW_TRACKING_URI',
    advice:
      'Start the tracking server with --serve-artifacts and --artifacts-destination, and give the experiment no location of its own.',
  });
}

async function experimentId(client: MlflowClient): Promise<string> {
  const asked = { experiment_name: experimentName };
  const there = await ifThere(client.get('experiments/get-by-name', asked, Experiment));
  if (there !== undefined) return there.experiment.experiment_id;
  await unlessThere(client.post('experiments/create', { name: experimentName }, z.unknown()));
  return (await client.get('experiments/get-by-name', asked, Experiment)).experiment.experiment_id;
}

/** Our run as its tag holds it: MLflow's filters have no way to write a quote. */
export const runKey = (runId: string): string => runId.replaceAll('%', '%25').replaceAll("'", '%27');
export const isOfRun = (runId: string): string => `tags.\`${runTag}\` = '${runKey(runId)}'`;

/**
 * The run of MLflow of a training, whole: one that an earlier attempt finished, else a new one. What an attempt left unfinished is marked as killed and not
 * used, since a retry may have read another snapshot; a run counts once it is FINISHED, after its last file.
 */
export async function finishedRun(
  client: MlflowClient,
  made: NewVersion,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<FinishedRun> {
  const experiment = await experimentId(client);
  const { runs } = await client.post(
    'runs/search',
    {
      experiment_ids: [experiment],
      filter: isOfRun(made.version.runId),
      order_by: ['attributes.start_time ASC'],
      max_results: 100,
    },
    Runs,
  );
  const finished = runs.find(({ info }) => info.status === 'FINISHED');
  if (finished !== undefined) return { runId: finished.info.run_id, source: sourceOf(finished.info) };
  for (const { info } of runs.filter(({ info: { status } }) => status === 'RUNNING')) {
    await client.post(
      'runs/update',
      { run_id: info.run_id, status: 'KILLED', end_time: Date.now() },
      z.unknown(),
    );
  }
  return await logRun(client, experiment, made, files);
}

async function logRun(
  client: MlflowClient,
  experiment: string,
  made: NewVersion,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<FinishedRun> {
  const begun = Date.parse(made.version.createdAt);
  const { run } = await client.post(
    'runs/create',
    {
      experiment_id: experiment,
      run_name: made.version.runId.slice(0, 200),
      start_time: begun,
      tags: tagList({ [runTag]: runKey(made.version.runId) }),
    },
    z.object({ run: Run }),
  );
  const { run_id: runId } = run.info;
  await client.post(
    'runs/log-batch',
    { run_id: runId, params: parametersOf(made), metrics: metricsOf(made, begun) },
    z.unknown(),
  );
  const source = sourceOf(run.info);
  const folder = servedPath(source);
  for (const [name, content] of Object.entries(files)) await client.upload(`${folder}/${name}`, content);
  await client.post('runs/update', { run_id: runId, status: 'FINISHED', end_time: Date.now() }, z.unknown());
  return { runId, source };
}
