import fc from 'fast-check';
import { expect, it } from 'vitest';
import { askableWeather } from '../../../domain/clock/askable-weather.js';
import { instant, instantFromIso } from '../../../schemas/values.js';

const kickoff = instantFromIso('2026-09-12T14:00:00Z');

it.each([
  ['2026-08-28T13:59:59Z', 'none-yet'],
  ['2026-08-28T14:00:00Z', 'forecast'],
  ['2026-09-12T08:00:00Z', 'forecast'],
  ['2026-09-18T13:59:59Z', 'forecast'],
  ['2026-09-18T14:00:00Z', 'measured'],
])('at %s what can be asked for is: %s', (now, askable) => {
  expect(askableWeather(kickoff, instantFromIso(now))).toBe(askable);
});

it('what was measured is never taken for a forecast: it is told only of matches that have begun', () => {
  const order = ['none-yet', 'forecast', 'measured'];
  fc.assert(
    fc.property(fc.integer({ min: -1e10, max: 1e10 }), fc.nat(1e9), (from, later) => {
      const [now, then] = [instant(kickoff + from), instant(kickoff + from + later)];
      if (askableWeather(kickoff, now) === 'measured') expect(now).toBeGreaterThan(kickoff);
      expect(order.indexOf(askableWeather(kickoff, then))).toBeGreaterThanOrEqual(
        order.indexOf(askableWeather(kickoff, now)),
      );
    }),
  );
});
