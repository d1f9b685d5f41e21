import { expect, it } from 'vitest';
import type { ColumnEdge } from '../../../domain/lineage/column-graph.js';
import { treeOf, type ColumnTree } from '../../../domain/lineage/column-tree.js';

const edge = (from: string, to: string, isDirect = true): ColumnEdge => ({
  ...{ from, to, isDirect },
  kind: isDirect ? 'TRANSFORMATION' : 'JOIN',
});
/** `a(b, c(d))`; what is told elsewhere has `…`. */
const written = ({ column, branches, isTold }: ColumnTree): string =>
  `${column}${isTold ? '…' : ''}${branches.length === 0 ? '' : `(${branches.map(written).join(', ')})`}`;
const edges = [
  ...[edge('raw.text', 'odds.home'), edge('odds.home', 'prices.margin'), edge('odds.away', 'prices.margin')],
  ...[edge('raw.text', 'odds.away'), edge('prices.margin', 'features.margin')],
  edge('odds.at', 'prices.margin', false),
];

it('a column branches into what it is made of, back to what is made of nothing', () => {
  expect(written(treeOf('prices.margin', edges, { direction: 'up' }))).toBe(
    'prices.margin(odds.home(raw.text), odds.away(raw.text))',
  );
});

it('and on to what is made of it; what only decides about it is no branch', () => {
  expect(written(treeOf('raw.text', edges, { direction: 'down' }))).toBe(
    'raw.text(odds.home(prices.margin(features.margin)), odds.away(prices.margin…))',
  );
});

it('what stands twice has its branches where it is nearest', () => {
  const circled = [...edges, edge('prices.margin', 'raw.text'), edge('odds.home', 'features.margin')];
  expect(written(treeOf('odds.home', circled, { direction: 'down' }))).toBe(
    'odds.home(prices.margin(features.margin, raw.text(odds.home…, odds.away(prices.margin…))), features.margin)',
  );
});

it('reaches as many steps as are asked for', () => {
  expect(written(treeOf('raw.text', edges, { direction: 'down', depth: 1 }))).toBe(
    'raw.text(odds.home, odds.away)',
  );
});
