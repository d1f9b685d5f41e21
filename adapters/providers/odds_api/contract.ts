import { z } from 'zod';
import { ToldEvent, ToldQuote } from '../../../schemas/records/live.js';

/** A text that says something, as it came. */
const text = z.string().regex(/\S/, 'is blank');
const time = z.iso.datetime({ offset: true, error: 'is not a time' });

// Loose, not to take note of unknown fields but to keep them: what is stored of a quote is the event with that price alone.

/** A match: all that the list of events says of it, and the head of its odds. */
export const Event = z.looseObject({
  id: ToldEvent.shape.externalId,
  sport_key: ToldEvent.shape.league,
  sport_title: z.string().nullish(),
  commence_time: time,
  home_team: text,
  away_team: text,
});
export type Event = z.infer<typeof Event>;

export const Bookmaker = z.looseObject({
  key: ToldQuote.shape.bookmaker,
  title: z.string().nullish(),
  /** Of all its markets; theirs is the finer one. */
  last_update: time.nullish(),
});
export type Bookmaker = z.infer<typeof Bookmaker>;

export const Market = z.looseObject({ key: text, last_update: time.nullish() });
export type Market = z.infer<typeof Market>;

export const Outcome = z.looseObject({
  /** A team, `Draw`, `Over` or `Under`. */
  name: text,
  /** Decimal. */
  price: z.number(),
  /** Goals of a total, or the handicap given to the team that is named. */
  point: z.number().nullish(),
});
export type Outcome = z.infer<typeof Outcome>;

// Each list is read entry by entry, so that one of them cannot break the others.
export const EventWithOdds = Event.extend({ bookmakers: z.array(z.unknown()) });
export const BookmakerWithMarkets = Bookmaker.extend({ markets: z.array(z.unknown()) });
export const MarketWithOutcomes = Market.extend({ outcomes: z.array(z.unknown()) });

/** `GET /v4/sports/{sport}/odds`, whole. */
export const OddsBody = z.array(
  Event.extend({
    bookmakers: z.array(
      Bookmaker.extend({ markets: z.array(Market.extend({ outcomes: z.array(Outcome) })) }),
    ),
  }),
);

/** `GET /v4/sports/{sport}/events`. */
export const EventsBody = z.array(Event);
