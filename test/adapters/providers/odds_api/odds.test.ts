import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { odds } from '../../../../adapters/providers/odds_api/odds.js';
import { ContractBroken, KeyRefused, QuotaExhausted } from '../../../../schemas/errors.js';
import type { ToldQuote } from '../../../../schemas/records/live.js';
import { MarketType, instantFromIso } from '../../../../schemas/values.js';
import {
  bookmaker,
  eventOf,
  eventWithOdds,
  h2h,
  market,
  oddsBody,
  outcome,
  spreads,
  totals,
} from '../../../support/odds-api-payload.js';

const beforeKickoff = instantFromIso('2026-11-28T12:02:00Z');
const request = odds.request({ sport: 'soccer_epl', markets: MarketType.options, of: { regions: ['uk'] } });
const read = (body: unknown, now = beforeKickoff) => odds.read(body, request, now);
const readMarkets = (...markets: unknown[]) => read([eventWithOdds([bookmaker('pinnacle', markets)])]);
const quotesOf = (answer: ReturnType<typeof read>): ToldQuote[] =>
  answer.told.flatMap(({ record }) => ('market' in record ? [record] : []));
const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('a request for odds', () => {
  it('names sport, markets and regions in the words of The Odds API, and asks for decimal prices', () => {
    expect(request).toEqual({
      path: '/v4/sports/soccer_epl/odds',
      parameters: {
        regions: 'uk',
        markets: 'h2h,totals,spreads',
        oddsFormat: 'decimal',
        dateFormat: 'iso',
      },
      cost: 3,
    });
  });

  it('costs markets times regions, and ten bookmakers cost as much as a region', () => {
    const costOf = (of: Parameters<typeof odds.request>[0]['of'], markets: readonly MarketType[]) =>
      odds.request({ sport: 'soccer_epl', markets, of }).cost;
    expect(costOf({ regions: ['uk', 'eu'] }, ['1x2', 'over_under'])).toBe(4);
    const books = Array.from({ length: 11 }, (_nothing, number) => `book${number}`);
    expect(costOf({ bookmakers: books.slice(0, 10) }, ['1x2'])).toBe(1);
    expect(costOf({ bookmakers: books }, ['1x2'])).toBe(2);
  });

  it('may be about some bookmakers and some events', () => {
    const { parameters } = odds.request({
      sport: 'soccer_epl',
      markets: ['1x2'],
      of: { bookmakers: ['pinnacle', 'betfair_ex_uk'] },
      eventIds: ['a1', 'a2'],
    });
    expect(parameters).toMatchObject({ bookmakers: 'pinnacle,betfair_ex_uk', eventIds: 'a1,a2' });
    expect(parameters).not.toHaveProperty('regions');
  });
});

