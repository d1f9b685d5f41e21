import type { z } from 'zod';
import {
  Envelope,
  type MatchEnvelope,
  type OddsEnvelope,
  type ScoresEnvelope,
} from '../../../schemas/events/envelope.js';
import type { ToldEvent, ToldQuote, ToldScore } from '../../../schemas/records/live.js';
import { instantFromIso } from '../../../schemas/values.js';

/** The first thing that is wrong with an envelope: `data.match_id: Required`. */
export function whatIsWrong(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'is no envelope' : `${issue.path.join('.') || 'envelope'}: ${issue.message}`;
}

/** An envelope, or why it is none. */
export type EnvelopeReading = { readonly envelope: Envelope } | { readonly reason: string };

/** Reads what JSON says as an envelope of any kind. Never throws. */
export function readEnvelope(value: unknown): EnvelopeReading {
  const read = Envelope.safeParse(value);
  return read.success ? { envelope: read.data } : { reason: whatIsWrong(read.error) };
}

export const quoteOf = ({ data }: OddsEnvelope): ToldQuote => ({
  externalId: data.match_id,
  bookmaker: data.bookmaker,
  kind: 'book',
  phase: 'prematch',
  market: data.market_type,
  line: data.line_value,
  home: data.home_odds,
  draw: data.draw_odds,
  away: data.away_odds,
  over: data.over_odds,
  under: data.under_odds,
  providerUpdatedAt: null,
});

export const scoreOf = ({ data, timestamp }: ScoresEnvelope): ToldScore => ({
  externalId: data.match_id,
  status: data.match_status,
  minute: data.match_minute,
  addedMinutes: null,
  score: { home: data.home_score, away: data.away_score },
  halfTime: { home: data.home_ht_score, away: data.away_ht_score },
  providerUpdatedAt: instantFromIso(timestamp),
});

export const eventOf = ({ data }: MatchEnvelope): ToldEvent => ({
  externalId: data.match_id,
  league: data.league_id,
  kickoff: instantFromIso(data.match_time),
  home: { externalId: data.home_team_id, name: data.home_team_name ?? data.home_team_id },
  away: { externalId: data.away_team_id, name: data.away_team_name ?? data.away_team_id },
});
