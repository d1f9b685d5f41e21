import { z } from 'zod';
import { KickoffPrecision, KnownAtBasis, MarketType, MatchStatus, PricePhase, QuoteKind } from '../values.js';
import { AsOf, Id, InstantText, Paging } from './parameters.js';

const Iso = z.iso.datetime();
const Score = z.int().nullable();
const Odds = z.number().nullable();

export const MatchPath = z.object({ match_id: Id });

export const FixturesQuery = z.object({
  from: InstantText.optional().describe('Kick-offs from here; without it, a day ago'),
  to: InstantText.optional().describe('until here; without it, a week after `from`'),
  league: z.string().max(200).optional().describe('Leagues by their code, as E0,D1'),
  team_id: Id.optional(),
  status: MatchStatus.optional(),
  ...AsOf.shape,
  ...Paging.shape,
});

export const FixtureLine = z.object({
  match_id: z.int(),
  league: z.string(),
  season: z.string(),
  home_team_id: z.int(),
  home: z.string(),
  away_team_id: z.int(),
  away: z.string(),
  kick_off: Iso,
  kickoff_precision: KickoffPrecision,
  match_status: MatchStatus,
  home_score: Score,
  away_score: Score,
  venue: z.string().nullable(),
});
export type FixtureLine = z.infer<typeof FixtureLine>;

export const PricesQuery = z.object({
  market: MarketType.optional(),
  bookmaker: z.string().max(100).optional(),
  ...AsOf.shape,
});

export const PriceLine = z.object({
  bookmaker: z.string(),
  data_source: z.string(),
  market: MarketType,
  line: z.number().nullable(),
  quote_kind: QuoteKind,
  price_phase: PricePhase,
  home: Odds,
  draw: Odds,
  away: Odds,
  over: Odds,
  under: Odds,
  suspicious: z.boolean(),
  known_at: Iso,
  recorded_at: Iso,
  known_at_basis: KnownAtBasis,
  raw_id: z.int(),
});
export type PriceLine = z.infer<typeof PriceLine>;

export const PriceHistory = z.object({
  match_id: z.int(),
  kick_off: Iso,
  history: z.array(PriceLine),
  closing: z
    .array(PriceLine)
    .describe(
      'Of each bookmaker and market the price at kick-off: its closing price, or the last that was known before',
    ),
});
export type PriceHistory = z.infer<typeof PriceHistory>;