describe('an answer with odds', () => {
  it('tells each event once, then its quotes', () => {
    const { told, rejected, unknownFields, next } = read(oddsBody);
    expect(
      told.map(({ record }) =>
        'market' in record ? `${record.bookmaker} ${record.market}` : record.externalId,
      ),
    ).toEqual([
      'a1',
      'pinnacle 1x2',
      'pinnacle over_under',
      'pinnacle over_under',
      'pinnacle asian_handicap',
      'betfair_ex_uk 1x2',
      'a2',
    ]);
    expect({ rejected, unknownFields, next }).toEqual({ rejected: [], unknownFields: [], next: null });
    expect(told[0]).toEqual({
      record: {
        externalId: 'a1',
        league: 'soccer_epl',
        kickoff: instantFromIso('2026-11-28T15:00:00Z'),
        home: { externalId: null, name: 'Arsenal' },
        away: { externalId: null, name: 'Everton' },
      },
      raw: eventOf(),
    });
  });

  it('has the outcomes of a match in any order, by the names of its teams', () => {
    const teams = [outcome('Arsenal', 1.6), outcome('Draw', 4.2), outcome('Everton', 5.5)];
    fc.assert(
      fc.property(fc.shuffledSubarray(teams, { minLength: 3 }), (outcomes) => {
        expect(quotesOf(readMarkets(market('h2h', outcomes)))).toEqual([
          {
            externalId: 'a1',
            bookmaker: 'pinnacle',
            kind: 'book',
            phase: 'prematch',
            market: '1x2',
            line: null,
            home: 1.6,
            draw: 4.2,
            away: 5.5,
            over: null,
            under: null,
            providerUpdatedAt: instantFromIso('2026-11-28T12:00:00Z'),
          },
        ]);
      }),
    );
  });

  it('pairs over and under of each line, whatever stands between them', () => {
    expect(quotesOf(readMarkets(totals))).toMatchObject([
      { market: 'over_under', line: 2.5, over: 1.9, under: 1.95, home: null },
      { market: 'over_under', line: 3.5, over: 1.3, under: 3.4, home: null },
    ]);
  });

  it('has the home side’s handicap as the line of both sides', () => {
    expect(quotesOf(readMarkets(spreads))).toMatchObject([
      { market: 'asian_handicap', line: -1, home: 1.88, away: 2.02, over: null },
    ]);
    const pairs = fc.uniqueArray(fc.integer({ min: -16, max: 16 }), { minLength: 1 });
    fc.assert(
      fc.property(pairs, fc.boolean(), (quarters, awayFirst) => {
        const outcomes = quarters.flatMap((line) => {
          const sides = [outcome('Arsenal', 1.9, line / 4), outcome('Everton', 2, -line / 4)];
          return awayFirst ? sides.reverse() : sides;
        });
        const quotes = quotesOf(readMarkets(market('spreads', outcomes)));
        expect(quotes.map(({ line }) => line)).toEqual(quarters.map((line) => line / 4 + 0));
        expect(quotes.every(({ home, away }) => home === 1.9 && away === 2)).toBe(true);
      }),
    );
  });

  it('keeps with each quote its event, bookmaker, market and outcomes alone, so that it can be read by itself', () => {
    for (const { record, raw } of read(oddsBody).told) {
      if (!('market' in record)) continue;
      expect(quotesOf(read([raw]))).toEqual([record]);
    }
    const [, quote] = readMarkets(totals).told;
    expect(quote?.raw).toEqual(
      eventWithOdds([
        bookmaker('pinnacle', [market('totals', [outcome('Over', 1.9, 2.5), outcome('Under', 1.95, 2.5)])]),
      ]),
    );
  });

  it.each([
    ['pinnacle', 'book'],
    ['betfair_sb_uk', 'book'],
    ['betfair_ex_uk', 'exchange'],
    ['betfair_ex_eu', 'exchange'],
    ['betfair_ex_au', 'exchange'],
    ['matchbook', 'exchange'],
    ['smarkets', 'exchange'],
  ])('of %s comes from a %s', (key, kind) => {
    expect(quotesOf(read([eventWithOdds([bookmaker(key, [h2h])])]))).toMatchObject([
      { bookmaker: key, kind },
    ]);
  });

  it('is live from the kick-off on', () => {
    const kickoff = instantFromIso('2026-11-28T15:00:00Z');
    expect(quotesOf(read(oddsBody, kickoff))[0]?.phase).toBe('live');
    expect(quotesOf(read(oddsBody, instantFromIso('2026-11-28T14:59:59.999Z')))[0]?.phase).toBe('prematch');
  });

  it('has the time of the bookmaker where the market has none', () => {
    expect(quotesOf(readMarkets({ ...h2h, last_update: undefined }))[0]?.providerUpdatedAt).toBe(
      instantFromIso('2026-11-28T12:01:00Z'),
    );
    const timeless = bookmaker('pinnacle', [{ ...h2h, last_update: null }], { last_update: null });
    expect(quotesOf(read([eventWithOdds([timeless])]))[0]?.providerUpdatedAt).toBeNull();
  });

  it('leaves out lay prices, markets that were not asked for, and a match price that does not say what a draw pays', () => {
    const drawNoBet = market('h2h', [outcome('Arsenal', 1.3), outcome('Everton', 3.6)]);
    const others = [market('h2h_lay', [outcome('Arsenal', 1.62)]), market('btts', ['whatever'])];
    expect(readMarkets(drawNoBet, ...others)).toMatchObject({ told: [{ raw: eventOf() }], rejected: [] });
  });

  it('rejects what cannot be read with its place, and what stands beside it is told', () => {
    const { told, rejected } = read([
      eventWithOdds([
        bookmaker('one', [
          market('h2h', [outcome('Arsenal', 'evens'), outcome('Draw', 4), outcome('Everton', 5)]),
        ]),
        bookmaker('two', [h2h, market('totals', [outcome('Over', 1.9, 2.5), outcome('Under', 2, 3.5)])]),
        bookmaker('three', [market('spreads', [outcome('Arsenal', 1.9, -1), outcome('Chelsea', 1.9, 1)])]),
        bookmaker('four', [
          market('totals', [outcome('Over', 1.9), outcome('Over', 2, 2.5), outcome('Over', 2.1, 2.5)]),
        ]),
        bookmaker('five', [market('h2h', [], { last_update: 'yesterday' })]),
        { title: 'Six' },
      ]),
      eventOf({ id: 'a3' }),
      eventWithOdds([], { id: 'a4', home_team: null }),
      eventWithOdds([], { id: 'a5', away_team: 'Arsenal ' }),
    ]);
    const line = ({ bookmaker, market, line, home, draw, away, over, under }: ToldQuote) =>
      [bookmaker, market, line, home, draw, away, over, under].join();
    expect(told.map(({ record }) => ('market' in record ? line(record) : record.externalId))).toEqual([
      'a1',
      'one,1x2,,,4,5,,',
      'two,1x2,,1.6,4.2,5.5,,',
      'two,over_under,2.5,,,,1.9,',
      'two,over_under,3.5,,,,,2',
      'three,asian_handicap,-1,1.9,,,,',
      'four,over_under,2.5,,,,2,',
    ]);
    const at = (number: number, rest: string) => `[0].bookmakers[${number}].markets[0]${rest}`;
    expect(Object.fromEntries(rejected.map(({ field, reason }) => [field, reason]))).toEqual(
      Object.fromEntries([
        ['[1].bookmakers', expect.stringContaining('expected array')],
        ['[2].home_team', expect.stringContaining('expected string')],
        ['[3].away_team', 'is the home side too'],
        ['[0].bookmakers[5].key', expect.stringContaining('expected string')],
        [at(0, '.outcomes[0].price'), expect.stringContaining('expected number')],
        [at(2, '.outcomes[1].name'), 'is no outcome of asian_handicap in this match'],
        [at(3, '.outcomes[0].point'), 'is no line'],
        [at(3, '.outcomes[2].price'), 'is a second price, beside 2'],
        [at(4, '.last_update'), 'is not a time'],
      ]),
    );
    const [lost] = rejected.filter(({ field }) => field === at(0, '.outcomes[0].price'));
    expect(lost).toMatchObject({
      text: '"evens"',
      raw: eventWithOdds([bookmaker('one', [market('h2h', [outcome('Arsenal', 'evens')])])]),
    });
  });

  it('reports fields that it does not know and keeps them with the payload', () => {
    const priced = { ...outcome('Arsenal', 1.6), bet_limit: 500 };
    const body = [
      eventWithOdds(
        [
          bookmaker('pinnacle', [
            market('h2h', [priced, outcome('Draw', 4), outcome('Everton', 5)], { sid: 7 }),
          ]),
        ],
        { venue: 'Emirates' },
      ),
    ];
    const { told, unknownFields } = read(body);
    expect(unknownFields).toEqual([
      '[].venue',
      '[].bookmakers[].markets[].outcomes[].bet_limit',
      '[].bookmakers[].markets[].sid',
    ]);
    expect(told[1]?.raw).toEqual(body[0]);
  });

  it('that is none is thrown: what was refused, or a broken contract', () => {
    const refused = (error_code: string) => thrownBy(() => read({ message: 'No.', error_code }));
    expect(refused('INVALID_KEY')).toBeInstanceOf(KeyRefused);
    expect(refused('OUT_OF_USAGE_CREDITS')).toBeInstanceOf(QuotaExhausted);
    expect(thrownBy(() => read({ events: [] }))).toBeInstanceOf(ContractBroken);
    expect(thrownBy(() => read(null))).toBeInstanceOf(ContractBroken);
  });
});
