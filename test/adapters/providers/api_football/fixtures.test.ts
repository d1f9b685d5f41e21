import { describe, expect, it } from 'vitest';
import { fixtures, type FixturesQuery } from '../../../../adapters/providers/api_football/fixtures.js';
import { matchStatusOf, StatusCode } from '../../../../adapters/providers/api_football/match-status.js';
import { BadInput } from '../../../../schemas/errors.js';
import { ToldFixture } from '../../../../schemas/records/live.js';
import { CalendarDate, instantFromIso, Season, toIso } from '../../../../schemas/values.js';
import { aMatch, anAnswer, received, type MatchFields } from '../../../support/api-football-payloads.js';

function readAll(...matches: readonly unknown[]) {
  const { body, request, now } = received(anAnswer(matches));
  return fixtures.read(body, request, now);
}

function told(fields: MatchFields = {}): ToldFixture {
  const { told: all, rejected } = readAll(aMatch(fields));
  expect(rejected).toEqual([]);
  const [first] = all;
  if (first === undefined) throw new Error('Nothing was told');
  return first.record;
}

const rejected = (fields: MatchFields) => readAll(aMatch(fields)).rejected;
const kickoff = (code: string, date: string) => {
  const record = told({ code, fixture: { date } });
  return [toIso(record.kickoff), record.precision];
};

describe('a question for fixtures', () => {
  const season = Season.parse('2024-25');
  const from = CalendarDate.parse('2024-08-20');
  const to = CalendarDate.parse('2024-09-19');

  it('is of a league, the year in which its season begins, and days', () => {
    expect(fixtures.request({ league: '39', season, from, to })).toEqual({
      path: '/fixtures',
      parameters: { league: '39', season: '2024', from: '2024-08-20', to: '2024-09-19' },
      cost: 1,
    });
    expect(fixtures.kind).toBe('fixtures');
  });

  it('is of up to twenty matches by their ids', () => {
    const ids = Array.from({ length: 20 }, (_, at) => String(at + 1));
    const of = (query: FixturesQuery) => () => fixtures.request(query);
    expect(of({ ids: ['7', '8', '9'] })().parameters).toEqual({ ids: '7-8-9' });
    expect(of({ ids })().parameters['ids']?.split('-')).toHaveLength(20);
    expect(of({ ids: [...ids, '21'] })).toThrow(BadInput);
    expect(of({ ids: [] })).toThrow(BadInput);
  });
});

describe('a match', () => {
  it('is told with its teams, kick-off, ground, referee and score, and its part of the payload as it came', () => {
    const match = aMatch();
    expect(readAll(match).told).toEqual([
      {
        record: {
          externalId: '1208021',
          league: '39',
          season: '2024-25',
          kickoff: instantFromIso('2024-08-20T19:00:00Z'),
          precision: 'minute',
          home: { externalId: '42', name: 'Arsenal' },
          away: { externalId: '49', name: 'Chelsea' },
          status: 'live',
          score: { home: 2, away: 1 },
          halfTime: { home: 1, away: 0 },
          venue: 'Emirates Stadium',
          referee: 'M. Oliver',
        },
        raw: match,
      },
    ]);
    expect(ToldFixture.parse(told())).toEqual(told());
  });

  it('has neither ground nor referee where they are null, blank or not there', () => {
    for (const venue of [null, undefined, {}, { name: null }, { name: ' ' }]) {
      for (const referee of [null, undefined, '']) {
        expect(told({ fixture: { venue, referee } })).toMatchObject({ venue: null, referee: null });
      }
    }
  });

  it('begins at its instant, with whatever offset it is written', () => {
    expect(kickoff('NS', '2024-08-20T21:00:00+02:00')).toEqual(['2024-08-20T19:00:00.000Z', 'minute']);
    expect(kickoff('NS', '2024-08-20T19:00:00Z')).toEqual(['2024-08-20T19:00:00.000Z', 'minute']);
  });

  it('has a day and no time while that is to be defined, or where only a date is written', () => {
    expect(kickoff('TBD', '2024-08-20T15:30:00+00:00')).toEqual(['2024-08-20T00:00:00.000Z', 'day']);
    expect(kickoff('TBD', '2024-08-20T00:00:00+02:00')).toEqual(['2024-08-19T22:00:00.000Z', 'day']);
    expect(kickoff('TBD', '2024-08-20')).toEqual(['2024-08-20T00:00:00.000Z', 'day']);
    expect(kickoff('NS', '2024-08-20')).toEqual(['2024-08-20T00:00:00.000Z', 'day']);
    expect(kickoff('PST', '2024-08-20T19:00:00+00:00')).toEqual(['2024-08-20T19:00:00.000Z', 'minute']);
  });

  it('belongs to the season that begins in its year', () => {
    expect(told({ league: { season: 2024 } }).season).toBe('2024-25');
    expect(told({ league: { season: 1999 } }).season).toBe('1999-00');
  });

  it('has a team without an id where none is set', () => {
    expect(told({ home: { id: null } }).home).toEqual({ externalId: null, name: 'Arsenal' });
  });
});

