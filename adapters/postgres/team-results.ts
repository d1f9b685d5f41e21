import type pg from 'pg';
import { z } from 'zod';
import { reachingPostgres } from './away.js';
import type { Row } from './row.js';

/** A completed match, as one of its teams saw it. */
export const TeamResult = z.object({
  matchId: z.number().int(),
  kickOff: z.date(),
  opponentId: z.number().int(),
  opponent: z.string(),
  atHome: z.boolean(),
  goalsFor: z.number().int(),
  goalsAgainst: z.number().int(),
});

export type TeamResult = z.infer<typeof TeamResult>;

export interface ResultsAsked {
  readonly teamId: number;
  /** Matches that began before it; a match says nothing of itself. */
  readonly before: Date;
  /** And not before this. */
  readonly from?: Date | undefined;
  /** Those against it alone. */
  readonly opponentId?: number | undefined;
  readonly atMost?: number | undefined;
}

/**
 * The results of a team as known at an instant, the newest first, by the rules of gold: completed, with a score, still had by a source, not in quarantine. Of the
 * same kick-off the later id counts as newer.
 */
export async function readTeamResults(
  pool: pg.Pool,
  { teamId, before, from, opponentId, atMost }: ResultsAsked,
  asOf: Date | 'infinity',
): Promise<TeamResult[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query(
      `select s.match_id as "matchId", s.match_time as "kickOff", o.id as "opponentId", o.name as opponent,
         r.home_team_id = $1 as "atHome",
         case when r.home_team_id = $1 then s.home_score else s.away_score end as "goalsFor",
         case when r.home_team_id = $1 then s.away_score else s.home_score end as "goalsAgainst"
       from match_states(array(
         select id from match_registry
         where $1 in (home_team_id, away_team_id) and ($6::integer is null or $6 in (home_team_id, away_team_id))
       ), $2) s
       join match_registry r on r.id = s.match_id
       join teams o on o.id = case when r.home_team_id = $1 then r.away_team_id else r.home_team_id end
       where s.match_status = 'completed' and s.source_present and s.home_score is not null and s.away_score is not null
         and s.match_time < $3 and ($4::timestamptz is null or s.match_time >= $4)
         and s.match_id not in (select match_id from quarantined_rows where table_name = 'matches')
       order by s.match_time desc, s.match_id desc limit $5`,
      [teamId, asOf, before, from ?? null, atMost ?? null, opponentId ?? null],
    ),
  );
  return rows.map((row) => TeamResult.parse(row));
}

interface TeamColumns {
  readonly teamId: 'teams.id';
  readonly name: 'teams.name';
  readonly country: 'teams.country';
  readonly leagueId: 'teams.league_id';
  readonly homeVenue: 'teams.home_venue';
}

/** A team by its id (FEAT-2); undefined where there is none. */
export async function readTeam(pool: pg.Pool, teamId: number): Promise<Row<TeamColumns> | undefined> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<TeamColumns>>(
      `select id as "teamId", name, country, league_id as "leagueId", home_venue as "homeVenue" from teams where id = $1`,
      [teamId],
    ),
  );
  return rows[0];
}
