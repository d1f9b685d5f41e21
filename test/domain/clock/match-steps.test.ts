import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedLead, followedUntil, nextPoll, stepDue, stepLead } from '../../../domain/clock/match-steps.js';
import { matchSteps } from '../../../schemas/jobs/follow-match.js';
import { budgetsWith } from '../../../schemas/budgets.js';
import { instant } from '../../../schemas/values.js';

const minute = 60_000;
const hour = 60 * minute;
const kickoff = instant(Date.UTC(2022, 4, 14, 14));
const time = fc.integer({ min: -48 * hour, max: 48 * hour }).map((offset) => instant(kickoff + offset));
const step = fc.constantFrom(...matchSteps);

describe('a step before a match', () => {
  it('is due from its time until kick-off, never before and never after', () => {
    fc.assert(
      fc.property(step, time, (name, now) => {
        const due = stepDue(name, { kickoff, precision: 'minute' }, now);
        if (now >= kickoff) expect(due.kind).toBe('left-out');
        else if (now >= kickoff - askedLead[name]) expect(due).toEqual({ kind: 'now' });
        else expect(due).toEqual({ kind: 'later', at: kickoff - askedLead[name] });
      }),
    );
  });

  it('that needs the hour is left out where only the day is known; the others are not', () => {
    const of = (name: (typeof matchSteps)[number]) =>
      stepDue(name, { kickoff, precision: 'day' }, instant(kickoff - 10 * minute)).kind;
    expect(matchSteps.map(of)).toEqual(['left-out', 'left-out', 'now', 'now']);
  });
});

it('a match without a result is let go half a day after its kick-off, or after its day where the hour is not known', () => {
  const hoursOf = (precision: 'minute' | 'day') => (followedUntil({ kickoff, precision }) - kickoff) / hour;
  expect([hoursOf('minute'), hoursOf('day')]).toEqual([12, 36]);
});

describe('line-ups that were not told', () => {
  it('are asked for two hours before and every quarter of the last hour, as often as a day is planned for', () => {
    const polls: number[] = [];
    let now: ReturnType<typeof nextPoll> = instant(kickoff - stepLead.lineups);
    while (now !== undefined) {
      polls.push((kickoff - now) / minute);
      now = nextPoll(kickoff, now);
    }
    expect(polls).toEqual([120, 60, 45, 30, 15]);
    const [planned] = budgetsWith({}).filter(({ provider }) => provider === 'api_football');
    expect(planned?.cadence.lineups.perMatch).toBe(polls.length);
  });

  it('are asked for later and before kick-off, or not at all', () => {
    fc.assert(
      fc.property(time, (now) => {
        const next = nextPoll(kickoff, now);
        if (next !== undefined) {
          expect(next).toBeGreaterThan(now);
          expect(next).toBeLessThan(kickoff);
        } else expect(now).toBeGreaterThanOrEqual(kickoff - 15 * minute);
      }),
    );
  });
});
