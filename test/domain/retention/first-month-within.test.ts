import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstMonthWithin } from '../../../domain/retention/first-month-within.js';
import { instant, instantFromIso } from '../../../schemas/values.js';

it.each([
  [12, '2025-11-24T22:00:00Z', '2024-11'],
  [1, '2025-01-01T00:00:00Z', '2024-12'],
  [1, '2025-03-31T23:59:59Z', '2025-02'],
  [24, '2024-02-29T12:00:00Z', '2022-02'],
])('the last %i months at %s begin in %s', (months, now, first) => {
  expect(firstMonthWithin(months, instantFromIso(now))).toBe(first);
});

it('what is due stays due as time goes by, and is due sooner where less is kept', () => {
  const time = fc.integer({ min: Date.UTC(1993, 0), max: Date.UTC(2100, 0) }).map(instant);
  fc.assert(
    fc.property(time, time, fc.integer({ min: 1, max: 600 }), (one, other, months) => {
      const [earlier, later] = one < other ? [one, other] : [other, one];
      expect(firstMonthWithin(months, earlier) <= firstMonthWithin(months, later)).toBe(true);
      expect(firstMonthWithin(months + 1, earlier) < firstMonthWithin(months, earlier)).toBe(true);
    }),
  );
});
