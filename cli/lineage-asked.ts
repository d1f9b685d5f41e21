import { tableDatasets } from '../adapters/lineage/datasets.js';
import { endpointDatasets } from '../adapters/lineage/endpoints.js';
import { edgesOf, splitColumn, type ColumnGraph } from '../domain/lineage/column-graph.js';
import { BadInput } from '../schemas/errors.js';
import { datasetKey, type Dataset } from '../schemas/lineage.js';
import { datasetOf, distinct, meantBy, printed } from './lineage-names.js';

/** The columns of a dataset that others come of: of bronze no lineage says which there are. */
export const fromOf = (edges: ReturnType<typeof edgesOf>, key: string): string[] =>
  edges.map(({ from }) => splitColumn(from)).flatMap(([table, column]) => (table === key ? [column] : []));

/** `football_db.silver/matches` as a dataset. */
export function datasetOfKey(key: string): Dataset {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** A dataset by its name, or one and its column. @throws BadInput where neither is known */
export function askedOf(text: string, graph: ColumnGraph): readonly [dataset: Dataset, column?: string] {
  const known = distinct([...tableDatasets, ...[...graph.keys()].map(datasetOfKey)]);
  try {
    return [datasetOf(text, known)];
  } catch (error) {
    const [table, column] = splitColumn(text);
    if (!(error instanceof BadInput) || table === '') throw error;
    const dataset = datasetOf(table, known);
    const isColumn =
      graph.get(datasetKey(dataset))?.columns.has(column) === true ||
      fromOf(edgesOf(graph), datasetKey(dataset)).includes(column);
    if (isColumn) return [dataset, column];
    throw new BadInput(`${printed(dataset)} has no column ${column} of which lineage knows`, {
      field: 'of',
      advice: 'Name a column as silver.odds.home_odds.',
    });
  }
}

/** Whether a text names a table and something of it, and is no table itself. */
export const isColumnOfTable = (text: string): boolean =>
  meantBy(text, tableDatasets).length === 0 && meantBy(splitColumn(text)[0], tableDatasets).length > 0;

/** The endpoints that answer from any of these datasets. */
export const endpointsOver = (keys: ReadonlySet<string>): string[] =>
  Object.entries(endpointDatasets)
    .filter(([, read]) => read.some((each) => keys.has(datasetKey(each))))
    .map(([path]) => path);
