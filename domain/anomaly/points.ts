/** Rows of numbers, one after the other: row i is `values[i × columns … (i + 1) × columns − 1]`. */
export interface Points {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** The rows that have every number, and which rows of the given ones they are. */
export interface CompletePoints {
  readonly points: Points;
  readonly rowOf: Uint32Array;
}

/** Leaves out rows that lack a number: distances and splits need them all. */
export function completePoints({ rows, columns, values }: Points): CompletePoints {
  const rowOf = Uint32Array.from({ length: rows }, (_, row) => row).filter((row) =>
    values.subarray(row * columns, (row + 1) * columns).every(Number.isFinite),
  );
  const kept = new Float64Array(rowOf.length * columns);
  rowOf.forEach((row, at) => {
    kept.set(values.subarray(row * columns, (row + 1) * columns), at * columns);
  });
  return { points: { rows: rowOf.length, columns, values: kept }, rowOf };
}
