import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identifyRow, readRow, statesScore } from '../../../../adapters/providers/openfootball/read-row.js';
import { CollectedMatch } from '../../../../schemas/records/collected-match.js';
import { Season } from '../../../../schemas/values.js';
import { anEntry, type MatchEntry } from '../../../support/openfootball-files.js';

const context = { division: 'en.1', season: Season.parse('2021-22') };
const read = (properties: MatchEntry, of = context) => {
  const outcome = readRow(anEntry(properties), of);
  if (outcome.kind === 'unreadable') throw new Error(outcome.reason);
  return outcome;
};
const refusal = (properties: MatchEntry) => identifyRow(anEntry(properties), context);

describe('a match', () => {
  it('is teams, day, time and score, without prices, statistics or a referee', () => {
    expect(read({}).match).toEqual({
      division: 'en.1',
      season: '2021-22',
      date: '2021-08-14',
      time: '15:00',
      timeZone: 'Europe/London',
      homeTeam: 'Arsenal FC',
      awayTeam: 'Chelsea FC',
      status: null,
      homeScore: 2,
      awayScore: 1,
      homeHalfTimeScore: 1,
      awayHalfTimeScore: 0,
      statedResult: null,
      referee: null,
      venue: null,
      statistics: null,
      quotes: [],
    });
    expect(read({}).problems).toEqual([]);
  });

  it('begins at a time of its league’s country; a cup at one of its country’s leagues', () => {
    const zone = (division: string) => read({}, { ...context, division }).match.timeZone;
    expect(zone('de.1')).toBe('Europe/Berlin');
    expect(zone('sco.1')).toBe('Europe/London');
    expect(zone('mx.1')).toBe('America/Mexico_City');
    expect(zone('de.cup')).toBe('Europe/Berlin');
    expect(zone('uefa.cl')).toBe('UTC');
  });

  it('has no time where the file gives none or none that can be read, and then no time is made up', () => {
    expect(read({ time: undefined })).toMatchObject({ match: { time: null }, problems: [] });
    expect(read({ time: '9:30' }).match.time).toBe('09:30');
    for (const time of ['24:00', '15.00', '17:30 UTC+2', 15]) {
      expect(read({ time })).toMatchObject({ match: { time: null }, problems: [{ field: 'time' }] });
    }
  });

  it('has the score after 90 minutes, whatever extra time and penalties brought', () => {
    expect(read({ score: { ht: [0, 1], ft: [1, 1], et: [3, 2], p: [4, 5] } }).match).toMatchObject({
      homeScore: 1,
      awayScore: 1,
      homeHalfTimeScore: 0,
      awayHalfTimeScore: 1,
    });
    expect(read({ score: { et: [3, 2] } })).toMatchObject({
      match: { homeScore: null },
      problems: [{ field: 'homeScore', reason: 'stands without the score after 90 minutes' }],
    });
  });

  it.each([[undefined], [null], [{}], [{ ft: null }], [{ ft: [] }], [{ ft: [null, null], ht: [] }]])(
    'is not played yet where its score is %j',
    (score) => {
      expect(read({ score })).toMatchObject({
        match: { homeScore: null, awayScore: null, homeHalfTimeScore: null },
        problems: [],
      });
      expect(statesScore(anEntry({ score }))).toBe(false);
    },
  );

  it.each([[[2]], [[2, null]], [['2', '1']], [[2.5, 1]], [[-1, 0]], [[1, 1000]], ['2-1'], [{ home: 2 }]])(
    'has a score that cannot be read where full time is %j: that is a problem, not a result',
    (ft) => {
      expect(read({ score: { ft } })).toMatchObject({
        match: { homeScore: null, awayScore: null },
        problems: [{ field: 'homeScore', text: JSON.stringify(ft) }],
      });
      expect(statesScore(anEntry({ score: { ft } }))).toBe(true);
    },
  );

  it('stands where only the half-time score cannot be read', () => {
    expect(read({ score: { ft: [2, 1], ht: 'one' } })).toMatchObject({
      match: { homeScore: 2, homeHalfTimeScore: null },
      problems: [{ field: 'homeHalfTimeScore' }],
    });
  });

  it('may be of the older form: teams with a key and a code, scores apart', () => {
    const old = {
      score: undefined,
      team1: { key: 'arsenal', name: 'Arsenal', code: 'ARS' },
      team2: { key: 'chelsea', name: ' Chelsea  ', code: null },
      score1: 2,
      score2: 2,
    };
    expect(read(old).match).toMatchObject({
      homeTeam: 'Arsenal',
      awayTeam: 'Chelsea',
      homeScore: 2,
      awayScore: 2,
      homeHalfTimeScore: null,
    });
    expect(read({ ...old, score1i: 1, score2i: 0, score1et: 3, score2et: 2 }).match).toMatchObject({
      homeScore: 2,
      homeHalfTimeScore: 1,
    });
    expect(read({ ...old, score1: null, score2: null }).match.homeScore).toBeNull();
    expect(read({ ...old, score1: undefined, score: [4, 3] }).match).toMatchObject({ homeScore: 4 });
  });

  it.each([
    ['awarded', 'completed'],
    ['postponed', 'postponed'],
    ['CANCELED', 'cancelled'],
    ['annulled', 'cancelled'],
    ['abandoned', 'abandoned'],
  ])('that is %s is %s', (status, means) => {
    expect(read({ status })).toMatchObject({ match: { status: means }, problems: [] });
  });

  it.each(['team1', 'time', 'status', 'score'])(
    'nested deeper than it could be written again in %s is read or refused',
    (field) => {
      let deep: unknown = 0;
      for (let level = 0; level < 50_000; level += 1) deep = [deep];
      const outcome = readRow(anEntry({ [field]: deep }), context);
      const said = outcome.kind === 'unreadable' ? [outcome] : outcome.problems;
      expect(said.map(({ text }) => text)).toEqual(['[[["…"]]]']);
    },
  );

  it('of a status that we do not know says so, with its score', () => {
    for (const status of ['replay', 'constructor', 3]) {
      expect(read({ status })).toMatchObject({
        match: { status: null, homeScore: 2 },
        problems: [{ field: 'status', reason: 'is no status that we know' }],
      });
    }
  });
});

