import { z } from 'zod';
import type { ToldQuote } from '../../../schemas/records/live.js';
import { seasonStartYear, type CalendarDate, type Season } from '../../../schemas/values.js';
import { entries, type Entries, type EntryReading } from '../wire/contract.js';
import type { Endpoint } from '../wire/endpoint.js';
import { onlyQuote, type StoredReading } from '../wire/stored-quote.js';
import { readAnswer } from './answer.js';
import { legsOf } from '../wire/legs.js';
import { marketOf, type Outcome } from './odds-markets.js';
import { id, list, name, notRead, readInstant, text, tidy, unread } from './wire-fields.js';

/** Of one match, of a league's season, or of the matches of one day (UTC): ten matches a page. */
export type OddsQuery =
  | { readonly fixture: string }
  | { readonly league: string; readonly season: Season }
  | { readonly date: CalendarDate };

const Value = z.object({ value: text, odd: text });
const Bet = z.object({ id, name, values: z.array(Value) });
const Bookmaker = z.object({ id: notRead, name, bets: z.array(Bet) });
/** The prices of a match, by https://www.api-football.com/documentation-v3#tag/Odds-(Pre-Match)/operation/get-odds. */
const OddsEntry = z.object({
  league: unread('id', 'name', 'country', 'logo', 'flag', 'season'),
  fixture: z.object({ id, timezone: notRead, date: notRead, timestamp: notRead }),
  update: text.nullish(),
  bookmakers: z.array(Bookmaker),
});

// Each list is read entry by entry: one price that cannot be read must not take those of a match with it.
const ListedBet = Bet.extend({ values: list });
const ListedBookmaker = Bookmaker.extend({ bets: list });
const ListedEntry = OddsEntry.extend({ bookmakers: list });

/**
 * `/odds`: prices before the match, which the provider keeps for a week. A quote is told of each bookmaker, market and line; its payload is
 * the entry of the match with everything else cut away, so that it says this quote when it is read again. Legs that are not offered are
 * null; a price that cannot be read is a rejected part, and the other legs of its quote stand.
 */
export const odds: Endpoint<OddsQuery, ToldQuote> = {
  kind: 'odds',
  request: (query) => ({ path: '/odds', parameters: parametersOf(query), cost: 1 }),
  read: (body, request, now) => readAnswer({ body, request, now }, OddsEntry, readMatches),
};

function parametersOf(query: OddsQuery): Readonly<Record<string, string>> {
  if ('fixture' in query) return { fixture: query.fixture };
  if ('date' in query) return { date: query.date };
  return { league: query.league, season: String(seasonStartYear(query.season)) };
}

type Quotes = Entries<ToldQuote>;

const readMatches = (response: readonly unknown[]): Quotes =>
  within(
    entries(response, { place: 'response', shape: ListedEntry, toRecord: readMatch }),
    (match, bookmaker) => ({ ...match, bookmakers: [bookmaker] }),
  );

/** The quote of a stored payload. */
export function readStoredQuote(raw: unknown): StoredReading {
  const { told, rejected } = readMatches([raw]);
  return onlyQuote(
    told.map(({ record }) => record),
    rejected,
  );
}

function readMatch(entry: z.infer<typeof ListedEntry>, place: string): EntryReading<Quotes> {
  const { update } = entry;
  const updatedAt = update === undefined || update === null ? null : readInstant(update);
  if (updatedAt === undefined) return { path: ['update'], reason: 'is not a time' };
  const match = { externalId: String(entry.fixture.id), providerUpdatedAt: updatedAt };
  const bookmakers = entries(entry.bookmakers, {
    place: `${place}.bookmakers`,
    shape: ListedBookmaker,
    toRecord: (bookmaker, below) => readBookmaker(bookmaker, below, match),
  });
  return { record: within(bookmakers, (bookmaker, bet) => ({ ...bookmaker, bets: [bet] })) };
}

type OfMatch = Pick<ToldQuote, 'externalId' | 'providerUpdatedAt'>;
type OfBookmaker = OfMatch & Pick<ToldQuote, 'bookmaker'>;

function readBookmaker(
  bookmaker: z.infer<typeof ListedBookmaker>,
  place: string,
  match: OfMatch,
): EntryReading<Quotes> {
  const bets = entries(bookmaker.bets, {
    place: `${place}.bets`,
    shape: ListedBet,
    toRecord: (bet, below) => readBet(bet, below, { ...match, bookmaker: tidy(bookmaker.name) }),
  });
  return { record: within(bets, (bet, values) => ({ ...bet, values })) };
}

/** The quotes of a bet. What they are cut from is the list of its values. */
function readBet(bet: z.infer<typeof ListedBet>, place: string, of: OfBookmaker): EntryReading<Quotes> {
  const known = marketOf({ id: bet.id, name: tidy(bet.name) });
  if (known === null) return { record: { told: [], rejected: [] } };
  if ('reason' in known) return { path: ['name'], reason: known.reason };
  const { told, rejected } = readPrices(bet.values, `${place}.values`, known.outcomeOf);
  // `kind`: the catalogue has bookmakers only, no averages. `phase`: what is offered in play is asked elsewhere.
  const quote = { ...of, kind: 'book', phase: 'prematch', market: known.market } as const;
  const quotes = [...new Set(told.map(({ record }) => record.line))].map((line) => {
    const prices = told.filter(({ record }) => record.line === line);
    return { record: { ...quote, line, ...legsOf(prices) }, raw: prices.map(({ raw }) => raw) };
  });
  return { record: { told: quotes, rejected: rejected.map((part) => ({ ...part, raw: [part.raw] })) } };
}

interface OutcomePrice extends Outcome {
  readonly price: number;
}

function readPrices(
  values: readonly unknown[],
  place: string,
  outcomeOf: (value: string) => Outcome | undefined,
): Entries<OutcomePrice> {
  const first = new Map<string, number>();
  return entries(values, {
    place,
    shape: Value,
    toRecord: ({ value, odd }) => {
      const outcome = outcomeOf(tidy(value));
      if (outcome === undefined) return { path: ['value'], reason: 'is no outcome of its market' };
      const price = readPrice(odd);
      if (price === undefined) return { path: ['odd'], reason: 'is not a price' };
      const key = `${outcome.leg} ${outcome.line}`;
      const before = first.get(key) ?? price;
      if (before !== price) return { path: ['odd'], reason: `is a second price, beside ${before}` };
      first.set(key, price);
      return { record: { ...outcome, price } };
    },
  });
}

/** `1.95`. Which prices are believed is decided later. */
const readPrice = (odd: string): number | undefined =>
  /^\s*\d{1,9}(?:\.\d{1,9})?\s*$/.test(odd) ? Number(odd) : undefined;

/** What the entries of a list tell and what was rejected within them, each with the payload of its entry cut down to it. */
function within(read: Entries<Quotes>, cut: (entry: object, part: unknown) => object): Quotes {
  const cutDown = <Part extends { readonly raw: unknown }>(entry: unknown, part: Part): Part =>
    typeof entry === 'object' && entry !== null ? { ...part, raw: cut(entry, part.raw) } : part;
  return {
    told: read.told.flatMap(({ record, raw }) => record.told.map((quote) => cutDown(raw, quote))),
    rejected: [
      ...read.rejected,
      ...read.told.flatMap(({ record, raw }) => record.rejected.map((part) => cutDown(raw, part))),
    ],
  };
}
