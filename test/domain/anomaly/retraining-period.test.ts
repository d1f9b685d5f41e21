import fc from 'fast-check';
import { expect, it } from 'vitest';
import { retrainingPeriod } from '../../../domain/anomaly/retraining-period.js';
import { instant, instantFromIso } from '../../../schemas/values.js';

it('a period is a week of UTC, from its Monday', () => {
  const of = (text: string) => retrainingPeriod(instantFromIso(text));
  expect(of('2026-11-23T00:00:00Z')).toBe('2026-11-23');
  expect(of('2026-11-29T23:59:59.999Z')).toBe('2026-11-23');
  expect(of('2026-11-30T00:00:00Z')).toBe('2026-11-30');
  expect(of('1969-12-31T00:00:00Z')).toBe('1969-12-29');
});

it('an instant lies in its period, and in no other', () => {
  const week = 7 * 86_400_000;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0) }), (at) => {
      const monday = Date.parse(retrainingPeriod(instant(at)));
      expect(new Date(monday).getUTCDay()).toBe(1);
      expect(monday <= at && at < monday + week).toBe(true);
    }),
  );
});
