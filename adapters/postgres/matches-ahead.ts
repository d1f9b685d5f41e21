import type pg from 'pg';
import type { Instant } from '../../schemas/values.js';
import type { Row } from './row.js';

interface MatchAheadColumns {
  readonly matchId: 'matches.id';
  readonly kickoff: 'matches.match_time';
  readonly league: 'leagues.code';
  readonly season: 'matches.season';
  readonly dataSource: 'league_external_ids.data_source';
  /** The source's name of the league. */
  readonly division: 'league_external_ids.external_id';
  /** The source's own id of the match; null where it has none, or has not told of the match. */
  readonly sourceId: 'source_match_ids.source_id' | null;
}

/** A match that is still to be played, as one of the sources asked for knows it. */
export type MatchAhead = Row<MatchAheadColumns>;

/** The matches that begin after one instant and until another, once for each of the sources that has a name for their league. */
export async function matchesAhead(
  pool: pg.Pool,
  { dataSources, after, until }: { dataSources: readonly string[]; after: Instant; until: Instant },
): Promise<MatchAhead[]> {
  const { rows } = await pool.query<Row<MatchAheadColumns>>(
    `select m.id as "matchId", m.match_time as kickoff, l.code as league, m.season, d.data_source as "dataSource",
       d.external_id as division, s.source_id as "sourceId"
     from matches m
     join leagues l on l.id = m.league_id
     join league_external_ids d on d.league_id = m.league_id and d.data_source = any($1)
     left join lateral (
       select i.source_id
       from match_external_ids x
       join source_match_ids i on i.data_source = x.data_source and i.external_match_id = x.external_id
       where x.match_id = m.id and x.data_source = d.data_source
       order by i.created_at desc, i.source_id limit 1
     ) as s on true
     where m.match_time > $2 and m.match_time <= $3 and m.match_status = 'scheduled' and m.source_present
     order by m.match_time, m.id, d.data_source`,
    [dataSources, new Date(after), new Date(until)],
  );
  return rows;
}
