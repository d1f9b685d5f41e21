import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutoffOf, kickoffOf, priceCollection } from '../../../domain/clock/kickoff.js';
import { dateIn, dayIn, instantIn, london, shiftDate, weekdayOf } from '../../../domain/clock/zones.js';
import { InvariantBroken } from '../../../schemas/errors.js';
import { CalendarDate, TimeOfDay, instantFromIso, toIso } from '../../../schemas/values.js';

const date = (text: string) => CalendarDate.parse(text);
const time = (text: string) => TimeOfDay.parse(text);
const kickoff = (day: string, clock: string | null, zone = london) =>
  kickoffOf({ date: date(day), time: clock === null ? null : time(clock), timeZone: london }, zone);

const anyDate = fc
  .integer({ min: Date.UTC(1993, 6, 1), max: Date.UTC(2040, 0, 1) })
  .map((at) => date(new Date(at).toISOString().slice(0, 10)));
const anyTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hours, minutes]) => time(`${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`));
const leagueZone = fc.constantFrom(
  london,
  'Europe/Berlin',
  'Europe/Athens',
  'Europe/Istanbul',
  'Europe/Lisbon',
);

describe('days and times in a zone', () => {
  it('reads a time of summer and of winter by the zone, not by an offset', () => {
    expect(toIso(instantIn(london, date('2021-08-13'), time('20:00')))).toBe('2021-08-13T19:00:00.000Z');
    expect(toIso(instantIn(london, date('2021-12-26'), time('15:00')))).toBe('2021-12-26T15:00:00.000Z');
  });

  it('knows the days on which the clock changes', () => {
    expect(toIso(instantIn(london, date('2022-03-27'), time('15:00')))).toBe('2022-03-27T14:00:00.000Z');
    expect(toIso(instantIn(london, date('2022-10-30'), time('15:00')))).toBe('2022-10-30T15:00:00.000Z');
    const { first, last } = dayIn(london, date('2022-10-30'));
    expect(last - first + 1).toBe(25 * 3_600_000);
  });

  it('takes the first of a time that the clock shows twice, and reads on through one that it skips', () => {
    expect(toIso(instantIn(london, date('2022-10-30'), time('01:30')))).toBe('2022-10-30T00:30:00.000Z');
    expect(toIso(instantIn(london, date('2022-03-27'), time('01:30')))).toBe('2022-03-27T01:30:00.000Z');
  });

  it('refuses a zone that is none', () => {
    expect(() => dayIn('Europe/Nowhere', date('2022-10-30'))).toThrow(InvariantBroken);
  });

  it('puts every time of a day into that day, and days end to end', () => {
    fc.assert(
      fc.property(anyDate, anyTime, leagueZone, (day, clock, zone) => {
        const { first, last } = dayIn(zone, day);
        const at = instantIn(zone, day, clock);
        expect(at).toBeGreaterThanOrEqual(first);
        expect(at).toBeLessThanOrEqual(last);
        expect(dateIn(zone, at)).toBe(day);
        expect(dayIn(zone, shiftDate(day, 1)).first).toBe(last + 1);
      }),
    );
  });
});

describe('kick-off and what follows from it', () => {
  it('knows a result two and a half hours after a kick-off with a time', () => {
    const { at, precision, resultKnownAt } = kickoff('2021-08-13', '20:00');
    expect([precision, toIso(at), toIso(resultKnownAt)]).toEqual([
      'minute',
      '2021-08-13T19:00:00.000Z',
      '2021-08-13T21:30:00.000Z',
    ]);
  });

  it("lets a match without a time last from the first to the last instant of its day in the league's zone", () => {
    const { at, precision, resultKnownAt } = kickoff('2004-08-28', null, 'Europe/Madrid');
    expect([precision, toIso(at), toIso(resultKnownAt)]).toEqual([
      'day',
      '2004-08-27T22:00:00.000Z',
      '2004-08-28T21:59:59.999Z',
    ]);
  });

  it.each([
    ['Friday evening', '2021-08-13', '20:00', '2021-08-13T16:00:00.000Z'],
    ['Saturday', '2021-08-14', '15:00', '2021-08-13T16:00:00.000Z'],
    ['Sunday', '2021-08-15', '14:00', '2021-08-13T16:00:00.000Z'],
    ['Monday', '2021-08-16', '20:00', '2021-08-13T16:00:00.000Z'],
    ['Tuesday', '2021-12-14', '19:45', '2021-12-14T15:00:00.000Z'],
    ['Wednesday', '2021-12-15', '19:45', '2021-12-14T15:00:00.000Z'],
    ['Thursday', '2021-12-16', '19:45', '2021-12-14T15:00:00.000Z'],
  ])('prices a match of a %s at the collection before it', (_weekday, day, clock, priced) => {
    expect(toIso(kickoff(day, clock).prematchPricedAt)).toBe(priced);
  });

  it('prices a match that kicks off before the collection of its day two hours before kick-off', () => {
    expect(toIso(kickoff('2021-12-14', '13:00').prematchPricedAt)).toBe('2021-12-14T11:00:00.000Z');
    expect(toIso(kickoff('2021-12-14', '15:00').prematchPricedAt)).toBe('2021-12-14T13:00:00.000Z');
  });

  it('prices a match without a time at the earlier of the collection and two hours before its day', () => {
    expect(toIso(kickoff('2004-08-28', null).prematchPricedAt)).toBe('2004-08-27T16:00:00.000Z');
    expect(toIso(kickoff('2004-08-27', null).prematchPricedAt)).toBe('2004-08-26T21:00:00.000Z');
    expect(toIso(kickoff('2004-08-24', null, 'Europe/Athens').prematchPricedAt)).toBe(
      '2004-08-23T19:00:00.000Z',
    );
  });

  it('takes features one hour before kick-off', () => {
    expect(toIso(cutoffOf(instantFromIso('2021-08-13T19:00:00Z')))).toBe('2021-08-13T18:00:00.000Z');
  });

  it('always prices before kick-off and knows the result after it', () => {
    fc.assert(
      fc.property(anyDate, fc.option(anyTime), leagueZone, leagueZone, (day, clock, timeZone, zone) => {
        const { at, prematchPricedAt, resultKnownAt } = kickoffOf({ date: day, time: clock, timeZone }, zone);
        expect(prematchPricedAt).toBeLessThan(at);
        expect(resultKnownAt).toBeGreaterThan(at);
        expect(at - prematchPricedAt).toBeLessThanOrEqual(5 * 86_400_000);
        if (clock === null) expect(prematchPricedAt).toBeLessThanOrEqual(at - 2 * 3_600_000);
      }),
    );
  });

  it('collects on Fridays and Tuesdays only', () => {
    fc.assert(
      fc.property(anyDate, (day) => {
        const collected = dateIn(london, priceCollection(day));
        expect([2, 5]).toContain(weekdayOf(collected));
        expect(collected <= day).toBe(true);
      }),
    );
  });
});
