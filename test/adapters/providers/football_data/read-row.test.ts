import { describe, expect, it } from 'vitest';
import { identifyRow, readRow } from '../../../../adapters/providers/football_data/read-row.js';
import { Season } from '../../../../schemas/values.js';
import { aRow, type Cells } from '../../../support/football-data-files.js';

const context = { division: 'E0', season: Season.parse('2021-22') };
const asText = (cells: Cells): Record<string, string> =>
  Object.fromEntries(Object.entries(aRow(cells)).map(([name, value]) => [name, String(value)]));
const identify = (cells: Cells) => identifyRow(asText(cells), context);

function read(cells: Cells) {
  const outcome = readRow(asText(cells), context);
  if (outcome.kind === 'unreadable') throw new Error(`${outcome.field}: ${outcome.reason}`);
  return outcome;
}
const quotes = (cells: Cells) =>
  read(cells).match.quotes.map(({ bookmaker, kind, phase, market, line, home, draw, away, over, under }) =>
    [
      bookmaker,
      kind,
      phase,
      market,
      line,
      ...[home, draw, away, over, under].filter((price) => price !== null),
    ].join(' '),
  );

describe('the day and time of a row', () => {
  it('are read in both forms of the date, and the year of two digits by the first season of the files', () => {
    expect(identify({ Date: '14/08/21' })).toMatchObject({ date: '2021-08-14', time: '15:00' });
    expect(identify({ Date: '14/08/2021' })).toMatchObject({ date: '2021-08-14' });
    const old = identifyRow(asText({ Date: '14/08/93', Time: '' }), {
      division: 'E0',
      season: Season.parse('1993-94'),
    });
    expect(old).toMatchObject({ date: '1993-08-14', time: null });
  });

  it('hold the row where the day is none, or outside the season of the file', () => {
    for (const Date of ['31/02/22', '2022', '14/08/19', '', '14.08.21']) {
      expect(identify({ Date })).toMatchObject({ kind: 'unreadable', field: 'Date', text: Date });
    }
  });

  it('do without a time that cannot be read, and say so', () => {
    expect(read({ Time: '25:99' })).toMatchObject({
      match: { time: null },
      problems: [{ field: 'time', text: '25:99' }],
    });
  });
});

describe('the teams of a row', () => {
  it('lose trailing blanks, and blanks that do not break', () => {
    expect(identify({ HomeTeam: 'Arsenal  ', AwayTeam: 'Aston\u00a0Villa ' })).toMatchObject({
      homeTeam: 'Arsenal',
      awayTeam: 'Aston Villa',
    });
  });

  it('hold the row where one is missing, both are one, or the cell is no name', () => {
    expect(identify({ AwayTeam: '' })).toMatchObject({ kind: 'unreadable', field: 'AwayTeam' });
    expect(identify({ AwayTeam: 'Arsenal ' })).toMatchObject({ kind: 'unreadable', field: 'AwayTeam' });
    expect(identify({ HomeTeam: 'x'.repeat(60) })).toMatchObject({ kind: 'unreadable', field: 'HomeTeam' });
  });
});

