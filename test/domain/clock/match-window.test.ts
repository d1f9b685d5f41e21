import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInWindow, type FollowedMatch } from '../../../domain/clock/match-window.js';
import { instant, instantFromIso, KickoffPrecision, MatchStatus } from '../../../schemas/values.js';

const match = (fields: Partial<FollowedMatch> = {}): FollowedMatch => ({
  kickoff: instantFromIso('2024-09-21T14:00:00Z'),
  precision: 'minute',
  status: 'scheduled',
  ...fields,
});
const at = (time: string) => instantFromIso(`2024-09-21T${time}Z`);

describe('the window of a match', () => {
  it('opens 15 minutes before kick-off and closes four hours after it', () => {
    const open = ['13:45:00', '14:00:00', '18:00:00'].map((time) => isInWindow(match(), at(time)));
    const closed = ['13:44:59', '18:00:01'].map((time) => isInWindow(match(), at(time)));
    expect(open).toEqual([true, true, true]);
    expect(closed).toEqual([false, false]);
  });

  it('closes once the match is over or off, and stays open for one that is abandoned, which may be played on', () => {
    const open = MatchStatus.options.filter((status) => isInWindow(match({ status }), at('15:00:00')));
    expect(open).toEqual(['scheduled', 'live', 'abandoned']);
  });

  it('is none where only the day is known', () => {
    expect(isInWindow(match({ precision: 'day' }), at('14:00:00'))).toBe(false);
  });

  it('is one span of time, whatever the match', () => {
    const hours = fc.integer({ min: -300, max: 300 });
    const any = fc.record({
      precision: fc.constantFrom(...KickoffPrecision.options),
      status: fc.constantFrom(...MatchStatus.options),
    });
    fc.assert(
      fc.property(any, fc.tuple(hours, hours, hours), (fields, minutes) => {
        const [first, between, last] = minutes
          .toSorted((a, b) => a - b)
          .map((offset) => isInWindow(match(fields), instant(match().kickoff + offset * 60_000)));
        if (first === true && last === true) expect(between).toBe(true);
      }),
    );
  });
});
