import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideSpend } from '../../../domain/budget/decide-spend.js';
import { byPriority, priorities, type Priority } from '../../../schemas/budgets.js';
import type { AccountState } from '../../../schemas/records/budget.js';
import { instant, instantFromIso } from '../../../schemas/values.js';
import { aBudget, noReserve } from '../../support/budgets.js';

const at = instantFromIso('2026-11-28T15:04:30Z');
const nothingPlanned = byPriority(() => 0);

/** An account of 100 a day and 10 a minute, of which nothing is spent. */
const account = (change: Partial<AccountState> = {}): AccountState => ({
  at,
  day: { limit: 100, spent: 0 },
  minute: { limit: 10, spent: 0 },
  planned: nothingPlanned,
  ...change,
});
const budget = aBudget({ perDay: 100, perMinute: 10 });

describe('a request', () => {
  it('is made where day and minute have the units', () => {
    expect(decideSpend(budget, account(), { priority: 'live', cost: 10 })).toEqual({
      outcome: 'granted',
      at,
    });
  });

  it('waits for the next minute where this one is spent', () => {
    const spent = account({ minute: { limit: 10, spent: 9 } });
    expect(decideSpend(budget, spent, { priority: 'live', cost: 1 })).toMatchObject({ outcome: 'granted' });
    expect(decideSpend(budget, spent, { priority: 'live', cost: 2 })).toEqual({
      outcome: 'wait',
      until: instantFromIso('2026-11-28T15:05:00Z'),
    });
  });

  it('is skipped where the day is spent, whatever its minute has', () => {
    const spent = account({ day: { limit: 100, spent: 99 }, minute: { limit: 10, spent: 10 } });
    expect(decideSpend(budget, spent, { priority: 'live', cost: 2 })).toEqual({
      outcome: 'skipped',
      reason: 'day_spent',
      left: 1,
      kept: 0,
    });
  });

  it('leaves what is planned for higher priorities, and not what is planned for its own and lower ones', () => {
    const planned = { ...nothingPlanned, live: 20, lineups: 6, regular: 50 };
    const free = { ...budget, reserve: noReserve };
    const ask = (priority: Priority, spent: number) =>
      decideSpend(free, account({ day: { limit: 100, spent }, planned }), { priority, cost: 1 });
    expect(ask('lineups', 79)).toMatchObject({ outcome: 'granted' });
    expect(ask('lineups', 80)).toEqual({
      outcome: 'skipped',
      reason: 'kept_for_higher',
      left: 20,
      kept: 20,
    });
    expect(ask('regular', 73)).toMatchObject({ outcome: 'granted' });
    expect(ask('regular', 74)).toMatchObject({ reason: 'kept_for_higher', kept: 26 });
    expect(ask('live', 99)).toMatchObject({ outcome: 'granted' });
  });

  it('leaves its reserve beside the plan: of what nobody planned, 10 of 100 for regular work and 30 for backfill', () => {
    const planned = { ...nothingPlanned, live: 20 };
    const ask = (priority: Priority, spent: number) =>
      decideSpend(budget, account({ day: { limit: 100, spent }, planned }), { priority, cost: 1 });
    expect(ask('regular', 69)).toMatchObject({ outcome: 'granted' });
    expect(ask('regular', 70)).toMatchObject({ reason: 'kept_for_higher', kept: 30 });
    expect(ask('backfill', 49)).toMatchObject({ outcome: 'granted' });
    expect(ask('backfill', 50)).toMatchObject({ reason: 'kept_for_higher', kept: 50 });
  });

  it('of backfill leaves a part of the minute for what cannot wait', () => {
    const minute = { limit: 10, spent: 7 };
    expect(decideSpend(budget, account({ minute }), { priority: 'backfill', cost: 1 })).toMatchObject({
      outcome: 'wait',
    });
    expect(decideSpend(budget, account({ minute }), { priority: 'live', cost: 1 })).toMatchObject({
      outcome: 'granted',
    });
  });

  it('that costs nothing is made whatever is left', () => {
    const spent = account({ day: { limit: 100, spent: 100 }, minute: { limit: 10, spent: 10 } });
    expect(decideSpend(budget, spent, { priority: 'backfill', cost: 0 })).toEqual({ outcome: 'granted', at });
  });

  it('that no minute has the units for is skipped, it would wait for ever', () => {
    expect(decideSpend(budget, account(), { priority: 'live', cost: 11 })).toMatchObject({
      outcome: 'skipped',
      reason: 'above_limit',
    });
  });
});

