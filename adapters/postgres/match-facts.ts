import type pg from 'pg';
import type { Computed, Row } from './row.js';

/** The columns of a {@link MatchPlace}. */
export interface MatchPlaceColumns {
  readonly kickoff: 'matches.match_time';
  readonly precision: 'matches.kickoff_precision';
  readonly country: 'leagues.country';
  readonly venue: 'matches.venue';
  /** Whatever the home team is called. */
  readonly homeNames: Computed<string[]>;
}

/** When and where a match is played and who is at home. */
export type MatchPlace = Row<MatchPlaceColumns>;

/** How they are selected, of `matches m` and its `leagues l`. */
export const placeColumns = `m.match_time as kickoff, m.kickoff_precision as precision, l.country, m.venue,
  array(
    select name from teams where id = m.home_team_id
    union
    select alias from team_aliases where team_id = m.home_team_id
    union
    select substr(e.external_id, length(t.country) + 2)
    from team_external_ids e join teams t on t.id = e.team_id where e.team_id = m.home_team_id
  ) as "homeNames"`;

/** When and where a match is played and who is at home, by what its sources say now; undefined where no match has the id. */
export async function whenAndWhere(pool: pg.Pool, matchId: number): Promise<MatchPlace | undefined> {
  const { rows } = await pool.query<Row<MatchPlaceColumns>>(
    `select ${placeColumns}
     from matches m join leagues l on l.id = m.league_id where m.id = $1`,
    [matchId],
  );
  return rows[0];
}

/** The id that a source has for a match, the newest where it has several; undefined where it told of none. */
export async function sourceIdOf(
  pool: pg.Pool,
  matchId: number,
  dataSource: string,
): Promise<string | undefined> {
  const { rows } = await pool.query<Row<{ sourceId: 'source_match_ids.source_id' }>>(
    `select i.source_id as "sourceId"
     from match_external_ids x
     join source_match_ids i on i.data_source = x.data_source and i.external_match_id = x.external_id
     where x.match_id = $1 and x.data_source = $2
     order by i.created_at desc, i.source_id limit 1`,
    [matchId, dataSource],
  );
  return rows[0]?.sourceId;
}
