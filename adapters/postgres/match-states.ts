import type pg from 'pg';
import { z } from 'zod';
import { KickoffPrecision, MatchStatus } from '../../schemas/values.js';

const Source = z.string().nullable();
const Score = z.number().int().nullable();

/** A match as known at an instant, and whose word each group of fields is. */
export const MatchState = z.object({
  matchId: z.number().int(),
  matchTime: z.date(),
  kickoffPrecision: KickoffPrecision,
  kickoffSource: z.string(),
  matchStatus: MatchStatus,
  homeScore: Score,
  awayScore: Score,
  resultSource: z.string(),
  homeHalfTimeScore: Score,
  awayHalfTimeScore: Score,
  halfTimeSource: Source,
  venue: Source,
  venueSource: Source,
  referee: Source,
  refereeSource: Source,
  /** False where every source that spoke of the match has dropped it. */
  sourcePresent: z.boolean(),
  /** How many sources had spoken of it. */
  sources: z.number().int(),
});
export type MatchState = z.infer<typeof MatchState>;

/**
 * The one read of matches as of an instant: of each source the latest word with `known_at` not after it, then the precedence of sources
 * per field (schemas/source-precedence.ts). By match id; a match of which nothing was known by then is not there. Without an
 * instant, as everything known makes it: the current rows of `matches`.
 */
export async function readMatchStates(
  client: pg.Pool | pg.ClientBase,
  matchIds: readonly number[],
  asOf: Date | 'infinity' = 'infinity',
): Promise<ReadonlyMap<number, MatchState>> {
  const { rows } = await client.query(
    `select match_id as "matchId", match_time as "matchTime", kickoff_precision as "kickoffPrecision",
       kickoff_source as "kickoffSource", match_status as "matchStatus", home_score as "homeScore",
       away_score as "awayScore", result_source as "resultSource", home_ht_score as "homeHalfTimeScore",
       away_ht_score as "awayHalfTimeScore", half_time_source as "halfTimeSource", venue, venue_source as "venueSource",
       referee, referee_source as "refereeSource", source_present as "sourcePresent", sources
     from match_states($1, $2)`,
    [matchIds, asOf],
  );
  return new Map(
    rows.map((row) => {
      const state = MatchState.parse(row);
      return [state.matchId, state];
    }),
  );
}
