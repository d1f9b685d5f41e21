import { bookmakers } from '../../../schemas/bookmakers.js';
import type { ToldQuote } from '../../../schemas/records/live.js';
import type { MarketType, PricePhase, QuoteKind } from '../../../schemas/values.js';
import { instantFromIso } from '../../../schemas/values.js';
import type { Entries, EntryReading } from '../wire/contract.js';
import { entries } from '../wire/contract.js';
import type { RejectedPart, Told } from '../wire/endpoint.js';
import { shortText } from '../wire/short-text.js';
import { Outcome, type Bookmaker, type Event, type Market } from './contract.js';

type Leg = 'home' | 'draw' | 'away' | 'over' | 'under';

/** How the outcomes of a market become legs of ours. */
interface MarketReader {
  readonly market: MarketType;
  readonly legs: readonly Leg[];
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
      legs: ['home', 'draw', 'away'],
      legOf: (name, event) => (name === 'Draw' ? 'draw' : teamNamed(name, event)),
    },
  ],
  [
    'totals',
    {
      market: 'over_under',
      legs: ['over', 'under'],
      legOf: (name) => (Object.hasOwn(totalNamed, name) ? (totalNamed[name] ?? null) : null),
      lineOf: (point) => point,
    },
  ],
  [
    'spreads',
    {
      market: 'asian_handicap',
      legs: ['home', 'away'],
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

interface Price {
  readonly leg: Leg;
  readonly line: number | null;
  readonly price: number;
  /** Where it stands in the body. */
  readonly place: string;
}

/** Whose market it is, and when. */
export interface MarketContext {
  readonly event: Event;
  readonly bookmaker: Bookmaker;
  readonly phase: PricePhase;
}

/**
 * The quotes of one market, one a line, each with its outcomes as its payload. An outcome is in a quote or rejected; only a `h2h`
 * without a price of the draw is left out: what it pays on a draw is not told, so it is no 1x2.
 */
export function readMarket(
  market: Market,
  outcomes: readonly unknown[],
  place: string,
  { event, bookmaker, phase }: MarketContext,
): Entries<ToldQuote> {
  const reader = readers.get(market.key);
  if (reader === undefined) return { told: [], rejected: [] };
  const prices = entries(outcomes, {
    place,
    shape: Outcome,
    toRecord: (outcome, at) => readPrice(outcome, at, reader, event),
  });
  const { lines, repeated } = byLine(prices.told);
  const told: Told<ToldQuote>[] = [];
  const rejected = [...prices.rejected, ...repeated.map((price) => rejectedPrice(price, 'is stated twice'))];
  const updatedAt = market.last_update ?? bookmaker.last_update ?? null;
  for (const [line, legs] of lines) {
    const held = [...legs.values()];
    const missing = reader.legs.filter((leg) => !legs.has(leg));
    if (missing.length === 0) {
      const record: ToldQuote = {
        externalId: event.id,
        bookmaker: bookmaker.key,
        kind: kindOf(bookmaker.key),
        phase,
        market: reader.market,
        line,
        home: priceOf(legs, 'home'),
        draw: priceOf(legs, 'draw'),
        away: priceOf(legs, 'away'),
        over: priceOf(legs, 'over'),
        under: priceOf(legs, 'under'),
        providerUpdatedAt: updatedAt === null ? null : instantFromIso(updatedAt),
      };
      told.push({ record, raw: held.map(({ raw }) => raw) });
    } else if (missing.join() !== 'draw') {
      const about = line === null ? reader.market : `${reader.market} ${line}`;
      const reason = `stands alone: ${missing.join(' and ')} of ${about} is not told`;
      rejected.push(...held.map((price) => rejectedPrice(price, reason)));
    }
  }
  return { told, rejected: rejected.map((part) => ({ ...part, raw: [part.raw] })) };
}

function readPrice(
  { name, price, point }: Outcome,
  place: string,
  { market, legOf, lineOf }: MarketReader,
  event: Event,
): EntryReading<Price> {
  const leg = legOf(name.trim(), event);
  if (leg === null) return { path: ['name'], reason: `is no outcome of ${market} in this match` };
  if (lineOf === undefined) return { record: { leg, line: null, price, place } };
  if (typeof point !== 'number') return { path: ['point'], reason: 'is no line' };
  // Nought has no sign.
  return { record: { leg, line: lineOf(point, leg) + 0, price, place } };
}

type Legs = ReadonlyMap<Leg, Told<Price>>;

function byLine(prices: readonly Told<Price>[]): {
  readonly lines: ReadonlyMap<number | null, Legs>;
  readonly repeated: readonly Told<Price>[];
} {
  const lines = new Map<number | null, Map<Leg, Told<Price>>>();
  const repeated: Told<Price>[] = [];
  for (const price of prices) {
    const { line, leg } = price.record;
    const legs = lines.get(line) ?? new Map<Leg, Told<Price>>();
    lines.set(line, legs);
    if (legs.has(leg)) repeated.push(price);
    else legs.set(leg, price);
  }
  return { lines, repeated };
}

const priceOf = (legs: Legs, leg: Leg): number | null => legs.get(leg)?.record.price ?? null;

const rejectedPrice = ({ record, raw }: Told<Price>, reason: string): RejectedPart => ({
  field: record.place,
  text: shortText(raw),
  reason,
  raw,
});
