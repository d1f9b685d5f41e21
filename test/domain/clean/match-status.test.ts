import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeMove, type Standing } from '../../../domain/clean/match-status.js';
import { instant, instantFromIso, MatchStatus } from '../../../schemas/values.js';

const kickoff = instantFromIso('2021-08-14T14:00:00Z');
const standing = (status: MatchStatus, score: readonly [number, number] | null = null): Standing => ({
  status,
  homeScore: score?.[0] ?? null,
  awayScore: score?.[1] ?? null,
  matchTime: kickoff,
});
const afterwards = instantFromIso('2021-08-16T10:00:00Z');
const step = (before: Standing, after: Standing) => judgeMove(before, after, afterwards);

describe('what may become of a match', () => {
  it.each([
    ['scheduled', 'live'],
    ['scheduled', 'completed'],
    ['scheduled', 'postponed'],
    ['scheduled', 'cancelled'],
    ['live', 'completed'],
    ['live', 'abandoned'],
    ['postponed', 'scheduled'],
    ['postponed', 'completed'],
    ['abandoned', 'scheduled'],
    ['abandoned', 'completed'],
  ] as const)('%s, then %s', (before, after) => {
    expect(step(standing(before), standing(after))).toEqual({ kind: 'plain' });
  });

  it.each([
    ['completed', 'live'],
    ['completed', 'scheduled'],
    ['completed', 'postponed'],
    ['completed', 'cancelled'],
    ['completed', 'abandoned'],
    ['cancelled', 'live'],
    ['cancelled', 'scheduled'],
    ['cancelled', 'completed'],
    ['live', 'scheduled'],
    ['live', 'cancelled'],
  ] as const)('not %s, then %s', (before, after) => {
    expect(step(standing(before), standing(after))).toEqual({
      kind: 'illegal',
      message: `A match that is ${before} does not become ${after}`,
    });
  });
});

describe('a score that falls', () => {
  it('while the match is live is a goal taken back', () => {
    expect(step(standing('live', [2, 0]), standing('live', [1, 0]))).toEqual({ kind: 'plain' });
    expect(step(standing('live', [2, 0]), standing('completed', [1, 0]))).toEqual({ kind: 'plain' });
  });

  it('after full time is a correction, as one that rises is', () => {
    for (const [from, to] of [
      [
        [2, 0],
        [1, 0],
      ],
      [
        [1, 0],
        [2, 0],
      ],
    ] as const) {
      expect(step(standing('completed', from), standing('completed', to)).kind).toBe('corrected');
    }
    expect(step(standing('completed', [2, 0]), standing('completed', [2, 0]))).toEqual({ kind: 'plain' });
  });
});

describe('a result taken back', () => {
  it('from a match that was given a new date ahead is withdrawn: it is played again', () => {
    const again = { ...standing('scheduled'), matchTime: instantFromIso('2021-09-01T18:00:00Z') };
    expect(step(standing('completed', [2, 0]), again)).toEqual({
      kind: 'withdrawn',
      message: 'The score 2-0 was taken back',
    });
  });

  it('from a match that lies in the past is illegal, wherever in the past it was moved to', () => {
    for (const matchTime of [kickoff, instantFromIso('2021-08-15T18:00:00Z'), afterwards]) {
      expect(step(standing('completed', [2, 0]), { ...standing('scheduled'), matchTime }).kind).toBe(
        'illegal',
      );
    }
  });
});

describe('whatever the standings', () => {
  const score = fc.option(fc.oneof(fc.nat(9), fc.double(), fc.constant(Number.NaN)));
  const anyStanding = fc.record({
    status: fc.constantFrom(...MatchStatus.options),
    homeScore: score,
    awayScore: score,
    matchTime: fc.integer().map(instant),
  });

  it('a move is judged without throwing, staying as one is is never illegal, and a finished or cancelled match only stays or gives its result back', () => {
    fc.assert(
      fc.property(anyStanding, anyStanding, fc.integer().map(instant), (before, after, seenAt) => {
        const move = judgeMove(before, after, seenAt);
        if (before.status === after.status) expect(move.kind).not.toBe('illegal');
        else if (before.status === 'cancelled') expect(move.kind).toBe('illegal');
        else if (before.status === 'completed') expect(['illegal', 'withdrawn']).toContain(move.kind);
        if (move.kind === 'withdrawn') {
          expect([after.homeScore, after.awayScore]).toEqual([null, null]);
          expect(after.matchTime).toBeGreaterThan(seenAt);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
