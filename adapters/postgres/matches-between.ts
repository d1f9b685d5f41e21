import type pg from 'pg';
import type { Instant, KickoffPrecision, MatchStatus } from '../../schemas/values.js';
import { reachingPostgres } from './away.js';
import type { Computed, Narrowed, Row } from './row.js';

interface MatchColumns {
  readonly matchId: 'matches.id';
  readonly kickoff: 'matches.match_time';
  readonly precision: Narrowed<'matches.kickoff_precision', KickoffPrecision>;
  readonly status: Narrowed<'matches.match_status', MatchStatus>;
  /** The source's id of the league. */
  readonly league: 'league_external_ids.external_id';
  /** The source's ids of the match; none where it has not told of it yet. */
  readonly sourceIds: Computed<string[]>;
}

/** A match of a feed's league. */
export type WindowMatch = Row<MatchColumns>;

/** Which matches are meant. */
export interface KickoffQuery {
  readonly dataSource: string;
  /** Our ids. Absent: all. */
  readonly matchIds?: readonly number[] | undefined;
  /** Kick-offs from this instant to the other, both included. */
  readonly from: Instant;
  readonly until: Instant;
}

/** The matches that kick off in a span of time, of the leagues that the source has a name for; by kick-off. What its files lack now is left out. */
export async function readMatchesBetween(
  pool: pg.Pool,
  { dataSource, matchIds, from, until }: KickoffQuery,
): Promise<WindowMatch[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<MatchColumns>>(
      `select m.id as "matchId", m.match_time as kickoff, m.kickoff_precision as precision, m.match_status as status,
         l.external_id as league,
         array(
           select i.source_id
           from match_external_ids x
           join source_match_ids i on i.data_source = x.data_source and i.external_match_id = x.external_id
           where x.match_id = m.id and x.data_source = $1
           order by i.source_id
         ) as "sourceIds"
       from matches m join league_external_ids l on l.league_id = m.league_id and l.data_source = $1
       where m.match_time between $2 and $3 and m.source_present and ($4::bigint[] is null or m.id = any($4))
       order by m.match_time, m.id`,
      [dataSource, new Date(from), new Date(until), matchIds ?? null],
    ),
  );
  return rows;
}
