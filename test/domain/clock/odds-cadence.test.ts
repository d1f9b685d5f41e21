import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oddsCadence, oddsDue, oddsHorizon } from '../../../domain/clock/odds-cadence.js';
import { instant, instantFromIso, type Instant } from '../../../schemas/values.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const kickoff = instantFromIso('2026-09-12T14:00:00Z');
const before = (span: number): Instant => instant(kickoff - span);

/** When the prices of a match are asked for by a schedule that looks every five minutes, give or take, from an instant on until kick-off. */
function askedFrom(start: number, lateness: readonly number[]): { at: Instant; priority: string }[] {
  const asked: { at: Instant; priority: string }[] = [];
  let askedAt: Instant | undefined;
  for (let n = 0; before(start) + n * 5 * minute < kickoff; n += 1) {
    const now = instant(before(start) + n * 5 * minute + (lateness[n % lateness.length] ?? 0));
    const priority = oddsDue({ kickoff, askedAt }, now);
    if (priority === undefined) continue;
    asked.push({ at: now, priority });
    askedAt = now;
  }
  return asked;
}

const spans = fc.integer({ min: 1, max: oddsHorizon });

describe('the prices of a match', () => {
  it.each([
    [13 * day, day],
    [5 * day, 6 * hour],
    [23 * hour, hour],
    [5 * hour, 15 * minute],
    [50 * minute, 5 * minute],
    [9 * minute, 5 * minute],
  ])('%d ms before kick-off are asked for every %d ms', (left, every) => {
    const now = before(left);
    expect(oddsDue({ kickoff, askedAt: instant(now - every) }, now)).toBeDefined();
    expect(oddsDue({ kickoff, askedAt: instant(now - every / 2) }, now)).toBeUndefined();
  });

  it('are closing prices in the last ten minutes, and regular ones before', () => {
    fc.assert(
      fc.property(spans, (left) => {
        const priority = left <= 10 * minute ? 'closing' : 'regular';
        expect(oddsDue({ kickoff, askedAt: undefined }, before(left))).toBe(priority);
      }),
    );
  });

  it('are not asked for once the match has begun, nor before the horizon', () => {
    fc.assert(
      fc.property(fc.nat(day), (span) => {
        expect(oddsDue({ kickoff, askedAt: undefined }, instant(kickoff + span))).toBeUndefined();
        expect(oddsDue({ kickoff, askedAt: undefined }, before(oddsHorizon + 1 + span))).toBeUndefined();
      }),
    );
  });

  it('are asked for ever more often: what is due with more time left is due with less', () => {
    fc.assert(
      fc.property(spans, spans, fc.nat(2 * day), (one, other, since) => {
        const [more, less] = [Math.max(one, other), Math.min(one, other)];
        const dueWith = (left: number) =>
          oddsDue({ kickoff, askedAt: instant(before(left) - since) }, before(left)) !== undefined;
        if (dueWith(more)) expect(dueWith(less)).toBe(true);
      }),
    );
    expect(oddsCadence.map(({ within }) => within)).toEqual(
      oddsCadence.map(({ within }) => within).toSorted((a, b) => a - b),
    );
  });

  it('wait no longer than their step and the next run of the schedule, however late its runs come', () => {
    fc.assert(
      fc.property(
        spans,
        fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 7 }),
        (start, lateness) => {
          const asked = askedFrom(start, lateness);
          for (const [n, { at }] of asked.entries()) {
            const next = asked[n + 1]?.at ?? kickoff;
            const step = oddsCadence.find(({ within }) => kickoff - at <= within);
            expect(next - at).toBeLessThanOrEqual((step?.every ?? 0) + 5 * minute + 20_000);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('of one match cost fewer than a hundred requests in all, and two of them are for its closing price', () => {
    const asked = askedFrom(oddsHorizon, [0, 3_000, 1_000]);
    expect(asked.length).toBeLessThan(100);
    expect(asked.filter(({ priority }) => priority === 'closing')).toHaveLength(2);
  });
});
