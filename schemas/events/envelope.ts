import { z } from 'zod';
import { MarketType, MatchStatus } from '../values.js';

/** The version that is written. Readers take older ones, and fields that they do not know. */
export const schemaVersion = 1;

const identifier = z.union([z.string().trim().min(1).max(100), z.int().nonnegative().transform(String)]);
const name = z.string().trim().min(1).max(100);
const iso = z.iso.datetime({ offset: true });
/** Whether a price can be true is refine's to say: what it holds is in bronze, and can be released. */
const optionalPrice = z
  .number()
  .nullish()
  .transform((value) => value ?? null);
const goals = z
  .int()
  .min(0)
  .max(99)
  .nullish()
  .transform((value) => value ?? null);
const minute = z
  .int()
  .min(0)
  .max(130)
  .nullish()
  .transform((value) => value ?? null);
const optionalName = name.nullish().transform((value) => value ?? null);

const head = {
  /** When the source said it, in UTC. */
  timestamp: iso.refine((text) => text.endsWith('Z'), 'is not written with Z'),
  /** Who says it: of a producer that we do not run, one of `KAFKA_SOURCES`. */
  source: name,
  schema_version: z.int().min(1).default(1),
};

/** What a message on matches-stream says (STRM-3). Teams and leagues are in the words of its source. */
export const MatchEnvelope = z.looseObject({
  ...head,
  data_type: z.literal('match'),
  data: z.looseObject({
    match_id: identifier,
    home_team_id: name,
    away_team_id: name,
    /** What the teams are called, where their ids are no names. */
    home_team_name: optionalName,
    away_team_name: optionalName,
    league_id: name,
    season: optionalName,
    match_time: iso,
    match_status: MatchStatus.nullish().transform((value) => value ?? null),
    venue: optionalName,
    referee: optionalName,
  }),
});
export type MatchEnvelope = z.output<typeof MatchEnvelope>;

/** What a message on odds-stream says. A market other than 1x2 has a line and the legs that it has. */
export const OddsEnvelope = z.looseObject({
  ...head,
  data_type: z.literal('odds'),
  bookmaker: name,
  market_type: MarketType,
  data: z.looseObject({
    match_id: identifier,
    bookmaker: name,
    market_type: MarketType,
    line_value: z
      .number()
      .min(-99)
      .max(99)
      .nullish()
      .transform((value) => value ?? null),
    home_odds: optionalPrice,
    draw_odds: optionalPrice,
    away_odds: optionalPrice,
    over_odds: optionalPrice,
    under_odds: optionalPrice,
    collected_at: iso,
  }),
});
export type OddsEnvelope = z.output<typeof OddsEnvelope>;

/** What a message on scores-stream says. */
export const ScoresEnvelope = z.looseObject({
  ...head,
  data_type: z.literal('scores'),
  match_status: MatchStatus,
  match_minute: minute,
  data: z.looseObject({
    match_id: identifier,
    match_status: MatchStatus,
    home_score: goals,
    away_score: goals,
    match_minute: minute,
    home_ht_score: goals,
    away_ht_score: goals,
  }),
});
export type ScoresEnvelope = z.output<typeof ScoresEnvelope>;

/** What a message says, whichever of the three topics carries it. */
export const Envelope = z.discriminatedUnion('data_type', [MatchEnvelope, OddsEnvelope, ScoresEnvelope]);
export type Envelope = z.output<typeof Envelope>;
