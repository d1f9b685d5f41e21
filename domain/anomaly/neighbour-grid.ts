import type { Points } from './points.js';

/** Fewer columns make fewer cells to look into; the distance itself takes every column. */
const griddedColumns = 3;
/** Keeps the number of a cell of three columns a whole number that is exact. */
const mostCells = 100_000;

/** The rows within a distance of a row, itself among them. */
export interface NeighbourGrid {
  /** In ascending order. */
  readonly neighboursOf: (row: number) => number[];
  /** Whether one of them is such; it stops at the first, so that rows that lie close together cost no more than others. */
  readonly someNeighbour: (row: number, isSuch: (other: number) => boolean) => boolean;
}

/** Finds neighbours by cells that are at least the distance wide, so that they lie in the cell or beside it. */
export function neighbourGrid({ rows, columns, values }: Points, distance: number): NeighbourGrid {
  const used = Math.min(columns, griddedColumns);
  const valueOf = (row: number, column: number) => values[row * columns + column] ?? NaN;
  const scales = Array.from({ length: used }, (_, column) => {
    let [least, most] = [Infinity, -Infinity];
    for (let row = 0; row < rows; row += 1) {
      least = Math.min(least, valueOf(row, column));
      most = Math.max(most, valueOf(row, column));
    }
    // A little wider than the distance: rounding must not put a neighbour two cells away.
    return { least, width: Math.max(distance * (1 + 1e-9), (most - least) / mostCells, Number.MIN_VALUE) };
  });
  // One empty cell on each side, so that a step beyond the edge meets no other cell.
  const stride = mostCells + 3;
  const cellOf = (row: number): number =>
    scales.reduce(
      (cell, { least, width }, column) =>
        cell * stride + 1 + Math.floor((valueOf(row, column) - least) / width),
      0,
    );
  const cells = new Map<number, number[]>();
  for (let row = 0; row < rows; row += 1) {
    const cell = cells.get(cellOf(row));
    if (cell === undefined) cells.set(cellOf(row), [row]);
    else cell.push(row);
  }
  let around = [0];
  for (let column = 0; column < used; column += 1)
    around = around.flatMap((step) => [-1, 0, 1].map((move) => step * stride + move));

  const limit = distance * distance;
  const isNear = (row: number, other: number): boolean => {
    let sum = 0;
    for (let column = 0; column < columns; column += 1)
      sum += (valueOf(row, column) - valueOf(other, column)) ** 2;
    return sum <= limit;
  };
  const someNeighbour: NeighbourGrid['someNeighbour'] = (row, isSuch) => {
    const cell = cellOf(row);
    return around.some((step) =>
      cells.get(cell + step)?.some((other) => isNear(row, other) && isSuch(other)),
    );
  };
  const neighboursOf = (row: number): number[] => {
    const near: number[] = [];
    someNeighbour(row, (other) => {
      near.push(other);
      return false;
    });
    return near.sort((a, b) => a - b);
  };
  return { neighboursOf, someNeighbour };
}
