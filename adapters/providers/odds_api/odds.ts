import type { z } from 'zod';
import type { ToldEvent, ToldQuote } from '../../../schemas/records/live.js';
import type { Instant, MarketType, PricePhase } from '../../../schemas/values.js';
import type { Entries, EntryReading } from '../wire/contract.js';
import { entries, flatten } from '../wire/contract.js';
import type { Endpoint } from '../wire/endpoint.js';
import { unknownFields } from '../wire/unknown-fields.js';
import type { Event } from './contract.js';
import { BookmakerWithMarkets, EventWithOdds, MarketWithOutcomes, OddsBody } from './contract.js';
import { readEvent, readList } from './read-event.js';
import { readMarket } from './read-market.js';
import { onlyQuote, type StoredReading } from '../wire/stored-quote.js';

export interface OddsQuery {
  /** `soccer_epl`. */
  readonly sport: string;
  readonly markets: readonly MarketType[];
  /** Whose prices: of all bookmakers of some regions (`uk`, `eu`), or of some bookmakers by The Odds API's keys. */
  readonly of: { readonly regions: readonly string[] } | { readonly bookmakers: readonly string[] };
  /** Of these events alone; absent: of all in play and ahead. Either costs the same. */
  readonly eventIds?: readonly string[] | undefined;
}

const keyOf: Readonly<Record<MarketType, string>> = {
  '1x2': 'h2h',
  over_under: 'totals',
  asian_handicap: 'spreads',
};

/** So many bookmakers cost as much as a region. */
const bookmakersOfRegion = 10;

/**
 * The prices of a league's matches in play and ahead, and which matches these are: each event is told once, then its quotes. The
 * payload of a quote is its event with that price alone, as the provider writes it, so that it can be read by itself. A price of a match that
 * has begun by the time it is read is `live`; which one was the closing price is not decided here.
 */
export const odds: Endpoint<OddsQuery, ToldEvent | ToldQuote> = {
  kind: 'odds',
  request: ({ sport, markets, of, eventIds }) => {
    const regions =
      'regions' in of ? of.regions.length : Math.ceil(of.bookmakers.length / bookmakersOfRegion);
    return {
      path: `/v4/sports/${encodeURIComponent(sport)}/odds`,
      parameters: {
        ...('regions' in of ? { regions: of.regions.join() } : { bookmakers: of.bookmakers.join() }),
        markets: markets.map((market) => keyOf[market]).join(),
        ...(eventIds === undefined ? {} : { eventIds: eventIds.join() }),
        oddsFormat: 'decimal',
        dateFormat: 'iso',
      },
      cost: markets.length * regions,
    };
  },
  read: (body, _request, now) => ({
    ...flatten(
      entries(readList(body, now), {
        place: '',
        shape: EventWithOdds,
        toRecord: (event, place) => readOdds(event, place, now),
      }),
    ),
    unknownFields: unknownFields(OddsBody, body),
    next: null,
  }),
};

/** The quote of a stored payload; `at` is when its answer was here. */
export function readStoredQuote(raw: unknown, at: Instant): StoredReading {
  const { told, rejected } = flatten(
    entries([raw], {
      place: '',
      shape: EventWithOdds,
      toRecord: (event, place) => readOdds(event, place, at),
    }),
  );
  return onlyQuote(
    told.flatMap(({ record }) => ('bookmaker' in record ? [record] : [])),
    rejected,
  );
}

function readOdds(
  { bookmakers, ...event }: z.infer<typeof EventWithOdds>,
  place: string,
  now: Instant,
): EntryReading<Entries<ToldEvent | ToldQuote>> {
  const match = readEvent(event);
  if (!('record' in match)) return match;
  const phase = now >= match.record.kickoff ? 'live' : 'prematch';
  const { told, rejected } = readBookmakers(bookmakers, `${place}.bookmakers`, event, phase);
  return { record: { told: [{ record: match.record, raw: event }, ...told], rejected } };
}

/** The quotes of a list of bookmakers, each beside the whole event. */
function readBookmakers(
  bookmakers: readonly unknown[],
  place: string,
  event: Event,
  phase: PricePhase,
): Entries<ToldQuote> {
  const read = entries(bookmakers, {
    place,
    shape: BookmakerWithMarkets,
    toRecord: ({ markets, ...bookmaker }, at) => {
      const quotes = entries(markets, {
        place: `${at}.markets`,
        shape: MarketWithOutcomes,
        toRecord: ({ outcomes, ...market }, where) => ({
          record: heldBy(
            readMarket(market, outcomes, `${where}.outcomes`, { event, bookmaker, phase }),
            (held) => ({ ...market, outcomes: held }),
          ),
        }),
      });
      return { record: heldBy(flatten(quotes), (market) => ({ ...bookmaker, markets: [market] })) };
    },
  });
  return heldBy(flatten(read), (bookmaker) => ({ ...event, bookmakers: [bookmaker] }));
}

/** Puts each payload back into what it stood in, without its neighbours. */
function heldBy<Record>(
  { told, rejected }: Entries<Record>,
  holder: (raw: unknown) => unknown,
): Entries<Record> {
  return {
    told: told.map((part) => ({ ...part, raw: holder(part.raw) })),
    rejected: rejected.map((part) => ({ ...part, raw: holder(part.raw) })),
  };
}
