import { expect, it } from 'vitest';
import { addSkew, compareVectors } from '../../../domain/features/skew.js';
import type { FeatureValue, OnlineService } from '../../../schemas/features/online.js';

const service: OnlineService = {
  ...{ id: 'any_v1', hash: '', references: [], ttlHours: null },
  columns: [
    { name: 'goals', type: 'int64' },
    { name: 'price', type: 'float64' },
  ],
};
const compared = (vectorId: number, served: FeatureValue[], offline: FeatureValue[] | null) => ({
  ...{ vectorId, matchId: vectorId, served, offline },
});

it('vectors are compared bit by bit: -0 is not 0, the next double is another, and null is a value', () => {
  const next = 1.8500000000000003;
  const { features } = compareVectors(service, [
    compared(1, [1, 1.85], [1, 1.85]),
    compared(2, [-0, next], [0, 1.85]),
    compared(3, [null, null], [null, null]),
    compared(4, [null, 2], null),
  ]);
  expect(features).toEqual([
    {
      feature: 'goals',
      mismatches: 1,
      largest: 0,
      examples: [{ vectorId: 2, matchId: 2, served: -0, offline: 0 }],
    },
    {
      ...{ feature: 'price', mismatches: 2, largest: next - 1.85 },
      examples: [
        { vectorId: 2, matchId: 2, served: next, offline: 1.85 },
        { vectorId: 4, matchId: 4, served: 2, offline: null },
      ],
    },
  ]);
});

it('comparisons of one service add up', () => {
  const one = compareVectors(service, [compared(1, [1, 1.5], [3, 1.5]), compared(2, [1, 1.5], [1, null])]);
  const other = compareVectors(service, [compared(3, [7, 1.5], [3, 2])]);
  expect(addSkew(one, other)).toMatchObject({
    ...{ service: 'any_v1', compared: 3 },
    features: [
      { feature: 'goals', mismatches: 2, largest: 4 },
      { feature: 'price', mismatches: 2, largest: 0.5 },
    ],
  });
  expect(addSkew(one, compareVectors(service, []))).toEqual(one);
});
