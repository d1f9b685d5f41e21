import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dbscan, noise, noiseRows } from '../../../domain/anomaly/dbscan.js';
import { MadePoints, madePoints, Numbers, reference } from './reference/made.js';

const { cases, lattice } = reference(
  'dbscan',
  z.object({
    cases: z.array(
      MadePoints.extend({ distance: z.number(), fewest: z.int(), labels: Numbers, core: z.int() }),
    ),
    lattice: z.object({ points: Numbers, labels: Numbers }),
  }),
);

const pairs = (values: readonly (readonly [number, number])[]) => ({
  rows: values.length,
  columns: 2,
  values: Float64Array.from(values.flat()),
});
const steps = fc.integer({ min: 0, max: 12 });
const rules = { distance: 1.5, fewest: 4 };

describe('DBSCAN', () => {
  it.each(cases)(
    "gives scikit-learn's labels to $rows rows of $columns columns within $distance",
    (sample) => {
      const { labels, core } = dbscan(madePoints(sample), sample);
      expect([...labels]).toEqual(sample.labels);
      expect(core.reduce((sum, is) => sum + is, 0)).toBe(sample.core);
    },
  );

  it("gives scikit-learn's labels on a lattice where every distance is the limit and rows border two clusters", () => {
    const points = { rows: lattice.labels.length, columns: 2, values: Float64Array.from(lattice.points) };
    expect([...dbscan(points, { distance: 1, fewest: 4 }).labels]).toEqual(lattice.labels);
  });

  it('finds the same clusters of core rows and the same noise in any order, under other numbers', () => {
    const shuffled = fc.array(fc.tuple(steps, steps), { maxLength: 40 }).chain((values) => {
      const order = values.map((_, i) => i);
      return fc.tuple(fc.constant(values), fc.shuffledSubarray(order, { minLength: order.length }));
    });
    fc.assert(
      fc.property(shuffled, ([values, order]) => {
        const plain = dbscan(pairs(values), rules);
        const other = dbscan(pairs(order.map((i) => values[i] ?? [0, 0])), rules);
        const names = new Map<number | undefined, number | undefined>();
        order.forEach((i, at) => {
          expect(other.core[at]).toBe(plain.core[i]);
          expect(other.labels[at] === noise).toBe(plain.labels[i] === noise);
          if (plain.core[i] !== 1) return;
          if (!names.has(plain.labels[i])) names.set(plain.labels[i], other.labels[at]);
          expect(other.labels[at]).toBe(names.get(plain.labels[i]));
        });
        expect(new Set(names.values()).size).toBe(names.size);
      }),
    );
  });

  it('finds noise by itself as its labels say, whatever lies where', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(steps, steps), { maxLength: 60 }),
        fc.integer({ min: 1, max: 6 }),
        (values, fewest) => {
          const labelled = dbscan(pairs(values), { ...rules, fewest }).labels;
          const found = noiseRows(pairs(values), { ...rules, fewest });
          expect([...found]).toEqual([...labelled].map((label) => (label === noise ? 1 : 0)));
        },
      ),
    );
  });

  it('counts the row itself among its neighbours', () => {
    expect([
      ...dbscan(
        pairs([
          [0, 0],
          [9, 9],
        ]),
        { distance: 1, fewest: 1 },
      ).labels,
    ]).toEqual([0, 1]);
    expect([
      ...dbscan(
        pairs([
          [0, 0],
          [9, 9],
        ]),
        { distance: 1, fewest: 2 },
      ).labels,
    ]).toEqual([noise, noise]);
  });
});
