import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seasonCalendar } from '../../../simulator/league/calendar.js';
import { doubleRoundRobin } from '../../../simulator/league/pairings.js';
import { randomStream } from '../../../simulator/random.js';

describe('doubleRoundRobin', () => {
  it('lets each club play once a round and meet every other once at either ground', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(4, 10, 20), (seed, clubs) => {
        const rounds = doubleRoundRobin(clubs, randomStream(seed));
        expect(rounds).toHaveLength(2 * (clubs - 1));
        for (const round of rounds) {
          expect(new Set(round.flatMap(({ home, away }) => [home, away])).size).toBe(clubs);
        }
        const pairings = rounds.flat().map(({ home, away }) => `${home}-${away}`);
        expect(new Set(pairings).size).toBe(clubs * (clubs - 1));
      }),
      { numRuns: 30 },
    );
  });

  it('gives each club as many matches at home as away', () => {
    const matches = doubleRoundRobin(20, randomStream(3)).flat();
    const atHome = Array.from(
      { length: 20 },
      (_, club) => matches.filter(({ home }) => home === club).length,
    );
    expect(atHome).toEqual(Array(20).fill(19));
  });
});

describe('seasonCalendar', () => {
  const years = Array.from({ length: 40 }, (_, index) => 1993 + index);

  it('has 38 rounds of ten matches from August to May, in order, and none on Christmas Day', () => {
    for (const year of years) {
      const calendar = seasonCalendar(year);
      expect(calendar.map((round) => round.length)).toEqual(Array(38).fill(10));
      const dates = calendar.flat().map(({ date }) => date);
      expect(dates.every((date) => date >= `${year}-08-10` && date <= `${year + 1}-05-31`)).toBe(true);
      expect(dates.filter((date) => date.endsWith('12-25'))).toEqual([]);
      const lastOfEach = calendar.map((round) => Math.max(...round.map(({ instant }) => instant)));
      const firstOfEach = calendar.map((round) => Math.min(...round.map(({ instant }) => instant)));
      expect(firstOfEach.slice(1).every((first, round) => first > (lastOfEach[round] ?? Infinity))).toBe(
        true,
      );
    }
  });

  it('reads the times at the ground as London time, in summer and in winter', () => {
    const matches = seasonCalendar(2024).flat();
    const hourUtc = (date: string, time: string): number | undefined => {
      const match = matches.find((kickOff) => kickOff.date === date && kickOff.time === time);
      return match && new Date(match.instant).getUTCHours();
    };
    expect(hourUtc('2024-08-10', '15:00')).toBe(14);
    expect(hourUtc('2024-12-14', '15:00')).toBe(15);
  });
});
