import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planDay } from '../../../domain/budget/plan-day.js';
import { byPriority, priorities, type Cadence } from '../../../schemas/budgets.js';
import type { DayPlan, PlannedFixture } from '../../../schemas/records/budget.js';
import { instant, instantFromIso } from '../../../schemas/values.js';
import { aBudget, noReserve } from '../../support/budgets.js';

const morning = instantFromIso('2026-11-28T00:00:00Z');
const at = (time: string, day = '2026-11-28'): PlannedFixture => ({
  kickoff: instantFromIso(`${day}T${time}:00Z`),
  precision: 'minute',
});
const onTheDay: PlannedFixture = { kickoff: morning, precision: 'day' };

const never: Cadence = { perDay: 0, perMatch: 0, perKickoff: 0, everyMinutesInPlay: null };
/** A budget that asks one thing for live scores, and leaves nothing untouched. */
const asking = (live: Partial<Cadence>, perDay = 1_000) => ({
  ...aBudget({ perDay }),
  reserve: noReserve,
  cadence: { ...byPriority(() => never), live: { ...never, ...live } },
});
const wantedLive = (fixtures: readonly PlannedFixture[], live: Partial<Cadence>, from = morning): number =>
  planDay(fixtures, asking(live), { from, unitsLeft: 1_000 }).live.wanted;

describe('what the rest of a day wants', () => {
  it('is polls from 15 minutes before a kick-off to two hours after it, once for matches side by side', () => {
    const polls = { everyMinutesInPlay: 15 };
    expect(wantedLive([at('15:00')], polls)).toBe(9);
    expect(wantedLive([at('15:00'), at('15:00'), at('15:00')], polls)).toBe(9);
    expect(wantedLive([at('15:00'), at('16:00')], polls)).toBe(13);
    expect(wantedLive([at('12:30'), at('17:30')], polls)).toBe(18);
    expect(wantedLive([], polls)).toBe(0);
  });

  it('is less as a match goes on, and what a match of the evening before or of tomorrow asks today', () => {
    const polls = { everyMinutesInPlay: 15 };
    expect(wantedLive([at('15:00')], polls, instantFromIso('2026-11-28T16:00:00Z'))).toBe(4);
    expect(wantedLive([at('15:00')], polls, instantFromIso('2026-11-28T17:00:00Z'))).toBe(0);
    expect(wantedLive([at('23:00', '2026-11-27')], polls)).toBe(4);
    expect(wantedLive([at('23:00')], polls)).toBe(5);
    expect(wantedLive([at('00:05', '2026-11-29')], polls)).toBe(1);
  });

  it('is so much a match, and so much for each instant at which matches start', () => {
    const fixtures = [at('12:30'), at('15:00'), at('15:00'), at('15:00', '2026-11-29')];
    expect(wantedLive(fixtures, { perMatch: 2 })).toBe(6);
    expect(wantedLive(fixtures, { perKickoff: 3 })).toBe(6);
    expect(wantedLive(fixtures, { perMatch: 2 }, instantFromIso('2026-11-28T13:00:00Z'))).toBe(4);
  });

  it('of matches without a time is the most that they can ask', () => {
    expect(wantedLive([onTheDay, onTheDay], { everyMinutesInPlay: 15 })).toBe(18);
    expect(wantedLive([onTheDay, onTheDay], { perKickoff: 3 })).toBe(6);
    expect(
      wantedLive(
        Array.from({ length: 40 }, () => onTheDay),
        { everyMinutesInPlay: 15 },
      ),
    ).toBe(96);
  });

  it.each([
    ['2026-07-04T23:00:00Z', '2026-07-05', 'a July day in London'],
    ['2026-11-28T06:00:00Z', '2026-11-28', 'a day in Mexico City'],
    ['2026-11-27T21:00:00Z', '2026-11-28', 'a day in Moscow'],
  ])('counts a match without a time on the day of UTC that has most of its own: %s is %s', (start, day) => {
    const match: PlannedFixture = { kickoff: instantFromIso(start), precision: 'day' };
    const on = (date: string, shift: number): number =>
      wantedLive([match], { perMatch: 1 }, instant(Date.parse(date) + shift * 86_400_000));
    expect([on(day, -1), on(day, 0), on(day, 1)]).toEqual([0, 1, 0]);
  });

  it('is of the daily requests the part that the rest of the day has', () => {
    expect(wantedLive([], { perDay: 4 })).toBe(4);
    expect(wantedLive([], { perDay: 4 }, instantFromIso('2026-11-28T18:00:00Z'))).toBe(1);
  });
});

