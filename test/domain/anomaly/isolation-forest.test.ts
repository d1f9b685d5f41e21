import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  calibrateForest,
  growForest,
  scoreRows,
  standardForest,
} from '../../../domain/anomaly/isolation-forest.js';
import { completePoints } from '../../../domain/anomaly/points.js';
import { MadePoints, madePoints, Numbers, reference } from './reference/made.js';

const integers = Numbers.transform((values) => Int32Array.from(values));
const Tree = z.object({
  feature: integers,
  threshold: Numbers.transform((values) => Float64Array.from(values)),
  left: integers,
  right: integers,
  size: integers,
});
const { samples, trees } = reference(
  'isolation-forest',
  z.object({
    samples: z.array(
      MadePoints.extend({
        scores: Numbers,
        auc: z.number(),
        betweenSeeds: z.strictObject({ least: z.number(), mean: z.number() }),
      }),
    ),
    trees: MadePoints.extend({ subsample: z.int(), trees: z.array(Tree), scores: Numbers }),
  }),
);

/** Places from the least score on; equal scores share the mean of theirs. */
function ranks(scores: ArrayLike<number>): number[] {
  const all = Array.from(scores);
  return all.map((score) => {
    const below = all.filter((other) => other < score - 1e-9).length;
    const equal = all.filter((other) => Math.abs(other - score) <= 1e-9).length;
    return below + (equal + 1) / 2;
  });
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (a.length + 1) / 2;
  const product = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, i) => sum + (value - mean) * ((y[i] ?? mean) - mean), 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

/** The chance that one of the `odd` last rows has a higher score than one of the others. */
function areaUnderCurve(scores: Float64Array, odd: number): number {
  const placed = ranks(scores).slice(-odd);
  const sum = placed.reduce((total, rank) => total + rank, 0);
  return (sum - (odd * (odd + 1)) / 2) / (odd * (scores.length - odd));
}

const dense = madePoints({ rows: 500, columns: 3, seed: 77, odd: 0 });

describe('an isolation forest', () => {
  it("gives scikit-learn's scores and ranks through scikit-learn's trees", () => {
    const scores = scoreRows(trees, madePoints(trees));
    scores.forEach((score, row) => {
      expect(score).toBeCloseTo(trees.scores[row] ?? NaN, 12);
    });
    expect(ranks(scores)).toEqual(ranks(trees.scores));
  });

  it.each(samples)(
    "of our own ranks $rows rows of $columns columns as near to scikit-learn's as its own under another seed",
    (sample) => {
      const points = madePoints(sample);
      const scores = scoreRows(growForest(points), points);
      expect(correlation(ranks(scores), ranks(sample.scores))).toBeGreaterThanOrEqual(
        sample.betweenSeeds.least,
      );
      expect(areaUnderCurve(scores, sample.odd)).toBeGreaterThan(sample.auc - 0.01);
    },
  );

  it('is determined by its seed', () => {
    const scores = scoreRows(growForest(dense), dense);
    expect(scoreRows(growForest(dense), dense)).toEqual(scores);
    expect(scoreRows(growForest(dense, { ...standardForest, seed: 43 }), dense)).not.toEqual(scores);
  });

  it('gives every row a score in (0, 1], whatever the rows are', () => {
    const rows = fc.array(
      fc.tuple(fc.double({ min: -1e300, max: 1e300, noNaN: true }), fc.constantFrom(0, 1)),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(rows, (values) => {
        const points = { rows: values.length, columns: 2, values: Float64Array.from(values.flat()) };
        for (const score of scoreRows(growForest(points, { ...standardForest, trees: 5 }), points)) {
          expect(score).toBeGreaterThan(0);
          expect(score).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('ranks alike in another unit and from another zero', () => {
    const moved = { ...dense, values: dense.values.map((value) => value * 8 - 3) };
    expect(ranks(scoreRows(growForest(moved), moved))).toEqual(ranks(scoreRows(growForest(dense), dense)));
  });

  it('flags what its baseline says is unusual and no fixed share: nearly none of such a window, all of another', () => {
    const { forest, threshold } = calibrateForest(dense);
    const again = scoreRows(forest, madePoints({ rows: 500, columns: 3, seed: 78, odd: 0 }));
    expect(again.filter((score) => score > threshold).length).toBeLessThan(10);
    const far = scoreRows(forest, { rows: 20, columns: 3, values: new Float64Array(60).fill(9) });
    expect(far.filter((score) => score > threshold)).toHaveLength(20);
  });

  it('sees rows that have every number, and knows which they are', () => {
    const { points, rowOf } = completePoints({
      rows: 3,
      columns: 2,
      values: Float64Array.of(1, 2, NaN, 3, 4, 5),
    });
    expect(points).toEqual({ rows: 2, columns: 2, values: Float64Array.of(1, 2, 4, 5) });
    expect(rowOf).toEqual(Uint32Array.of(0, 2));
  });
});
