import { describe, expect, it } from 'vitest';
import { judgeDecision } from '../../../domain/quality/judge-decision.js';
import { releaseOf } from '../../../domain/quality/release.js';
import {
  ReviewAction,
  ReviewStatus,
  type ReviewDecision,
  type ReviewedFinding,
} from '../../../schemas/records/review.js';

const at = new Date('2026-11-02T10:00:00Z');
const aFinding = (changes: Partial<ReviewedFinding> = {}): ReviewedFinding => ({
  id: 7,
  table: 'matches',
  recordId: 1,
  errorType: 'held',
  field: 'statedResult',
  status: 'logged',
  released: false,
  handledBy: null,
  handledAt: null,
  notes: null,
  processStatus: 'held',
  ...changes,
});
const by = (who: string, action: ReviewAction, why = 'seen'): ReviewDecision => ({ action, by: who, why });

describe('a finding', () => {
  it('moves as the table of states says, and in no other way', () => {
    const moves = new Map<string, string>();
    for (const status of ReviewStatus.options) {
      for (const action of ReviewAction.options) {
        const handledBy = status === 'logged' ? null : 'ada';
        const verdict = judgeDecision(
          aFinding({ status, handledBy, handledAt: at, notes: 'before' }),
          by('ada', action),
        );
        moves.set(`${status} ${action}`, verdict.kind === 'moves' ? verdict.to : verdict.kind);
      }
    }
    expect(Object.fromEntries(moves)).toEqual({
      'logged take': 'in_review',
      'logged resolve': 'resolved',
      'logged ignore': 'ignored',
      'logged release': 'resolved',
      'logged reopen': 'refused',
      'in_review take': 'stands',
      'in_review resolve': 'resolved',
      'in_review ignore': 'ignored',
      'in_review release': 'resolved',
      'in_review reopen': 'logged',
      'resolved take': 'refused',
      'resolved resolve': 'refused',
      'resolved ignore': 'refused',
      'resolved release': 'refused',
      'resolved reopen': 'logged',
      'ignored take': 'refused',
      'ignored resolve': 'refused',
      'ignored ignore': 'refused',
      'ignored release': 'refused',
      'ignored reopen': 'logged',
    });
  });

  it('that somebody has taken is theirs until it is opened again', () => {
    const taken = aFinding({ status: 'in_review', handledBy: 'ada', handledAt: at });
    for (const action of ['take', 'resolve', 'ignore', 'release'] as const) {
      expect(judgeDecision(taken, by('bob', action))).toEqual({
        kind: 'refused',
        reason: 'it is in review by ada at 2026-11-02T10:00:00.000Z: reopen it first',
      });
    }
    expect(judgeDecision(taken, by('bob', 'reopen'))).toMatchObject({ kind: 'moves', to: 'logged' });
  });

  it('stands where the same person decides the same for the same reason again', () => {
    const done = aFinding({
      status: 'resolved',
      released: true,
      handledBy: 'ada',
      handledAt: at,
      notes: 'seen',
    });
    expect(judgeDecision(done, by('ada', 'release'))).toEqual({ kind: 'stands' });
    expect(judgeDecision(done, by('ada', 'release', 'another reason')).kind).toBe('refused');
    expect(judgeDecision(done, by('bob', 'release')).kind).toBe('refused');
    expect(judgeDecision(done, by('ada', 'resolve')).kind).toBe('refused');
  });
});

describe('a release', () => {
  const kindOf = (errorType: string, field = '', processStatus = 'done') =>
    releaseOf({ errorType, field, processStatus }).kind;

  it('accepts what a person may know better, and reads again what cannot be stored as it is', () => {
    expect(kindOf('held', 'statedResult')).toBe('accepts');
    expect(kindOf('implied_total_out_of_bounds')).toBe('accepts');
    expect(kindOf('missing_from_edition')).toBe('accepts');
    expect(kindOf('held', 'homeScore')).toBe('reads-again');
    expect(kindOf('unreadable_row')).toBe('reads-again');
    expect(kindOf('some_later_rule', 'x', 'held')).toBe('reads-again');
  });

  it('is refused where nothing waits for it', () => {
    for (const type of ['price_not_above_floor', 'unusual_score', 'identity_suggestion', 'some_later_rule']) {
      expect(kindOf(type)).toBe('nothing');
      const verdict = judgeDecision(
        aFinding({ errorType: type, processStatus: 'done' }),
        by('ada', 'release'),
      );
      expect(verdict).toMatchObject({ kind: 'refused' });
    }
  });
});
