import { z } from 'zod';
import { tableDatasets, tagsOf } from '../adapters/lineage/datasets.js';
import type { readRun } from '../adapters/lineage/read-lineage.js';
import type { Feed } from '../adapters/lineage/upstream.js';
import { BadInput } from '../schemas/errors.js';
import { datasetKey, type Dataset } from '../schemas/lineage.js';
import { command, type CommandContext } from './command.js';
import { WholeNumber } from './settings.js';
import { grouped, textTable } from './table.js';
import { withDatabase } from './with-database.js';

type Event = Awaited<ReturnType<typeof readRun>>[number];

const Uuid = z.uuid();

/** A run by its UUID, alone or after its workflow's id. */
const runIdOf = (text: string): string | undefined =>
  Uuid.safeParse(text.slice(text.lastIndexOf('/') + 1)).data;

/** `football_db.silver.matches`, as it is printed and asked for. */
export const printed = ({ namespace, name }: Dataset): string => `${namespace}.${name}`;

/** What a text may mean of these: the whole name, the name without `football_db.`, a table's name alone. */
function meantBy(text: string, datasets: readonly Dataset[]): Dataset[] {
  const names: readonly ((dataset: Dataset) => string)[] = [
    printed,
    (dataset) => printed(dataset).replace(/^football_db\./, ''),
    ({ namespace, name }) => (namespace.startsWith('football_db.') ? name : ''),
  ];
  return names
    .map((nameOf) => datasets.filter((dataset) => nameOf(dataset) === text))
    .reduce((found, more) => (found.length > 0 ? found : more), []);
}

export function datasetOf(text: string, datasets: readonly Dataset[]): Dataset {
  const [dataset, ...others] = meantBy(text, datasets);
  if (dataset !== undefined && others.length === 0) return dataset;
  throw new BadInput(
    dataset === undefined
      ? `${text} is neither a dataset nor a run`
      : `${text} may mean ${[dataset, ...others].map(printed).join(' or ')}`,
    {
      field: 'of',
      advice:
        'Name a table as silver.matches, one of the lake as silver.lake.matches, a provider as api_football.matches, or a run by its id.',
    },
  );
}

export const lineageGraph = command({
  path: ['lineage', 'graph'],
  isDefault: true,
  summary: 'what feeds a dataset, and what a run read and wrote',
  description: [
    'Of a dataset: the jobs that have fed it, and what they read, so many jobs back, from the runs of the last 90 days that ended well. Of a',
    "run (an attempt of an activity, or a workflow's run with all its attempts): its events, in the terms of OpenLineage.",
  ].join('\n'),
  arguments: [
    { flags: '<of>', about: 'a table (silver.matches), or a run (its id, or <workflow id>/<run id>)' },
  ],
  options: [{ flags: '--depth <number>', about: 'how many jobs back', otherwise: '3' }],
  examples: [
    'touchline lineage graph gold.predictions --depth 5',
    'touchline lineage graph import-history-1/0198c0de-0000-7000-8000-000000000000 --json',
  ],
  json: [
    'Of a dataset {"dataset", "depth", "nodes": [{"namespace", "name", "tags": […]}], "edges": [{"depth", "job", "from", "to", "runs", "lastAt", "lastRunId"}]}, from',
    'and to being namespace/name; of a run an array of {"at", "event", "runId", "job", "attempt", "inputs": […], "outputs": […], "rows": {…}, "error"}.',
  ].join('\n'),
  settings: z.object({ of: z.string().min(1), depth: WholeNumber.default(3) }),
  async run({ of, depth }, context) {
    const runId = runIdOf(of);
    await (runId === undefined ? showFeeds(of, depth, context) : showRun(runId, context));
    return 0;
  },
});

async function showRun(runId: string, context: CommandContext): Promise<void> {
  const { readRun } = await import('../adapters/lineage/read-lineage.js');
  const events = await withDatabase(context, { role: 'reader', name: 'lineage' }, ({ pool }) =>
    readRun(pool, runId),
  );
  await context.output.result(
    events.map((event) => ({
      ...event,
      at: event.at.toISOString(),
      inputs: event.inputs.map(datasetKey),
      outputs: event.outputs.map(datasetKey),
    })),
    () => runText(events),
  );
}

const runText = (events: readonly Event[]): string =>
  events.length === 0
    ? 'Nothing is known of that run.'
    : textTable(
        ['at', 'event', 'job', 'attempt', 'run', 'read', 'written', 'error'],
        events.map(({ at, event, job, attempt, runId, inputs, outputs, rows, error }) => [
          at.toISOString(),
          event,
          job,
          attempt,
          runId,
          inputs.map(printed).join(', '),
          outputs.map((output) => withRows(output, rows[datasetKey(output)])).join(', '),
          error?.split('\n', 1)[0]?.slice(0, 100) ?? '',
        ]),
      );

const withRows = (output: Dataset, rows: number | undefined): string =>
  rows === undefined ? printed(output) : `${printed(output)} (${grouped(rows)} rows)`;

async function showFeeds(of: string, depth: number, context: CommandContext): Promise<void> {
  const { readMakings } = await import('../adapters/lineage/read-lineage.js');
  const { feedsOf } = await import('../adapters/lineage/upstream.js');
  const makings = await withDatabase(context, { role: 'reader', name: 'lineage' }, ({ pool }) =>
    readMakings(pool),
  );
  const told = makings.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  const dataset = datasetOf(of, distinct([...tableDatasets, ...told]));
  const feeds = feedsOf(dataset, makings, depth);
  const nodes = distinct([dataset, ...feeds.flatMap(({ from }) => (from === null ? [] : [from]))]);
  await context.output.result(
    {
      dataset: datasetKey(dataset),
      depth,
      nodes: nodes.map((node) => ({ ...node, tags: tagsOf(node) })),
      edges: feeds.map(({ from, to, lastAt, ...feed }) => ({
        ...feed,
        from: from === null ? null : datasetKey(from),
        to: datasetKey(to),
        lastAt: lastAt.toISOString(),
      })),
    },
    () => feedsText(dataset, feeds),
  );
}

const feedsText = (dataset: Dataset, feeds: readonly Feed[]): string =>
  feeds.length === 0
    ? `No run has fed ${printed(dataset)}.`
    : textTable(
        ['back', 'dataset', 'made by', 'from', 'runs', 'last at', 'last run'],
        feeds.map(({ depth, to, job, from, runs, lastAt, lastRunId }) => [
          depth,
          printed(to),
          job,
          from === null ? '' : printed(from),
          runs,
          lastAt.toISOString(),
          lastRunId,
        ]),
      );

export const distinct = (datasets: readonly Dataset[]): Dataset[] => [
  ...new Map(datasets.map((dataset) => [datasetKey(dataset), dataset])).values(),
];
