import { describe, expect, it } from 'vitest';
import { liveScores } from '../../../../adapters/providers/api_football/live-scores.js';
import { ToldScore } from '../../../../schemas/records/live.js';
import { aMatch, anAnswer, received, type MatchFields } from '../../../support/api-football-payloads.js';

function readAll(...matches: readonly unknown[]) {
  const { body, request, now } = received(anAnswer(matches));
  return liveScores.read(body, request, now);
}
const told = (fields: MatchFields = {}) => readAll(aMatch(fields)).told[0]?.record;

describe('a question for live scores', () => {
  it('covers every match in play with one request, or those of some leagues', () => {
    expect(liveScores.request({ leagues: 'all' })).toEqual({
      path: '/fixtures',
      parameters: { live: 'all' },
      cost: 1,
    });
    expect(liveScores.request({ leagues: ['39', '61'] }).parameters).toEqual({ live: '39-61' });
    expect(liveScores.kind).toBe('scores');
  });
});

describe('a match in play', () => {
  it('is told with status, minute and score, and its part of the payload as it came', () => {
    const match = { ...aMatch(), events: [{ type: 'Goal' }] };
    const record = {
      externalId: '1208021',
      status: 'live',
      minute: 67,
      addedMinutes: null,
      score: { home: 2, away: 1 },
      halfTime: { home: 1, away: 0 },
      providerUpdatedAt: null,
    };
    expect(readAll(match)).toMatchObject({ told: [{ record, raw: match }], rejected: [], unknownFields: [] });
    expect(ToldScore.parse(record)).toEqual(record);
  });

  it('has the time added on beside its minute', () => {
    expect(told({ status: { elapsed: 90, extra: 4 } })).toMatchObject({ minute: 90, addedMinutes: 4 });
  });

  it('has no minute where none is given, before it begins or without a clock', () => {
    expect(told({ code: 'LIVE', status: { elapsed: null, extra: undefined } })).toMatchObject({
      status: 'live',
      minute: null,
      addedMinutes: null,
    });
  });

  it('is just over with the score of ninety minutes', () => {
    const goals = { home: 3, away: 2 };
    const score = { fulltime: { home: 2, away: 2 } };
    expect(told({ code: 'ET', goals, score })).toMatchObject({ status: 'live', score: goals });
    expect(told({ code: 'AET', goals, score })).toMatchObject({
      status: 'completed',
      score: { home: 2, away: 2 },
    });
  });

  it('is rejected with a minute that is none, and the others stand', () => {
    for (const elapsed of [-1, 131, 45.5, '67', [], Infinity]) {
      const answer = readAll(aMatch({ status: { elapsed } }), aMatch());
      expect(answer.told).toHaveLength(1);
      expect(answer.rejected).toMatchObject([
        { field: 'response[0].fixture.status.elapsed', reason: 'is not a minute of play' },
      ]);
    }
    expect(readAll(aMatch({ status: { extra: 31 } })).rejected).toMatchObject([
      { field: 'response[0].fixture.status.extra' },
    ]);
  });
});
