import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldMeetings, type Meeting } from '../../../domain/identity/fold-meetings.js';
import { CalendarDate } from '../../../schemas/values.js';

const on = (id: number, ordinal: number, date: string): Meeting => ({
  id,
  ordinal,
  date: CalendarDate.parse(date),
});

describe('the meetings of one pairing of two teams that become one', () => {
  it('go by their dates, not by which is counted first; what is left over gets a free ordinal', () => {
    expect(
      foldMeetings(
        [on(1, 1, '2022-01-15'), on(2, 2, '2022-04-16')],
        [on(3, 1, '2021-08-14'), on(4, 2, '2022-01-16')],
      ),
    ).toEqual([
      { kind: 'moved', id: 3, ordinal: 3 },
      { kind: 'folded', id: 4, into: 1 },
    ]);
  });

  it('are one where both have one, however far it was moved', () => {
    expect(foldMeetings([on(1, 1, '2021-08-14')], [on(2, 1, '2022-05-01')])).toEqual([
      { kind: 'folded', id: 2, into: 1 },
    ]);
  });

  it('each become one thing: no two of one team are one, and no ordinal is given twice', () => {
    const meetings = (firstId: number) =>
      fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { maxLength: 5 }).chain((days) =>
        fc
          .shuffledSubarray(
            days.map((_, index) => index + 1),
            { minLength: days.length },
          )
          .map((ordinals) =>
            days.map((day, index) =>
              on(
                firstId + index,
                ordinals[index] ?? 0,
                new Date(Date.UTC(2021, 7, 1 + day)).toISOString().slice(0, 10),
              ),
            ),
          ),
      );
    fc.assert(
      fc.property(meetings(1), meetings(101), (kept, merged) => {
        const outcomes = foldMeetings(kept, merged);
        expect(outcomes.map(({ id }) => id).sort()).toEqual(merged.map(({ id }) => id).sort());
        const into = outcomes.flatMap((outcome) => (outcome.kind === 'folded' ? [outcome.into] : []));
        expect(new Set(into).size).toBe(into.length);
        const ordinals = [
          ...kept.map(({ ordinal }) => ordinal),
          ...outcomes.flatMap((outcome) => (outcome.kind === 'moved' ? [outcome.ordinal] : [])),
        ];
        expect(new Set(ordinals).size).toBe(ordinals.length);
      }),
    );
  });
});
