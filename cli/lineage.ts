import { z } from 'zod';
import { tableDatasets, tagsOf } from '../adapters/lineage/datasets.js';
import type { readRun } from '../adapters/lineage/read-lineage.js';
import type { Feed } from '../adapters/lineage/upstream.js';
import { datasetKey, type Dataset } from '../schemas/lineage.js';
import { command, type CommandContext } from './command.js';
import { edgesIn, pictureOf, pictureText } from './lineage-column.js';
import { askedOf, isColumnOfTable } from './lineage-asked.js';
import { datasetOf, distinct, printed } from './lineage-names.js';
import { WholeNumber } from './settings.js';
import { grouped, textTable } from './table.js';
import { withDatabase } from './with-database.js';

type Event = Awaited<ReturnType<typeof readRun>>[number];

const Uuid = z.uuid();

/** A run by its UUID, alone or after its workflow's id. */
const runIdOf = (text: string): string | undefined =>
  Uuid.safeParse(text.slice(text.lastIndexOf('/') + 1)).data;

/** How many jobs back, where nobody says. */
const usualDepth = 3;

export const lineageGraph = command({
  path: ['lineage', 'graph'],
  isDefault: true,
  summary: 'what feeds a dataset, what a column is made of, and what a run read and wrote',
  description: [
    'Of a dataset: the jobs that have fed it, and what they read, so many jobs back, from the runs of the last 90 days that ended well. Of a',
    "run (an attempt of an activity, or a workflow's run with all its attempts): its events, in the terms of OpenLineage. Of a column: what it is",
    'made of, back to the fields of payloads, and what is made of it, as the SQL and the declarations say it.',
  ].join('\n'),
  arguments: [
    {
      flags: '<of>',
      about:
        'a table (silver.matches), a column (gold.elo.home_elo), or a run (its id, or <workflow id>/<run id>)',
    },
  ],
  options: [
    {
      flags: '--depth <number>',
      about: 'how many jobs back, or steps of a column',
      otherwise: '3; all of a column',
    },
  ],
  examples: [
    'touchline lineage graph gold.predictions --depth 5',
    'touchline lineage graph gold.odds_features.market_efficiency',
    'touchline lineage graph import-history-1/0198c0de-0000-7000-8000-000000000000 --json',
  ],
  json: [
    'Of a dataset {"dataset", "depth", "nodes": [{"namespace", "name", "tags": […]}], "edges": [{"depth", "job", "from", "to", "runs", "lastAt", "lastRunId"}]}, from',
    'and to being namespace/name; of a column {"column", "sources": edges, "uses": edges, "decidedBy": [{"column", "kind"}], "endpoints"}, edges being [{"from", "to", "kind"}]; of a run an array of {"at", "event", "runId", "job", "attempt", "inputs": […], "outputs": […], "rows": {…}, "error"}.',
  ].join('\n'),
  settings: z.object({ of: z.string().min(1), depth: WholeNumber.optional() }),
  async run({ of, depth }, context) {
    const runId = runIdOf(of);
    if (runId !== undefined) await showRun(runId, context);
    else if (isColumnOfTable(of)) await showColumn(of, depth, context);
    else await showFeeds(of, depth ?? usualDepth, context);
    return 0;
  },
});

async function showColumn(of: string, depth: number | undefined, context: CommandContext): Promise<void> {
  const { describeHouse } = await import('../activities/describe-lineage.js');
  const { columns: graph } = await withDatabase(context, { role: 'reader', name: 'lineage' }, ({ pool }) =>
    describeHouse(pool),
  );
  const [dataset, column = ''] = askedOf(of, graph);
  const picture = pictureOf([dataset, column], graph, depth ?? Infinity);
  await context.output.result(
    {
      ...{ column: picture.column, sources: edgesIn(picture.of, 'up'), uses: edgesIn(picture.in, 'down') },
      ...{ decidedBy: picture.decidedBy, endpoints: picture.endpoints },
    },
    () => pictureText(picture),
  );
}

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
