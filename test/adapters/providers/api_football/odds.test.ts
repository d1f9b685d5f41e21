import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { odds } from '../../../../adapters/providers/api_football/odds.js';
import { ToldQuote } from '../../../../schemas/records/live.js';
import { CalendarDate, instantFromIso, Season } from '../../../../schemas/values.js';
import { aBet, aBookmaker, anAnswer, pricesOf, received } from '../../../support/api-football-payloads.js';

function readAll(...response: readonly unknown[]) {
  const { body, request, now } = received(anAnswer(response));
  return odds.read(body, request, now);
}
const readBets = (...bets: readonly unknown[]) => readAll(pricesOf([aBookmaker('Bet365', ...bets)]));
const quotes = (...bets: readonly unknown[]) => readBets(...bets).told.map(({ record }) => record);

const winner = (...values: readonly string[]) => aBet(1, 'Match Winner', ...values);
const handicap = (...values: readonly string[]) => aBet(4, 'Asian Handicap', ...values);
const total = (...values: readonly string[]) => aBet(5, 'Goals Over/Under', ...values);

const none = { home: null, draw: null, away: null, over: null, under: null };

describe('a question for prices', () => {
  it('is of a match, of a league’s season, or of a day', () => {
    expect(odds.request({ fixture: '1208021' })).toEqual({
      path: '/odds',
      parameters: { fixture: '1208021' },
      cost: 1,
    });
    const season = Season.parse('2024-25');
    expect(odds.request({ league: '39', season }).parameters).toEqual({ league: '39', season: '2024' });
    const date = CalendarDate.parse('2024-08-20');
    expect(odds.request({ date }).parameters).toEqual({ date: '2024-08-20' });
    expect(odds.kind).toBe('odds');
  });
});

describe('the prices of a match', () => {
  it('are a quote for each bookmaker, market and line', () => {
    const answer = readAll(
      pricesOf([
        aBookmaker(
          'Bet365',
          winner('Home 1.65', 'Draw 3.80', 'Away 5.25'),
          total('Over 2.5 1.90', 'Under 2.5 1.85'),
        ),
        aBookmaker('Pinnacle', handicap('Home -0.5 1.98', 'Away -0.5 1.92')),
      ]),
    );
    const common = {
      externalId: '1208021',
      kind: 'book',
      phase: 'prematch',
      providerUpdatedAt: instantFromIso('2024-08-20T16:00:45Z'),
    };
    expect(answer.told.map(({ record }) => record)).toEqual([
      {
        ...common,
        ...none,
        bookmaker: 'Bet365',
        market: '1x2',
        line: null,
        home: 1.65,
        draw: 3.8,
        away: 5.25,
      },
      { ...common, ...none, bookmaker: 'Bet365', market: 'over_under', line: 2.5, over: 1.9, under: 1.85 },
      {
        ...common,
        ...none,
        bookmaker: 'Pinnacle',
        market: 'asian_handicap',
        line: -0.5,
        home: 1.98,
        away: 1.92,
      },
    ]);
    for (const { record } of answer.told) expect(ToldQuote.parse(record)).toEqual(record);
    expect(answer).toMatchObject({ rejected: [], unknownFields: [] });
  });

  it('stand at every line that is offered, each once', () => {
    expect(
      quotes(total('Over 2.5 1.90', 'Over 3 2.30', 'Under 2.5 1.85', 'Under 3.0 1.60', 'Over 2.25 1.72')),
    ).toMatchObject([
      { line: 2.5, over: 1.9, under: 1.85 },
      { line: 3, over: 2.3, under: 1.6 },
      { line: 2.25, over: 1.72, under: null },
    ]);
  });

  it('take a handicap as the home side’s: both sides of a line are written with its sign', () => {
    expect(
      quotes(handicap('Home +1.5 1.24', 'Away +1.5 3.90', 'Home -1.25 5.50', 'Away -1.25 1.15')),
    ).toMatchObject([
      { line: 1.5, home: 1.24, away: 3.9 },
      { line: -1.25, home: 5.5, away: 1.15 },
    ]);
  });

  it('know one level line, however its nought is written', () => {
    const [quote, ...others] = quotes(handicap('Home -0 2.25', 'Away +0 1.62', 'Home 0.0 2.25'));
    expect(quote).toMatchObject({ line: 0, home: 2.25, away: 1.62 });
    expect(Object.is(quote?.line, 0)).toBe(true);
    expect(others).toEqual([]);
  });

  it('leave a leg null that is not offered', () => {
    expect(quotes(winner('Home 1.65', 'Away 5.25'))).toMatchObject([{ home: 1.65, draw: null, away: 5.25 }]);
  });

  it('have no time of change where the provider gives none', () => {
    for (const update of [null, undefined]) {
      const match = pricesOf([aBookmaker('Bet365', winner('Home 1.65'))], { update });
      expect(readAll(match).told).toMatchObject([{ record: { providerUpdatedAt: null } }]);
    }
  });
});

