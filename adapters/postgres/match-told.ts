import type pg from 'pg';
import { z } from 'zod';
import { readMatchStates, type MatchState } from './match-states.js';
import type { Computed, Row } from './row.js';

/** Where a source contradicts the one whose word is kept, and since when both have said so. */
export const SourceConflict = z.object({
  fieldGroup: z.enum(['kickoff', 'result', 'venue']),
  keptSource: z.string(),
  keptValue: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  otherSource: z.string(),
  otherValue: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  since: z.date(),
});
export type SourceConflict = z.infer<typeof SourceConflict>;

const conflictColumns = `c.field_group as "fieldGroup", c.kept_source as "keptSource", c.kept_value as "keptValue",
  c.other_source as "otherSource", c.other_value as "otherValue", c.since`;

const MatchName = z.object({
  matchId: z.number(),
  league: z.string(),
  season: z.string(),
  home: z.string(),
  away: z.string(),
});

const nameColumns = `r.id as "matchId", l.code as league, r.season, h.name as home, a.name as away`;
const namesOfMatches = `match_registry r join leagues l on l.id = r.league_id
  join teams h on h.id = r.home_team_id join teams a on a.id = r.away_team_id`;

const Goals = z.number().nullable();
const Revision = z.object({
  dataSource: z.string(),
  knownAt: z.date(),
  basis: z.string(),
  matchTime: z.date(),
  precision: z.string(),
  status: z.string(),
  homeScore: Goals,
  awayScore: Goals,
  venue: z.string().nullable(),
  referee: z.string().nullable(),
  sourcePresent: z.boolean(),
});

/** Everything known of one match at an instant. */
export interface MatchTold extends z.infer<typeof MatchName> {
  /** Undefined where nothing was known by then. */
  readonly state: MatchState | undefined;
  /** What each source said until then, oldest first. */
  readonly revisions: readonly z.infer<typeof Revision>[];
  readonly conflicts: readonly SourceConflict[];
  /** How many quotes of it were known. */
  readonly prices: number;
}

/** Reads a match as of an instant, with what each source said of it. Undefined where no match has the id. */
export async function readMatchTold(
  pool: pg.Pool,
  matchId: number,
  asOf: Date | 'infinity',
): Promise<MatchTold | undefined> {
  const named = await pool.query(`select ${nameColumns} from ${namesOfMatches} where r.id = $1`, [matchId]);
  if (named.rows.length === 0) return undefined;
  const about = [matchId, asOf];
  const revisions = await pool.query(
    `select data_source as "dataSource", known_at as "knownAt", known_at_basis as basis, match_time as "matchTime",
       kickoff_precision as precision, match_status as status, home_score as "homeScore", away_score as "awayScore",
       venue, referee, source_present as "sourcePresent"
     from fixture_revisions where match_id = $1 and known_at <= $2 order by known_at, data_source`,
    about,
  );
  const conflicts = await pool.query(
    `select ${conflictColumns} from source_conflicts(array[$1::bigint], $2) c order by 1, 4`,
    about,
  );
  const prices = await pool.query<Row<{ n: Computed<number> }>>(
    'select count(*) as n from odds where match_id = $1 and collected_at <= $2 and recorded_at <= $2',
    about,
  );
  return {
    ...MatchName.parse(named.rows[0]),
    state: (await readMatchStates(pool, [matchId], asOf)).get(matchId),
    revisions: z.array(Revision).parse(revisions.rows),
    conflicts: z.array(SourceConflict).parse(conflicts.rows),
    prices: prices.rows[0]?.n ?? 0,
  };
}

/** Which contradictions are read; a filter that is not given takes all. */
export interface ConflictChoice {
  readonly leagues?: readonly string[] | undefined;
  readonly seasons?: readonly string[] | undefined;
  readonly fieldGroup?: SourceConflict['fieldGroup'] | undefined;
  readonly limit: number;
}

const NamedConflict = MatchName.extend(SourceConflict.shape);
export type NamedConflict = z.infer<typeof NamedConflict>;

/** Where sources contradict each other now, the newest contradiction first. */
export async function listConflicts(pool: pg.Pool, choice: ConflictChoice): Promise<NamedConflict[]> {
  const { rows } = await pool.query(
    `select ${nameColumns}, ${conflictColumns}
     from v_source_conflicts c join (${namesOfMatches}) on r.id = c.match_id
     where ($1::text[] is null or l.code = any($1)) and ($2::text[] is null or r.season = any($2))
       and ($3::text is null or c.field_group = $3)
     order by c.since desc, c.match_id, c.field_group, c.other_source limit $4`,
    [choice.leagues ?? null, choice.seasons ?? null, choice.fieldGroup ?? null, choice.limit],
  );
  return z.array(NamedConflict).parse(rows);
}

const ConflictCount = z.object({ fieldGroup: z.string(), matches: z.number() });

/** On how many matches sources contradict each other now, by group of fields. */
export async function countConflicts(pool: pg.Pool): Promise<z.infer<typeof ConflictCount>[]> {
  const { rows } = await pool.query(
    `select field_group as "fieldGroup", count(distinct match_id) as matches
     from v_source_conflicts group by field_group order by field_group`,
  );
  return z.array(ConflictCount).parse(rows);
}