it('a Saturday on the free plan of API-Football: live polls and line-ups are granted, what is lower is cut first', () => {
  const fixtures = ['12:30', ...Array.from({ length: 8 }, () => '15:00'), '17:30', '20:00'].map((time) =>
    at(time),
  );
  const plan = planDay(fixtures, aBudget(), { from: morning, unitsLeft: 100 });
  expect(plan.live).toEqual({ wanted: 36, granted: 36, cut: 0 });
  expect(plan.lineups).toEqual({ wanted: 55, granted: 55, cut: 0 });
  expect(plan.fixtures).toEqual({ wanted: 4, granted: 4, cut: 0 });
  expect(plan.regular).toEqual({ wanted: 12, granted: 0, cut: 12 });
  const half = planDay(fixtures, aBudget(), { from: morning, unitsLeft: 50 });
  expect(priorities.map((priority) => half[priority].granted)).toEqual([36, 0, 12, 0, 0, 0]);
  expect(half.regular.cut).toBe(12);
});

describe('of any day', () => {
  const units = fc.nat(40);
  const cadence = fc.record({
    perDay: units,
    perMatch: fc.nat(4),
    perKickoff: fc.nat(4),
    everyMinutesInPlay: fc.option(fc.integer({ min: 1, max: 60 })),
  });
  const six = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 6, maxLength: 6 });
  const budget = fc
    .record({
      perDay: fc.nat(400),
      shares: six(fc.double({ min: 0, max: 1, noNaN: true })),
      cadences: six(cadence),
    })
    .map(({ perDay, shares, cadences }) => {
      const ascending = [...shares].sort((one, other) => one - other);
      return {
        perDay,
        reserve: byPriority((priority) => ascending[priorities.indexOf(priority)] ?? 1),
        cadence: byPriority((priority) => cadences[priorities.indexOf(priority)] ?? never),
      };
    });
  const day = 24 * 3_600_000;
  const instantNear = fc.integer({ min: morning - day, max: morning + 2 * day }).map(instant);
  const fixture = fc.record({
    kickoff: instantNear,
    precision: fc.constantFrom('minute' as const, 'day' as const),
  });
  const fixtures = fc.array(fixture, { maxLength: 30 });
  const from = fc.integer({ min: morning, max: morning + day - 1 }).map(instant);
  const granted = (plan: DayPlan): number =>
    priorities.reduce((sum, priority) => sum + plan[priority].granted, 0);

  it('never more is granted than is left, nor than is wanted, and what is not granted is told as cut', () => {
    fc.assert(
      fc.property(fixtures, budget, from, fc.nat(400), (matches, one, start, unitsLeft) => {
        const plan = planDay(matches, one, { from: start, unitsLeft });
        expect(granted(plan)).toBeLessThanOrEqual(unitsLeft);
        for (const priority of priorities) {
          const { wanted, granted: got, cut } = plan[priority];
          expect(got).toBeGreaterThanOrEqual(0);
          expect(got + cut).toBe(wanted);
          expect(cut).toBeGreaterThanOrEqual(0);
          expect(Number.isInteger(got)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('no priority is cut while a lower one is granted', () => {
    fc.assert(
      fc.property(fixtures, budget, from, fc.nat(400), (matches, one, start, unitsLeft) => {
        const plan = planDay(matches, one, { from: start, unitsLeft });
        const firstCut = priorities.findIndex((priority) => plan[priority].cut > 0);
        if (firstCut === -1) return;
        for (const lower of priorities.slice(firstCut + 1)) expect(plan[lower].granted).toBe(0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('with more units every priority gets as much or more', () => {
    fc.assert(
      fc.property(fixtures, budget, from, fc.nat(400), fc.nat(50), (matches, one, start, left, more) => {
        const plan = planDay(matches, one, { from: start, unitsLeft: left });
        const richer = planDay(matches, one, { from: start, unitsLeft: left + more });
        for (const priority of priorities) {
          expect(richer[priority].granted).toBeGreaterThanOrEqual(plan[priority].granted);
          expect(richer[priority].wanted).toBe(plan[priority].wanted);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('another fixture makes none want less, and time that goes by none more', () => {
    fc.assert(
      fc.property(fixtures, fixture, budget, from, from, (matches, another, one, start, other) => {
        const [earlier, later] = start < other ? [start, other] : [other, start];
        const plan = planDay(matches, one, { from: earlier, unitsLeft: 400 });
        const fuller = planDay([...matches, another], one, { from: earlier, unitsLeft: 400 });
        const afterwards = planDay(matches, one, { from: later, unitsLeft: 400 });
        for (const priority of priorities) {
          expect(fuller[priority].wanted).toBeGreaterThanOrEqual(plan[priority].wanted);
          expect(afterwards[priority].wanted).toBeLessThanOrEqual(plan[priority].wanted);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('the order in which fixtures come changes nothing', () => {
    fc.assert(
      fc.property(fixtures, budget, from, (matches, one, start) => {
        const rest = { from: start, unitsLeft: 100 };
        expect(planDay([...matches].reverse(), one, rest)).toEqual(planDay(matches, one, rest));
      }),
    );
  });
});
