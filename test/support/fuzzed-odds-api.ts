import { z } from 'zod';
import { events } from '../../adapters/providers/odds_api/events.js';
import { odds } from '../../adapters/providers/odds_api/odds.js';
import type { Answer } from '../../adapters/providers/wire/endpoint.js';
import { ToldEvent, ToldQuote } from '../../schemas/records/live.js';
import { instantFromIso } from '../../schemas/values.js';
import type { FuzzedParser } from './fuzz-parser.js';
import { lostEntries, lostParts } from './fuzz-parser.js';
import { bookmaker, eventOf, eventWithOdds, h2h, oddsBody, spreads, totals } from './odds-api-payload.js';

const now = instantFromIso('2026-11-28T12:02:00Z');
const list = z.array(z.unknown()).catch([]);
const Holder = z.object({ bookmakers: list, markets: list, outcomes: list, key: z.unknown().optional() });
const held = (part: unknown): z.infer<typeof Holder> =>
  Holder.safeParse(part).data ?? { bookmakers: [], markets: [], outcomes: [], key: undefined };

/** Outcomes of the markets that are read. A match price without the draw is left out on purpose. */
function outcomesOf(event: unknown): readonly unknown[] {
  const markets = held(event).bookmakers.flatMap((given) => held(given).markets.map(held));
  return markets.flatMap(({ key, outcomes }) => {
    const isRead = key === 'totals' || key === 'spreads' || (key === 'h2h' && outcomes.some(isDraw));
    return isRead ? outcomes : [];
  });
}
const Draw = z.object({ name: z.string().refine((name) => name.trim() === 'Draw'), price: z.number() });
const isDraw = (given: unknown): boolean => Draw.safeParse(given).success;

const request = { path: '', parameters: {}, cost: 1 };
const ofMarket = (market: unknown): readonly unknown[] => [eventWithOdds([bookmaker('pinnacle', [market])])];

/** Each event is told or rejected, and so is each of its outcomes. */
function lostOdds(events: readonly unknown[], answer: Answer<unknown>): readonly unknown[] {
  const rejected = new Set(answer.rejected.map(({ raw }) => raw));
  const readable = events.filter((event) => !rejected.has(event));
  const told = answer.told.filter(({ record }) => !ToldQuote.safeParse(record).success);
  return [...readable.slice(told.length), ...lostParts(events.flatMap(outcomesOf), answer)];
}

/** The parsers of The Odds API. Mutations seldom reach what is nested deep, so the markets have cases of their own. */
export const fuzzedOddsApi: readonly FuzzedParser[] = [
  {
    name: 'odds_api /v4/sports/{sport}/odds',
    samples: [oddsBody, ofMarket(h2h)],
    read: (body) => odds.read(body, request, now),
    record: z.union([ToldQuote, ToldEvent]),
    lost: (body, answer) => lostOdds(list.parse(body), answer),
  },
  {
    name: 'odds_api a market of these',
    samples: [h2h, totals, spreads],
    read: (market) => odds.read(ofMarket(market), request, now),
    record: z.union([ToldQuote, ToldEvent]),
    lost: (market, answer) => lostOdds(ofMarket(market), answer),
  },
  {
    name: 'odds_api /v4/sports/{sport}/events',
    samples: [[eventOf(), eventOf({ id: 'a2' })]],
    read: (body) => events.read(body, request, now),
    record: ToldEvent,
    lost: (body, answer) => lostEntries(list.parse(body), answer),
  },
];
