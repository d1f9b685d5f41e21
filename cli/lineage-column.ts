import { edgesOf, splitColumn, type ColumnEdge, type ColumnGraph } from '../domain/lineage/column-graph.js';
import { treeOf, type ColumnTree } from '../domain/lineage/column-tree.js';
import { datasetKey, type Dataset } from '../schemas/lineage.js';
import { datasetOfKey, endpointsOver } from './lineage-asked.js';
import { printed } from './lineage-names.js';

/** What a column is made of, and what is made of it, by columns. */
export interface ColumnPicture {
  /** `football_db.gold/lake.elo.home_elo` */
  readonly column: string;
  /** Back to the fields of payloads. */
  readonly of: ColumnTree;
  /** On to the last that is made of it. */
  readonly in: ColumnTree;
  /** The columns that decide about it without being in it, nearest by one step. */
  readonly decidedBy: readonly { readonly column: string; readonly kind: ColumnEdge['kind'] }[];
  /** That answer from a table with it or with what is made of it. */
  readonly endpoints: readonly string[];
}

/** The picture of a column of a dataset, so many steps each way. */
export function pictureOf(
  [dataset, column]: readonly [dataset: Dataset, column: string],
  graph: ColumnGraph,
  depth: number,
): ColumnPicture {
  const name = `${datasetKey(dataset)}.${column}`;
  const edges = edgesOf(graph);
  const forwards = treeOf(name, edges, { direction: 'down', depth });
  const decidedBy = edges.filter(
    ({ to, from, isDirect }) => to === name && !isDirect && splitColumn(from)[1] !== '*',
  );
  return {
    column: name,
    of: treeOf(name, edges, { direction: 'up', depth }),
    in: forwards,
    decidedBy: decidedBy.map(({ from, kind }) => ({ column: from, kind })),
    endpoints: endpointsOver(new Set(columnsIn(forwards).map((each) => splitColumn(each)[0]))),
  };
}

const columnsIn = ({ column, branches }: ColumnTree): string[] => [column, ...branches.flatMap(columnsIn)];

/** The edges of a tree, by `from` and `to` in the way of the data. */
export function edgesIn(
  { column, branches }: ColumnTree,
  direction: 'up' | 'down',
): { readonly from: string; readonly to: string; readonly kind: ColumnTree['kind'] }[] {
  return branches.flatMap((branch) => [
    direction === 'down'
      ? { from: column, to: branch.column, kind: branch.kind }
      : { from: branch.column, to: column, kind: branch.kind },
    ...edgesIn(branch, direction),
  ]);
}

/** `gold.lake.elo.home_elo` */
function shown(column: string): string {
  const [table, name] = splitColumn(column);
  return `${printed(datasetOfKey(table)).replace(/^football_db\./, '')}.${name}`;
}

const words: Readonly<Record<string, string>> = {
  IDENTITY: 'as it is',
  TRANSFORMATION: 'computed',
  AGGREGATION: 'of many rows',
};

const branchesText = ({ branches }: ColumnTree, before = ''): string[] =>
  branches.flatMap((branch, index) => {
    const isLast = index === branches.length - 1;
    const how = branch.kind === null ? '' : `  ${words[branch.kind] ?? branch.kind}`;
    const told = branch.isTold ? ' (told elsewhere)' : '';
    return [
      `${before}${isLast ? '└─' : '├─'} ${shown(branch.column)}${how}${told}`,
      ...branchesText(branch, `${before}${isLast ? '   ' : '│  '}`),
    ];
  });

/** The picture in letters. */
export const pictureText = ({ column, of, in: forwards, decidedBy, endpoints }: ColumnPicture): string =>
  [
    `${shown(column)} is made of${of.branches.length === 0 ? ' nothing that is kept' : ''}`,
    ...branchesText(of),
    '',
    `${forwards.branches.length === 0 ? 'Nothing is' : 'What is'} made of it`,
    ...branchesText(forwards),
    '',
    `Decided by ${new Set(decidedBy.map((each) => each.column)).size} columns in one step${decidedBy.length === 0 ? '' : ': --json names them'}`,
    `Endpoints: ${endpoints.length === 0 ? 'none' : endpoints.join(', ')}`,
  ].join('\n');
