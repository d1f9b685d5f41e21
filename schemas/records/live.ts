import { z } from 'zod';
import {
  Instant,
  KickoffPrecision,
  MarketType,
  MatchStatus,
  PricePhase,
  QuoteKind,
  Season,
} from '../values.js';

/** What is collected while the season runs (COL-1). Each kind has its own raw table. */
export const DataKind = z.enum(['fixtures', 'scores', 'odds', 'lineups', 'injuries', 'weather']);
export type DataKind = z.infer<typeof DataKind>;

const name = z.string().trim().min(1);
/** A provider's own id of something, as a text: some write numbers. */
const externalId = z.string().min(1).max(100);
const goals = z.number().int().nonnegative();

const Side = z.object({ externalId: externalId.nullable(), name });
/** A team as a provider names it. */
export type Side = z.infer<typeof Side>;

const Goals = z.object({ home: goals.nullable(), away: goals.nullable() });
/** Goals of both sides; null where the provider states none. */
export type Goals = z.infer<typeof Goals>;

/** A match as a provider's list of fixtures tells it. */
export const ToldFixture = z.object({
  externalId,
  /** The provider's id of the league. */
  league: externalId,
  season: Season,
  /** With precision `day`: the first instant of the day, as the provider states it. */
  kickoff: Instant,
  precision: KickoffPrecision,
  home: Side,
  away: Side,
  status: MatchStatus,
  /** The score at the end of ninety minutes, or as it stands. */
  score: Goals,
  halfTime: Goals,
  venue: z.string().nullable(),
  referee: z.string().nullable(),
});
export type ToldFixture = z.infer<typeof ToldFixture>;

/**
 * Which match a provider means by an id, where no list of fixtures of its own tells it: told once a match and answer, beside the prices or
 * the score. The season is not stated.
 */
export const ToldEvent = z.object({
  externalId,
  /** The provider's id of the league. */
  league: externalId,
  kickoff: Instant,
  home: Side,
  away: Side,
});
export type ToldEvent = z.infer<typeof ToldEvent>;

/** A match in play, or just over, as a feed of scores tells it. */
export const ToldScore = z.object({
  externalId,
  status: MatchStatus,
  /** The minute of play, with time added on beside it: 45 and 2. */
  minute: z.number().int().min(0).max(130).nullable(),
  addedMinutes: z.number().int().min(0).max(30).nullable(),
  score: Goals,
  halfTime: Goals,
  /** When the provider last changed it, where it says so. */
  providerUpdatedAt: Instant.nullable(),
});
export type ToldScore = z.infer<typeof ToldScore>;

/** One market of one bookmaker on one match. Legs that the market does not have are null. */
export const ToldQuote = z.object({
  /** The provider's id of the match. */
  externalId,
  /** As the provider names it. */
  bookmaker: name,
  kind: QuoteKind,
  phase: PricePhase,
  market: MarketType,
  /** Goals of the total, or the handicap given to the home side; null for 1x2. */
  line: z.number().nullable(),
  home: z.number().nullable(),
  draw: z.number().nullable(),
  away: z.number().nullable(),
  over: z.number().nullable(),
  under: z.number().nullable(),
  providerUpdatedAt: Instant.nullable(),
});
export type ToldQuote = z.infer<typeof ToldQuote>;

const Player = z.object({
  externalId: externalId.nullable(),
  name,
  shirtNumber: z.number().int().positive().nullable(),
  /** Goalkeeper, defender, midfielder, forward, where the provider says. */
  position: z.enum(['goalkeeper', 'defender', 'midfielder', 'forward']).nullable(),
});
export type Player = z.infer<typeof Player>;

/** One side's line-up. */
export const ToldLineup = z.object({
  externalId,
  team: Side,
  /** `4-3-3`; null where it is not told. */
  formation: z.string().nullable(),
  coach: z.string().nullable(),
  starting: z.array(Player),
  bench: z.array(Player),
});
export type ToldLineup = z.infer<typeof ToldLineup>;

/** A player who misses a match, or may. */
export const ToldInjury = z.object({
  /** Of the match that is missed; null where the provider tells of the player alone. */
  externalId: externalId.nullable(),
  team: Side,
  player: Player,
  certainty: z.enum(['out', 'doubtful']),
  reason: z.string().nullable(),
});
export type ToldInjury = z.infer<typeof ToldInjury>;

/** By what a match's place is known: its own ground as a source tells it, or the ground where its home club plays, where none does. */
export type PlaceBasis = 'venue' | 'home_ground';

/** The weather of one hour at one place. */
export const ToldWeather = z.object({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  /** The beginning of the hour. */
  at: Instant,
  /** A forecast, or what was measured. */
  basis: z.enum(['forecast', 'measured']),
  temperatureC: z.number().nullable(),
  windSpeedKmh: z.number().nonnegative().nullable(),
  windGustKmh: z.number().nonnegative().nullable(),
  precipitationMm: z.number().nonnegative().nullable(),
  humidityPercent: z.number().min(0).max(100).nullable(),
  /** The WMO's code of present weather, 0 to 99. */
  weatherCode: z.number().int().min(0).max(99).nullable(),
});
export type ToldWeather = z.infer<typeof ToldWeather>;