describe('each status that API-Football documents', () => {
  const expected = {
    scheduled: ['TBD', 'NS'],
    live: ['1H', 'HT', '2H', 'ET', 'BT', 'P', 'LIVE', 'INT'],
    completed: ['FT', 'AET', 'PEN', 'AWD', 'WO'],
    postponed: ['PST'],
    cancelled: ['CANC'],
    abandoned: ['ABD', 'SUSP'],
  };

  for (const [status, codes] of Object.entries(expected)) {
    it(`says that a match is ${status} with ${codes.join(', ')}`, () => {
      expect(codes.map((code) => told({ code }).status)).toEqual(codes.map(() => status));
    });
  }

  it('is in the table once, and no other', () => {
    const listed = Object.values(expected).flat().sort();
    expect([...StatusCode.options].sort()).toEqual(listed);
    expect(Object.keys(matchStatusOf).sort()).toEqual(listed);
  });

  it('is the only one: another rejects its match with the reason, and no other match', () => {
    const unknown = aMatch({ code: 'XYZ' });
    const answer = readAll(aMatch(), unknown, aMatch());
    expect(answer.told).toHaveLength(2);
    expect(answer.rejected).toEqual([
      {
        field: 'response[1].fixture.status.short',
        text: '"XYZ"',
        reason: 'is no status that API-Football documents',
        raw: unknown,
      },
    ]);
    for (const code of ['ft', 'constructor', '', ' FT']) expect(rejected({ code })).toHaveLength(1);
  });
});

describe('a score', () => {
  const score = {
    fulltime: { home: 1, away: 1 },
    extratime: { home: 1, away: 0 },
    penalty: { home: null, away: null },
  };
  const goals = { home: 2, away: 1 };

  it('is as it stands while the match is live, extra time included', () => {
    expect(told({ code: '2H', goals }).score).toEqual(goals);
    expect(told({ code: 'ET', goals, score }).score).toEqual(goals);
  });

  it('is that of ninety minutes once it is over, whatever extra time and penalties brought', () => {
    for (const code of ['FT', 'AET', 'PEN']) {
      expect(told({ code, goals, score }).score).toEqual({ home: 1, away: 1 });
    }
  });

  it('is none where a match went on after ninety minutes and theirs is not stated', () => {
    for (const code of ['AET', 'PEN']) {
      expect(told({ code, goals }).score).toEqual({ home: null, away: null });
    }
    expect(told({ code: 'FT', goals }).score).toEqual(goals);
  });

  it('is the one that was awarded, where nobody played for it', () => {
    const awarded = { home: 3, away: 0 };
    for (const code of ['AWD', 'WO']) {
      expect(told({ code, goals: awarded }).score).toEqual(awarded);
      expect(told({ code, goals: awarded, score: { fulltime: awarded } }).score).toEqual(awarded);
      expect(told({ code, goals: null }).score).toEqual({ home: null, away: null });
    }
  });

  it('of a match that was broken off is how it stood', () => {
    for (const code of ['ABD', 'SUSP', 'INT']) expect(told({ code, goals }).score).toEqual(goals);
  });

  it('is none where null stands, and no goals are made of it', () => {
    const none = { home: null, away: null };
    for (const given of [null, none, {}]) {
      expect(told({ code: 'NS', goals: given, score: { halftime: none } })).toMatchObject({
        score: none,
        halfTime: none,
      });
    }
  });
});

describe('a match that cannot be read', () => {
  const problems: readonly (readonly [MatchFields, string])[] = [
    [{ fixture: { id: null } }, 'response[0].fixture.id'],
    [{ fixture: { id: 1.5 } }, 'response[0].fixture.id'],
    [{ fixture: { id: '1208021' } }, 'response[0].fixture.id'],
    [{ fixture: { date: 'soon' } }, 'response[0].fixture.date'],
    [{ fixture: { date: '2024-02-30T19:00:00+00:00' } }, 'response[0].fixture.date'],
    [{ fixture: { date: '2024-08-20T19:00:00' } }, 'response[0].fixture.date'],
    [{ fixture: { date: null } }, 'response[0].fixture.date'],
    [{ code: 'TBD', fixture: { date: 'TBD' } }, 'response[0].fixture.date'],
    [{ code: 'TBD', fixture: { date: '2024-08-20 or later' } }, 'response[0].fixture.date'],
    [{ league: { season: '2024' } }, 'response[0].league.season'],
    [{ league: { season: 24 } }, 'response[0].league.season'],
    [{ home: { name: '  ' } }, 'response[0].teams.home.name'],
    [{ home: { name: null } }, 'response[0].teams.home.name'],
    [{ goals: { home: -1, away: 0 } }, 'response[0].goals.home'],
    [{ goals: { home: '2', away: 0 } }, 'response[0].goals.home'],
    [{ score: { halftime: { home: 0.5, away: 0 } } }, 'response[0].score.halftime.home'],
  ];

  for (const [fields, field] of problems) {
    it(`is rejected with its field and payload: ${JSON.stringify(fields)}`, () => {
      expect(rejected(fields)).toMatchObject([{ field, raw: aMatch(fields) }]);
    });
  }

  it('is not one whose fields that nobody reads are odd', () => {
    const odd = { periods: 7, timezone: null, timestamp: 'then' };
    expect(
      told({ fixture: odd, score: { penalty: 'none', extratime: [] }, status: { elapsed: 'x' } }).externalId,
    ).toBe('1208021');
  });
});
