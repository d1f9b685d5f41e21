import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanEvents, eventKinds, type ToldEvent } from '../../../domain/clean/clean-events.js';

const told = (event: Partial<ToldEvent>): ToldEvent => ({
  kind: 'goal',
  side: 'home',
  minute: 23,
  addedMinutes: 0,
  player: 'Bukayo Saka',
  ...event,
});

describe('the events of a match', () => {
  it('stand in the order of play and make its goals: own goals count for the other side, one taken back for none', () => {
    const { events, goals, refused } = cleanEvents([
      told({ minute: 90, addedMinutes: 4, kind: 'penalty', side: 'away' }),
      told({ minute: 23 }),
      told({ minute: 25, kind: 'goal taken back' }),
      told({ minute: 45, addedMinutes: 2, kind: 'own goal', side: 'away' }),
      told({ minute: 60, kind: 'missed penalty' }),
    ]);
    expect(events.map(({ minute, addedMinutes }) => [minute, addedMinutes])).toEqual([
      [23, 0],
      [25, 0],
      [45, 2],
      [60, 0],
      [90, 4],
    ]);
    expect(goals).toEqual({ home: 1, away: 1 });
    expect(refused).toEqual([]);
  });

  it('are one where they are told twice, and refused with a reason where they cannot be read', () => {
    const { events, refused } = cleanEvents([
      told({}),
      told({ player: '  Bukayo  Saka ' }),
      told({ kind: 'throw-in' }),
      told({ side: 'north' }),
      told({ minute: 0 }),
      told({ addedMinutes: 45 }),
      told({ kind: 'goal taken back', side: 'away', minute: 30 }),
    ]);
    expect(events).toHaveLength(1);
    expect(refused).toEqual([
      { place: 2, reason: '"throw-in" is no event of a match' },
      { place: 3, reason: '"north" is no side of a match' },
      { place: 4, reason: '0 is no minute of a match' },
      { place: 5, reason: '45 is no time that is added on' },
      { place: 6, reason: 'The away side has no goal that could be taken back' },
    ]);
  });

  const anything = fc.record({
    kind: fc.oneof(fc.constantFrom(...eventKinds), fc.anything()),
    side: fc.oneof(fc.constantFrom('home', 'away'), fc.anything()),
    minute: fc.oneof(fc.integer({ min: -2, max: 125 }), fc.anything()),
    addedMinutes: fc.oneof(fc.integer({ min: -1, max: 35 }), fc.anything()),
    player: fc.oneof(fc.string(), fc.anything()),
  });

  it('never throw, lose none without a reason but repeats, never make less than no goals, and are clean when cleaned again', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 30 }), (list) => {
        const cleaned = cleanEvents(list);
        expect(cleaned.events.length + cleaned.refused.length).toBeLessThanOrEqual(list.length);
        expect(Math.min(cleaned.goals.home, cleaned.goals.away)).toBeGreaterThanOrEqual(0);
        const again = cleanEvents(cleaned.events);
        expect(again).toEqual({ ...cleaned, refused: [] });
      }),
    );
  });
});