describe('of any account', () => {
  const cost = fc.integer({ min: 0, max: 30 });
  const priority = fc.constantFrom(...priorities);
  const shares = fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 })
    .map((all) => [...all].sort((one, other) => one - other));
  const anyBudget = fc
    .record({ perDay: fc.nat(300), perMinute: fc.nat(30), shares })
    .map(({ perDay, perMinute, shares: ascending }) => ({
      perDay,
      perMinute,
      reserve: byPriority((one) => ascending[priorities.indexOf(one)] ?? 1),
    }));
  const period = (most: number) =>
    fc
      .tuple(fc.nat(most), fc.nat(most))
      .map(([one, other]) => ({ limit: Math.max(one, other), spent: Math.min(one, other) }));
  const anyCase = anyBudget.chain((one) =>
    fc.record({
      budget: fc.constant(one),
      state: fc.record({
        at: fc.integer({ min: 0, max: 4e12 }).map(instant),
        day: period(one.perDay),
        minute: period(one.perMinute),
        planned: fc
          .array(fc.nat(60), { minLength: 6, maxLength: 6 })
          .map((units) => byPriority((each) => units[priorities.indexOf(each)] ?? 0)),
      }),
    }),
  );

  it('a grant never takes more than day and minute have left', () => {
    fc.assert(
      fc.property(anyCase, priority, cost, ({ budget: one, state }, asked, units) => {
        if (decideSpend(one, state, { priority: asked, cost: units }).outcome !== 'granted') return;
        expect(state.day.spent + units).toBeLessThanOrEqual(state.day.limit);
        expect(state.minute.spent + units).toBeLessThanOrEqual(state.minute.limit);
      }),
      { numRuns: 2_000 },
    );
  });

  it('a grant leaves what is planned for higher priorities, as far as it was there', () => {
    fc.assert(
      fc.property(anyCase, priority, cost, ({ budget: one, state }, asked, units) => {
        if (decideSpend(one, state, { priority: asked, cost: units }).outcome !== 'granted') return;
        const higher = priorities.slice(0, priorities.indexOf(asked));
        const planned = higher.reduce((sum, each) => sum + state.planned[each], 0);
        const left = state.day.limit - state.day.spent;
        expect(left - units).toBeGreaterThanOrEqual(Math.min(planned, left));
      }),
      { numRuns: 2_000 },
    );
  });

  it('what is granted to a priority is granted to every higher one, and at a smaller cost', () => {
    fc.assert(
      fc.property(anyCase, priority, cost, ({ budget: one, state }, asked, units) => {
        if (decideSpend(one, state, { priority: asked, cost: units }).outcome !== 'granted') return;
        for (const higher of priorities.slice(0, priorities.indexOf(asked))) {
          expect(decideSpend(one, state, { priority: higher, cost: units }).outcome).toBe('granted');
        }
        if (units > 0) {
          expect(decideSpend(one, state, { priority: asked, cost: units - 1 }).outcome).toBe('granted');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('a wait is for the next minute, and in a fresh one the same request is granted', () => {
    fc.assert(
      fc.property(anyCase, priority, cost, ({ budget: one, state }, asked, units) => {
        const verdict = decideSpend(one, state, { priority: asked, cost: units });
        if (verdict.outcome !== 'wait') return;
        expect(verdict.until % 60_000).toBe(0);
        expect(verdict.until - state.at).toBeGreaterThan(0);
        expect(verdict.until - state.at).toBeLessThanOrEqual(60_000);
        const fresh = { ...state, at: verdict.until, minute: { limit: one.perMinute, spent: 0 } };
        expect(decideSpend(one, fresh, { priority: asked, cost: units }).outcome).toBe('granted');
      }),
      { numRuns: 2_000 },
    );
  });
});