describe('an entry that names no match is unreadable, with field and reason', () => {
  it.each([
    [{ date: undefined }, 'date', 'no date'],
    [{ date: null }, 'date', 'no date'],
    [{ date: '2021-02-30' }, 'date', 'is not a day of the calendar, as in 2021-08-13'],
    [{ date: '14/08/2021' }, 'date', 'is not a day of the calendar, as in 2021-08-13'],
    [{ date: '2012-08-14' }, 'date', 'is outside the season 2021-22'],
    [{ team1: undefined }, 'team1', 'no team'],
    [{ team2: '  ' }, 'team2', 'no team'],
    [{ team2: { code: 'CHE' } }, 'team2', 'no team'],
    [{ team2: 4 }, 'team2', 'no team'],
    [{ team2: 'x'.repeat(61) }, 'team2', 'is too long for the name of a team'],
    [{ team2: 'Arsenal  FC' }, 'team2', 'is the home team as well'],
  ] as const)('%j', (properties, field, reason) => {
    expect(refusal(properties)).toMatchObject({ kind: 'unreadable', field, reason });
    expect(readRow(anEntry(properties), context)).toEqual(refusal(properties));
  });
});

describe('whatever stands in an entry', () => {
  it('is read or refused, never thrown; what is read keeps the contract, and only what names a match is read', () => {
    const part = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('15:00', '2021-08-14', [1, 0], 'awarded'),
    );
    const names = ['date', 'time', 'team1', 'team2', 'score', 'status', 'score1', 'score2', '__proto__'];
    const entry = fc.dictionary(fc.constantFrom(...names), part);
    fc.assert(
      fc.property(entry, fc.boolean(), (given, isWhole) => {
        const raw = isWhole ? { ...anEntry(), ...given } : given;
        const outcome = readRow(raw, context);
        expect(outcome.kind === 'read').toBe(identifyRow(raw, context).kind === 'identified');
        if (outcome.kind === 'read') expect(CollectedMatch.parse(outcome.match)).toEqual(outcome.match);
      }),
    );
  });
});