describe('every other bet', () => {
  it('is left out on purpose: it is neither told nor rejected, whatever stands in it', () => {
    const others = [
      aBet(6, 'Goals Over/Under First Half', 'Over 0.5 1.40'),
      aBet(8, 'Both Teams Score', 'Yes 1.72'),
      aBet(45, 'Corners Over Under', 'Over 9.5 1.90'),
      { id: 92, name: 'Anytime Goal Scorer', values: [{ value: 7, odd: null }] },
    ];
    const answer = readBets(...others, winner('Home 1.65'));
    expect(answer.told).toHaveLength(1);
    expect(answer.rejected).toEqual([]);
  });

  it('is rejected under the number or the name of a market: prices would go to another one', () => {
    const bets = [
      aBet(4, 'Asian Handicap First Half', 'Home -0.5 2.10'),
      aBet(40, 'Match Winner', 'Home 1.65'),
    ];
    const answer = readBets(...bets);
    expect(answer.told).toEqual([]);
    expect(answer.rejected).toMatchObject([
      { field: 'response[0].bookmakers[0].bets[0].name', reason: 'is not Asian Handicap, which is bet 4' },
      { field: 'response[0].bookmakers[0].bets[1].name', reason: 'is not Match Winner, which is bet 1' },
    ]);
  });
});

describe('a value that cannot be read', () => {
  const values = (...list: readonly unknown[]) => ({ id: 1, name: 'Match Winner', values: list });

  it('is rejected with its place, and the other legs of its quote stand', () => {
    for (const odd of [
      '',
      ' ',
      'x',
      '1,95',
      '1.9.5',
      '-1.95',
      '+1.95',
      '1e3',
      'NaN',
      'Infinity',
      '9'.repeat(400),
    ]) {
      const answer = readBets(values({ value: 'Home', odd }, { value: 'Draw', odd: '3.80' }));
      expect(answer.told).toMatchObject([{ record: { home: null, draw: 3.8, away: null } }]);
      expect(answer.rejected).toMatchObject([
        { field: 'response[0].bookmakers[0].bets[0].values[0].odd', reason: 'is not a price' },
      ]);
    }
    for (const odd of [1.95, null, undefined, [], {}]) {
      const answer = readBets(values({ value: 'Home', odd }, { value: 'Draw', odd: '3.80' }));
      expect(answer.told).toMatchObject([{ record: { home: null, draw: 3.8 } }]);
      expect(answer.rejected).toMatchObject([{ reason: 'is not a text' }]);
    }
  });

  it('is told though it is no price that anybody believes: that is decided later', () => {
    expect(quotes(winner('Home 0', 'Draw 1.00', 'Away 9999'))).toMatchObject([
      { home: 0, draw: 1, away: 9999 },
    ]);
  });

  it('is rejected where it names no outcome of its market', () => {
    const wrong = [
      winner('1 1.65', 'X 3.80', 'Home +1 2.00', 'home 1.65'),
      handicap(
        'Draw 3.80',
        'Home 2.00',
        'Home -0.5/-1 1.90',
        'Home NaN 1.90',
        'Home --1 1.90',
        'Home 1e1 1.90',
      ),
      total('Over 1.90', 'Over -2.5 1.90', 'Exactly 2 3.50', `Over ${'9'.repeat(400)} 1.90`),
    ];
    const answer = readBets(...wrong);
    expect(answer.told).toEqual([]);
    expect(answer.rejected).toHaveLength(14);
    for (const { reason } of answer.rejected) expect(reason).toBe('is no outcome of its market');
  });

  it('is a second price of its outcome, and the first one stands; said twice it is one', () => {
    const answer = readBets(winner('Home 1.65', 'Home 1.65', 'Home 1.70'));
    expect(answer.told).toMatchObject([{ record: { home: 1.65 } }]);
    expect(answer.rejected).toMatchObject([
      { field: 'response[0].bookmakers[0].bets[0].values[2].odd', reason: 'is a second price, beside 1.65' },
    ]);
  });

  it('keeps what it was of: match, bookmaker and bet, without the others', () => {
    const other = aBookmaker('Pinnacle', winner('Home 1.66'));
    const match = pricesOf([
      other,
      aBookmaker('Bet365', total('Over 2.5 1.90'), winner('Home x', 'Away 5.25')),
    ]);
    expect(readAll(match).rejected).toMatchObject([
      { raw: pricesOf([aBookmaker('Bet365', winner('Home x'))]) },
    ]);
  });
});

