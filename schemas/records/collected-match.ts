import { z } from 'zod';
import {
  CalendarDate,
  MarketType,
  MatchStatus,
  PricePhase,
  QuoteKind,
  Season,
  TimeOfDay,
} from '../values.js';

const count = z.number().int().nonnegative();

/** A quote as the provider gives it, before any rule of ours: prices are numbers, blank legs are null. */
export const CollectedQuote = z.object({
  bookmaker: z.string().min(1),
  kind: QuoteKind,
  phase: PricePhase,
  market: MarketType,
  line: z.number().nullable(),
  home: z.number().nullable(),
  draw: z.number().nullable(),
  away: z.number().nullable(),
  over: z.number().nullable(),
  under: z.number().nullable(),
});
export type CollectedQuote = z.infer<typeof CollectedQuote>;

export const MatchStatistics = z.object({
  homeShots: count.nullable(),
  awayShots: count.nullable(),
  homeShotsOnTarget: count.nullable(),
  awayShotsOnTarget: count.nullable(),
  homeCorners: count.nullable(),
  awayCorners: count.nullable(),
  homeFouls: count.nullable(),
  awayFouls: count.nullable(),
  homeYellowCards: count.nullable(),
  awayYellowCards: count.nullable(),
  homeRedCards: count.nullable(),
  awayRedCards: count.nullable(),
});
export type MatchStatistics = z.infer<typeof MatchStatistics>;

/** What one payload of a provider says of one match, in the provider's own names, dates and zone. */
export const CollectedMatch = z.object({
  division: z.string().min(1),
  season: Season,
  date: CalendarDate,
  /** Null where the source gives no time of day. */
  time: TimeOfDay.nullable(),
  /** The IANA zone in which `time` is given. */
  timeZone: z.string(),
  homeTeam: z.string().min(1),
  awayTeam: z.string().min(1),
  /** What the source says became of the match; null where it does not, and the score alone tells. */
  status: MatchStatus.nullable(),
  homeScore: z.number().int().nullable(),
  awayScore: z.number().int().nullable(),
  homeHalfTimeScore: z.number().int().nullable(),
  awayHalfTimeScore: z.number().int().nullable(),
  /** The result as the source states it beside the score; null where it does not. */
  statedResult: z.enum(['H', 'D', 'A']).nullable(),
  referee: z.string().nullable(),
  venue: z.string().nullable(),
  statistics: MatchStatistics.nullable(),
  quotes: z.array(CollectedQuote),
});
export type CollectedMatch = z.infer<typeof CollectedMatch>;

/** A field that could not be read. The rest of the payload stands. */
export const FieldProblem = z.object({ field: z.string(), text: z.string(), reason: z.string() });
export type FieldProblem = z.infer<typeof FieldProblem>;

/** As much of which match it is as an unreadable payload still tells; null where that part cannot be read. */
export interface PartialIdentity {
  readonly division: string;
  readonly season: Season | null;
  readonly date: CalendarDate | null;
  readonly homeTeam: string | null;
  readonly awayTeam: string | null;
  /** The source's own id of the match; absent where it has none, or it cannot be read. */
  readonly sourceId?: string | undefined;
}

/** The outcome of reading one payload. `unreadable` payloads are held, whole. */
export type ReadOutcome =
  | { readonly kind: 'read'; readonly match: CollectedMatch; readonly problems: readonly FieldProblem[] }
  | {
      readonly kind: 'unreadable';
      readonly field: string;
      readonly text: string;
      readonly reason: string;
      /** Where something of it can be told: the match stays present in its file, although the row is held. */
      readonly identity?: PartialIdentity;
    };
