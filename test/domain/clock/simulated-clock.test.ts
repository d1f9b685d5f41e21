import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant, instantFromIso } from '../../../schemas/values.js';
import {
  advanceTo,
  atSpeed,
  nowBy,
  realAt,
  realSpan,
  realWait,
  simulatedAt,
} from '../../../domain/clock/simulated-clock.js';

const startsAt = instantFromIso('2026-08-15T09:00:00Z');
const minute = 60_000;

describe('the simulated clock', () => {
  it('runs at its speed from what it showed when it was set', () => {
    const clock = { startsAt, realStart: 5_000, speed: 1000 };
    expect(simulatedAt(clock, 5_000)).toBe(startsAt);
    expect(simulatedAt(clock, 5_060)).toBe(startsAt + minute);
    expect(realAt(clock, instant(startsAt + minute))).toBe(5_060);
  });

  it('shows an instant at the real time that is told for it, at any speed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 0, max: 1e11 }), (speed, ahead) => {
        const clock = { startsAt, realStart: 1_000, speed };
        const at = simulatedAt(clock, realAt(clock, instant(startsAt + ahead)));
        expect(Math.abs(at - startsAt - ahead)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('skips an idle span, never goes back, and runs on from there', () => {
    const clock = { startsAt, realStart: 0, speed: 60 };
    const later = advanceTo(clock, 1_000, instant(startsAt + 1_440 * minute));
    expect(simulatedAt(later, 1_000)).toBe(startsAt + 1_440 * minute);
    expect(simulatedAt(later, 2_000)).toBe(startsAt + 1_441 * minute);
    expect(simulatedAt(advanceTo(later, 2_000, startsAt), 2_000)).toBe(startsAt + 1_441 * minute);
  });

  it('does not jump when its speed changes, and can stand still', () => {
    const clock = { startsAt, realStart: 0, speed: 60 };
    const still = atSpeed(clock, 1_000, 0);
    expect(simulatedAt(still, 1_000)).toBe(simulatedAt(clock, 1_000));
    expect(simulatedAt(still, 9_000)).toBe(simulatedAt(clock, 1_000));
    expect(realAt(still, instant(startsAt + 10 * minute))).toBe(Infinity);
  });

  it('gives a job its time, its waits and its spans, and real ones where there is no clock', () => {
    const clock = { startsAt, realStart: 5_000, speed: 1000 };
    expect(nowBy(clock, 5_060)).toBe(startsAt + minute);
    expect(nowBy(undefined, 5_060)).toBe(5_060);
    expect(realWait(clock, 5_020, instant(startsAt + minute))).toBe(40);
    expect(realWait(clock, 5_100, instant(startsAt + minute))).toBe(0);
    expect(realWait(undefined, 5_000, instant(7_000))).toBe(2_000);
    expect(realSpan(clock, minute)).toBe(60);
    expect(realSpan(undefined, minute)).toBe(minute);
  });
});
