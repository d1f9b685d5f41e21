import { z } from 'zod';
import { KickoffPrecision, KnownAtBasis, MatchStatus } from '../values.js';
import { FixtureLine } from './matches.js';
import { AsOf } from './parameters.js';

const Iso = z.iso.datetime();
const Whole = z.int().nullable();
const Said = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

export const MatchQuery = z.object({ ...AsOf.shape });

/** One word of one source on a match. */
export const RevisionLine = z.object({
  data_source: z.string(),
  known_at: Iso,
  known_at_basis: KnownAtBasis,
  kick_off: Iso,
  kickoff_precision: KickoffPrecision,
  match_status: MatchStatus,
  home_score: Whole,
  away_score: Whole,
  venue: z.string().nullable(),
  referee: z.string().nullable(),
  source_present: z.boolean().describe('False: the source has dropped the match'),
});
export type RevisionLine = z.infer<typeof RevisionLine>;

export const ConflictLine = z.object({
  field_group: z.enum(['kickoff', 'result', 'venue']),
  kept_source: z.string(),
  kept_value: Said,
  other_source: z.string(),
  other_value: Said,
  since: Iso,
});

/** What a source counted in a match. */
export const StatisticLine = z.object({
  data_source: z.string(),
  known_at: Iso,
  known_at_basis: KnownAtBasis,
  home_shots: Whole,
  away_shots: Whole,
  home_shots_on_target: Whole,
  away_shots_on_target: Whole,
  home_corners: Whole,
  away_corners: Whole,
  home_fouls: Whole,
  away_fouls: Whole,
  home_yellow_cards: Whole,
  away_yellow_cards: Whole,
  home_red_cards: Whole,
  away_red_cards: Whole,
  raw_id: z.int(),
});
export type StatisticLine = z.infer<typeof StatisticLine>;

/** What a provider told beside fixtures and prices: as it came. */
export const FactLine = z.object({
  data_source: z.string(),
  record_key: z.string().describe('What it is about within the match'),
  known_at: Iso,
  last_seen_at: Iso.describe('When it was last seen unchanged, as far as `as_of` looks'),
  raw_id: z.int(),
  content_hash: z.string(),
  payload: z.unknown().describe('As the provider wrote it'),
});
export type FactLine = z.infer<typeof FactLine>;

/** A result, as a team saw it. */
export const GameLine = z.object({
  match_id: z.int(),
  kick_off: Iso,
  opponent_id: z.int(),
  opponent: z.string(),
  at_home: z.boolean(),
  goals_for: z.int(),
  goals_against: z.int(),
  result: z.enum(['win', 'draw', 'loss']),
});
export type GameLine = z.infer<typeof GameLine>;

export const MatchLine = FixtureLine.extend({
  home_half_time_score: Whole,
  away_half_time_score: Whole,
  referee: z.string().nullable(),
  source_present: z.boolean(),
  sources: z.int().describe('How many sources had spoken of it'),
  kickoff_source: z.string(),
  result_source: z.string(),
  prices: z.int().describe('How many prices of it were known'),
});

export const MatchToldAnswer = z.object({
  as_of: Iso.nullable().describe('The instant that was asked about; null: now'),
  match: MatchLine,
  revisions: z.array(RevisionLine).describe('What each source said until then, oldest first'),
  conflicts: z.array(ConflictLine).describe('Where a source contradicts the one whose word is kept'),
  statistics: z.array(StatisticLine).describe('Of each source its last word'),
  line_ups: z.array(FactLine),
  injuries: z.array(FactLine),
  weather: z.array(FactLine),
  form: z
    .object({ home: z.array(GameLine), away: z.array(GameLine) })
    .describe('The last five results of each team before the kick-off, newest first'),
  meetings: z
    .array(GameLine)
    .describe('The last ten results between the two teams before the kick-off, as the home team saw them'),
});
