import { neighbourGrid } from './neighbour-grid.js';
import type { Points } from './points.js';

/** The label of a row that belongs to no cluster: an anomaly. */
export const noise = -1;

/** `distance` is the field's eps; `fewest` its minPts, the row itself counted. */
export interface DbscanRules {
  readonly distance: number;
  readonly fewest: number;
}

/** The cluster of each row, from 0 in the order of their first core row, or {@link noise}; and which rows are core. */
export interface Clusters {
  readonly labels: Int32Array;
  readonly core: Uint8Array;
}

/**
 * Clusters by density, with Euclidean distance. A row within the distance of two clusters' cores, but no core itself, goes to the cluster that is found
 * first, as in scikit-learn. Rows must have no NaN. Source: M. Ester, H.-P. Kriegel, J. Sander and X. Xu, "A density-based algorithm for
 * discovering clusters in large spatial databases with noise", KDD 1996. The job asks for noise alone: {@link noiseRows} is held against these labels, and these
 * against scikit-learn's.
 */
export function dbscan(points: Points, { distance, fewest }: DbscanRules): Clusters {
  const { neighboursOf } = neighbourGrid(points, distance);
  const neighbours = Array.from({ length: points.rows }, (_, row) => Uint32Array.from(neighboursOf(row)));
  const core = Uint8Array.from(neighbours, (near) => (near.length >= fewest ? 1 : 0));
  const labels = new Int32Array(points.rows).fill(noise);
  let label = 0;
  for (let first = 0; first < points.rows; first += 1) {
    if (labels[first] !== noise || core[first] !== 1) continue;
    labels[first] = label;
    const toExpand = [first];
    for (let row = toExpand.pop(); row !== undefined; row = toExpand.pop()) {
      for (const other of neighbours[row] ?? []) {
        if (labels[other] !== noise) continue;
        labels[other] = label;
        if (core[other] === 1) toExpand.push(other);
      }
    }
    label += 1;
  }
  return { labels, core };
}

/**
 * Which rows {@link dbscan} would label as noise: those that are no core and have none within the distance. Neighbours are counted up to the fewest that make a core,
 * so that it takes time in proportion to the rows however close together they lie.
 */
export function noiseRows(points: Points, { distance, fewest }: DbscanRules): Uint8Array {
  const { someNeighbour } = neighbourGrid(points, distance);
  const isCore = Uint8Array.from({ length: points.rows }, (_, row) => {
    let near = 0;
    return someNeighbour(row, () => (near += 1) >= fewest) ? 1 : 0;
  });
  return Uint8Array.from(isCore, (core, row) =>
    core === 1 || someNeighbour(row, (other) => isCore[other] === 1) ? 0 : 1,
  );
}
