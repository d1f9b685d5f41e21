import { z } from 'zod';
import { tagsOf } from '../adapters/lineage/datasets.js';
import { edgesOf, reachedFrom, splitColumn, type Reached } from '../domain/lineage/column-graph.js';
import { datasetKey, type Dataset } from '../schemas/lineage.js';
import { command } from './command.js';
import { askedOf, datasetOfKey, endpointsOver, fromOf } from './lineage-asked.js';
import { printed } from './lineage-names.js';
import { WholeNumber } from './settings.js';
import { textTable } from './table.js';
import { withDatabase } from './with-database.js';

/** A column that comes of what was asked about. */
interface Touched extends Reached {
  readonly table: string;
  readonly column: string;
}

export const lineageImpact = command({
  path: ['lineage', 'impact'],
  summary: 'what a change of a dataset, or of one of its columns, reaches',
  description: [
    'Which columns, tables, views, models and endpoints come of a table or of one column, as the SQL of gold and the declarations say it: before',
    'a change of a schema. A column that is made of it is told as direct; one that it only decides about (a join, a filter, an order), as decided.',
  ].join('\n'),
  arguments: [{ flags: '<of>', about: 'a table (silver.odds), or a column of it (silver.odds.home_odds)' }],
  options: [{ flags: '--depth <number>', about: 'how many steps on', otherwise: 'all' }],
  examples: [
    'touchline lineage impact silver.fixture_revisions.referee',
    'touchline lineage impact silver.lake.odds --depth 1',
  ],
  json: '{"of", "columns": [{"table", "column", "steps", "direct"}], "datasets": [{"namespace", "name", "tags": […]}], "endpoints": […]}',
  settings: z.object({ of: z.string().min(1), depth: WholeNumber.optional() }),
  async run({ of, depth = Infinity }, context) {
    const { describeHouse } = await import('../activities/describe-lineage.js');
    const { columns: graph } = await withDatabase(context, { role: 'reader', name: 'lineage' }, ({ pool }) =>
      describeHouse(pool),
    );
    const [dataset, column] = askedOf(of, graph);
    const key = datasetKey(dataset);
    const edges = edgesOf(graph);
    const own = [...(graph.get(key)?.columns.keys() ?? []), ...fromOf(edges, key), '*'];
    const start =
      column === undefined ? [...new Set(own)].map((name) => `${key}.${name}`) : [`${key}.${column}`];
    const reached = reachedFrom(start, edges, { depth, direction: 'down' });
    const touched = [...reached].map(([name, how]): Touched => {
      const [table, touchedColumn] = splitColumn(name);
      return { table, column: touchedColumn, ...how };
    });
    const tables = [
      ...new Set([...(column === undefined ? [key] : []), ...touched.map(({ table }) => table)]),
    ];
    const readTables = new Set([key, ...tables]);
    const endpoints = endpointsOver(readTables);
    const datasets = tables.filter((table) => table !== key).map(datasetOfKey);
    await context.output.result(
      {
        of: column === undefined ? key : `${key}.${column}`,
        columns: touched
          .filter((each) => each.column !== '*')
          .map(({ table, column: name, steps, isDirect }) => ({
            table,
            column: name,
            steps,
            direct: isDirect,
          })),
        datasets: datasets.map((each) => ({ ...each, tags: tagsOf(each) })),
        endpoints,
      },
      () => impactText(of, datasets, touched, endpoints),
    );
    return 0;
  },
});

const impactText = (
  of: string,
  datasets: readonly Dataset[],
  touched: readonly Touched[],
  endpoints: readonly string[],
): string =>
  datasets.length === 0 && endpoints.length === 0 && touched.length === 0
    ? `Nothing comes of ${of}.`
    : [
        textTable(
          ['dataset', 'made of it', 'decided by it'],
          datasets.map((dataset) => {
            const own = touched.filter(
              ({ table, column }) => table === datasetKey(dataset) && column !== '*',
            );
            const names = (isDirect: boolean): string[] =>
              own.filter((each) => each.isDirect === isDirect).map(({ column }) => column);
            return [printed(dataset), names(true).join(', '), countedColumns(names(false))];
          }),
        ),
        `Endpoints: ${endpoints.length === 0 ? 'none' : endpoints.join(', ')}`,
      ].join('\n\n');

const countedColumns = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.length} columns`;
