import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scoresDue } from '../../../domain/clock/score-cadence.js';
import { instant, instantFromIso } from '../../../schemas/values.js';

const minute = 60_000;
const kickoff = instantFromIso('2026-09-12T14:00:00Z');
const after = (milliseconds: number) => instant(kickoff + milliseconds);

it('a feed is asked where it never was, or by a clock that was set back since, and each time where its budget names no cadence', () => {
  expect(scoresDue({ everyMinutesInPlay: 15, askedAt: undefined }, kickoff)).toBe(true);
  expect(scoresDue({ everyMinutesInPlay: 15, askedAt: after(1) }, kickoff)).toBe(true);
  expect(scoresDue({ everyMinutesInPlay: null, askedAt: kickoff }, after(1))).toBe(true);
});

it('a schedule of every two minutes that comes some seconds late asks no less often than a cadence of two allows', () => {
  const lateness = fc.array(fc.integer({ min: 0, max: 29_000 }), { minLength: 2, maxLength: 60 });
  fc.assert(
    fc.property(lateness, (late) => {
      const runs = late.map((milliseconds, run) => after(run * 2 * minute + milliseconds));
      for (const [index, now] of runs.slice(1).entries()) {
        expect(scoresDue({ everyMinutesInPlay: 2, askedAt: runs[index] }, now)).toBe(true);
      }
    }),
  );
});

it('a schedule of every two minutes asks no more often than a slower cadence, and is late by less than a run', () => {
  const everyMinutes = fc.integer({ min: 3, max: 60 });
  const lateness = fc.array(fc.integer({ min: 0, max: 29_000 }), { minLength: 120, maxLength: 120 });
  fc.assert(
    fc.property(everyMinutes, lateness, (everyMinutesInPlay, late) => {
      const asked: number[] = [];
      for (const [run, milliseconds] of late.entries()) {
        const now = after(run * 2 * minute + milliseconds);
        const last = asked.at(-1);
        const askedAt = last === undefined ? undefined : instant(last);
        if (scoresDue({ everyMinutesInPlay, askedAt }, now)) asked.push(now);
      }
      for (const [index, at] of asked.slice(1).entries()) {
        const between = (at - (asked[index] ?? NaN)) / minute;
        expect(between).toBeGreaterThanOrEqual(everyMinutesInPlay - 0.5);
        expect(between).toBeLessThan(everyMinutesInPlay + 2.5);
      }
    }),
  );
});