describe('the prices of a row', () => {
  it('such as 0, 3.53.75 and c are none, and become problems by their column', () => {
    const { match, problems } = read({
      B365H: '0',
      B365D: '3.53.75',
      B365A: 'c',
      BWH: '2.1',
      BWD: '3.3',
      BWA: '3.4',
    });
    expect(match.quotes.map(({ bookmaker }) => bookmaker)).toEqual(['bwin']);
    expect(problems.map(({ field, text }) => `${field} ${text}`)).toEqual([
      'B365A c',
      'B365D 3.53.75',
      'B365H 0',
    ]);
  });

  it('are closing where a C follows the bookmaker, in all three markets', () => {
    expect(
      quotes({
        B365H: '2.1',
        B365D: '3.3',
        B365A: '3.4',
        B365CH: '2.0',
        B365CD: '3.4',
        B365CA: '3.6',
        'B365>2.5': '1.9',
        'B365<2.5': '1.95',
        'B365C>2.5': '1.8',
        'B365C<2.5': '2.05',
        AHh: '-0.25',
        B365AHH: '1.91',
        B365AHA: '1.99',
        AHCh: '-0.5',
        B365CAHH: '1.97',
        B365CAHA: '1.93',
      }),
    ).toEqual([
      'bet365 book prematch 1x2  2.1 3.3 3.4',
      'bet365 book prematch over_under 2.5 1.9 1.95',
      'bet365 book prematch asian_handicap -0.25 1.91 1.99',
      'bet365 book closing 1x2  2 3.4 3.6',
      'bet365 book closing over_under 2.5 1.8 2.05',
      'bet365 book closing asian_handicap -0.5 1.97 1.93',
    ]);
  });

  it('are of the market where the column says Avg, Max, BbAv or BbMx, and of an exchange where it says BFE', () => {
    expect(
      quotes({
        AvgH: '2.1',
        AvgD: '3.3',
        AvgA: '3.4',
        MaxCH: '2.2',
        MaxCD: '3.5',
        MaxCA: '3.6',
        BFEH: '2.14',
        BFED: '3.4',
        BFEA: '3.5',
        'BFEC>2.5': '1.9',
        'BFEC<2.5': '2.1',
      }),
    ).toEqual([
      'betfair_exchange exchange prematch 1x2  2.14 3.4 3.5',
      'betfair_exchange exchange closing over_under 2.5 1.9 2.1',
      'market_average aggregate prematch 1x2  2.1 3.3 3.4',
      'market_maximum aggregate closing 1x2  2.2 3.5 3.6',
    ]);
    expect(quotes({ BbAvH: '2.1', BbAvD: '3.3', BbAvA: '3.4', 'BbMx>2.5': '2', 'BbMx<2.5': '1.95' })).toEqual(
      [
        'market_average aggregate prematch 1x2  2.1 3.3 3.4',
        'market_maximum aggregate prematch over_under 2.5 2 1.95',
      ],
    );
  });

  it('count once where a column stands twice: the second fills a blank, and contradicts by a problem', () => {
    expect(quotes({ 'BWH#2': '2.1', BWD: '3.3', BWA: '3.4' })).toEqual([
      'bwin book prematch 1x2  2.1 3.3 3.4',
    ]);
    const { match, problems } = read({ BWH: '2.1', 'BWH#2': '2.2', BWD: '3.3', BWA: '3.4' });
    expect(match.quotes[0]?.home).toBe(2.1);
    expect(problems).toMatchObject([{ field: 'BWH', text: '2.2' }]);
  });

  it('take no price from the counts of books', () => {
    expect(quotes({ Bb1X2: '44', BbOU: '40', BbAH: '22', BbAHh: '-0.5' })).toEqual([]);
  });
});

describe('what else a row says', () => {
  it('is scores, half-time scores, statistics and the referee', () => {
    expect(
      read({
        HTHG: 1,
        HTAG: 0,
        Referee: 'M Dean ',
        HS: 12,
        AS: '9.0',
        HST: 5,
        AST: 3,
        HC: 7,
        AC: 2,
        HF: 11,
        AF: 12,
        HY: 1,
        AY: 2,
        HR: 0,
        AR: 1,
      }).match,
    ).toMatchObject({
      homeScore: 2,
      awayScore: 1,
      homeHalfTimeScore: 1,
      awayHalfTimeScore: 0,
      statedResult: 'H',
      referee: 'M Dean',
      statistics: {
        homeShots: 12,
        awayShots: 9,
        homeShotsOnTarget: 5,
        awayShotsOnTarget: 3,
        homeCorners: 7,
        awayCorners: 2,
        homeFouls: 11,
        awayFouls: 12,
        homeYellowCards: 1,
        awayYellowCards: 2,
        homeRedCards: 0,
        awayRedCards: 1,
      },
    });
  });

  it('is no fact where a cell is garbage, and the rest of the row stands', () => {
    const { match, problems } = read({ HS: 'many', Referee: 'x'.repeat(200), AS: 4 });
    expect(match).toMatchObject({
      homeScore: 2,
      referee: null,
      statistics: { homeShots: null, awayShots: 4 },
    });
    expect(problems.map(({ field }) => field)).toEqual(['homeShots', 'referee']);
  });
});