describe('what is not a list of prices', () => {
  it('rejects its bet, bookmaker or match, and the others stand', () => {
    const good = aBookmaker('Bet365', winner('Home 1.65'));
    const answer = readAll(
      pricesOf([{ id: 8, name: 'Bet365', bets: null }, good, 7]),
      pricesOf([
        { id: 8, name: ' ', bets: [] },
        aBookmaker('Bwin', { id: 1, name: 'Match Winner', values: {} }),
      ]),
      pricesOf([good], { update: 'just now' }),
      pricesOf([good], { fixture: { id: null } }),
      { ...pricesOf([]), bookmakers: undefined },
      pricesOf([good], { league: 7 }),
    );
    expect(answer.told).toHaveLength(2);
    expect(answer.rejected.map(({ field }) => field).sort()).toEqual([
      'response[0].bookmakers[0].bets',
      'response[0].bookmakers[2]',
      'response[1].bookmakers[0].name',
      'response[1].bookmakers[1].bets[0].values',
      'response[2].update',
      'response[3].fixture.id',
      'response[4].bookmakers',
    ]);
  });
});

describe('the payload of a quote', () => {
  it('is the match’s with everything else cut away, as it came', () => {
    const away = { value: 'Away', odd: '5.25', note: 'boosted' };
    const bet = { id: 1, name: 'Match Winner', values: [away] };
    const match = pricesOf(
      [
        aBookmaker('Bwin', winner('Home 1.7')),
        { ...aBookmaker('Bet365', total('Over 2.5 2'), bet), vip: true },
      ],
      {
        league: null,
      },
    );
    const cut = pricesOf([{ id: 8, name: 'Bet365', vip: true, bets: [bet] }], { league: null });
    expect(readAll(match).told.map(({ raw }) => raw)).toContainEqual(cut);
  });

  it('says the same quote, and no other, when it is read again', () => {
    const line = fc.constantFrom('-1', '-0.75', '0', '+0.5', '2.5', '3');
    const price = fc.integer({ min: 101, max: 9999 }).map((cents) => (cents / 100).toFixed(2));
    const bet = fc.oneof(
      fc
        .tuple(price, price, price)
        .map(([home, draw, away]) => winner(`Home ${home}`, `Draw ${draw}`, `Away ${away}`)),
      fc
        .array(fc.tuple(fc.constantFrom('Home', 'Away'), line, price))
        .map((prices) => handicap(...prices.map((parts) => parts.join(' ')))),
      fc
        .array(fc.tuple(fc.constantFrom('Over', 'Under'), line, price))
        .map((prices) => total(...prices.map((parts) => parts.join(' ')))),
    );
    const bookmaker = fc
      .tuple(fc.constantFrom('Bet365', 'Pinnacle', 'Bwin'), fc.array(bet, { maxLength: 4 }))
      .map(([name, bets]) => aBookmaker(name, ...bets));
    fc.assert(
      fc.property(fc.array(bookmaker, { maxLength: 4 }), (bookmakers) => {
        for (const quote of readAll(pricesOf(bookmakers)).told) {
          expect(readAll(quote.raw).told).toEqual([quote]);
        }
      }),
    );
  });
});
