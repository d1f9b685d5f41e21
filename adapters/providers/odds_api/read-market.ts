import { bookmakers } from '../../../schemas/bookmakers.js';
import type { ToldQuote } from '../../../schemas/records/live.js';
import type { MarketType, PricePhase, QuoteKind } from '../../../schemas/values.js';
import { instantFromIso } from '../../../schemas/values.js';
import type { Entries, EntryReading } from '../wire/contract.js';
import { entries } from '../wire/contract.js';
import { legsOf, type Leg } from '../wire/legs.js';
import { Outcome, type Bookmaker, type Event, type Market } from './contract.js';

/** How the outcomes of a market become legs of ours. */
interface MarketReader {
  readonly market: MarketType;
  /** Null where the name is none of this market's outcomes. */
  readonly legOf: (name: string, event: Event) => Leg | null;
  /** The line that the point beside a price stands for; absent in a market without lines. */
  readonly lineOf?: (point: number, leg: Leg) => number;
}

const teamNamed = (name: string, event: Event): Leg | null => {
  if (name === event.home_team.trim()) return 'home';
  return name === event.away_team.trim() ? 'away' : null;
};
const totalNamed: Readonly<Record<string, Leg>> = { Over: 'over', Under: 'under' };

/**
 * The markets that we ask for, by The Odds API's keys. The others are left out on purpose, above all `h2h_lay`, what an exchange asks
 * of somebody who bets against an outcome: it comes unasked beside `h2h`.
 */
const readers: ReadonlyMap<string, MarketReader> = new Map<string, MarketReader>([
  [
    'h2h',
    {
      market: '1x2',
      legOf: (name, event) => (name === 'Draw' ? 'draw' : teamNamed(name, event)),
    },
  ],
  [
    'totals',
    {
      market: 'over_under',
      legOf: (name) => (Object.hasOwn(totalNamed, name) ? (totalNamed[name] ?? null) : null),
      lineOf: (point) => point,
    },
  ],
  [
    'spreads',
    {
      market: 'asian_handicap',
      legOf: teamNamed,
      // Each side has its own point.
      lineOf: (point, leg) => (leg === 'home' ? point : -point),
    },
  ],
]);

const exchanges: ReadonlySet<string> = new Set(
  Object.entries(bookmakers).flatMap(([name, { kind, spellings }]) =>
    kind === 'exchange' ? [name, ...spellings] : [],
  ),
);
const kindOf = (bookmaker: string): QuoteKind => (exchanges.has(bookmaker) ? 'exchange' : 'book');

/** Whose market it is, and when. */
export interface MarketContext {
  readonly event: Event;
  readonly bookmaker: Bookmaker;
  readonly phase: PricePhase;
}

/**
 * The quotes of one market, one a line, each with its outcomes as its payload. A leg that is not offered is null. An outcome is in a quote
 * or rejected; only a `h2h` of two teams and no more is left out on purpose: what it pays on a draw is not told, so it is no 1x2.
 */
export function readMarket(
  market: Market,
  outcomes: readonly unknown[],
  place: string,
  { event, bookmaker, phase }: MarketContext,
): Entries<ToldQuote> {
  const reader = readers.get(market.key);
  if (reader === undefined) return { told: [], rejected: [] };
  const { told, rejected } = readPrices(outcomes, place, reader, event);
  const isTwoWay = rejected.length === 0 && told.every(({ record }) => record.leg !== 'draw');
  if (reader.market === '1x2' && isTwoWay) return { told: [], rejected };
  const updatedAt = market.last_update ?? bookmaker.last_update ?? null;
  const quote = {
    externalId: event.id,
    bookmaker: bookmaker.key,
    kind: kindOf(bookmaker.key),
    phase,
    market: reader.market,
    providerUpdatedAt: updatedAt === null ? null : instantFromIso(updatedAt),
  };
  return {
    told: [...new Set(told.map(({ record }) => record.line))].map((line) => {
      const prices = told.filter(({ record }) => record.line === line);
      return { record: { ...quote, line, ...legsOf(prices) }, raw: prices.map(({ raw }) => raw) };
    }),
    rejected: rejected.map((part) => ({ ...part, raw: [part.raw] })),
  };
}

interface Price {
  readonly leg: Leg;
  readonly line: number | null;
  readonly price: number;
}

function readPrices(
  outcomes: readonly unknown[],
  place: string,
  reader: MarketReader,
  event: Event,
): Entries<Price> {
  const first = new Map<string, number>();
  return entries(outcomes, {
    place,
    shape: Outcome,
    toRecord: (outcome) => {
      const read = readPrice(outcome, reader, event);
      if (!('record' in read)) return read;
      const { leg, line, price } = read.record;
      const before = first.get(`${leg} ${line}`);
      if (before !== undefined) return { path: ['price'], reason: `is a second price, beside ${before}` };
      first.set(`${leg} ${line}`, price);
      return read;
    },
  });
}

function readPrice(
  { name, price, point }: Outcome,
  { market, legOf, lineOf }: MarketReader,
  event: Event,
): EntryReading<Price> {
  const leg = legOf(name.trim(), event);
  if (leg === null) return { path: ['name'], reason: `is no outcome of ${market} in this match` };
  if (lineOf === undefined) return { record: { leg, line: null, price } };
  if (typeof point !== 'number') return { path: ['point'], reason: 'is no line' };
  // Nought has no sign.
  return { record: { leg, line: lineOf(point, leg) + 0, price } };
}
