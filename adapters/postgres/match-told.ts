import type pg from 'pg';
import { readMatchStates, type MatchState } from './match-states.js';
import type { Computed, Narrowed, Present, Row } from './row.js';

/** What a source says of a group of fields, by field. */
type Values = Readonly<Record<string, string | number | null>>;

interface ConflictColumns {
  readonly fieldGroup: Narrowed<'v_source_conflicts.field_group', 'kickoff' | 'result' | 'venue'>;
  readonly keptSource: Present<'v_source_conflicts.kept_source'>;
  readonly keptValue: Narrowed<'v_source_conflicts.kept_value', Values>;
  readonly otherSource: Present<'v_source_conflicts.other_source'>;
  readonly otherValue: Narrowed<'v_source_conflicts.other_value', Values>;
  readonly since: Present<'v_source_conflicts.since'>;
}

/** Where a source contradicts the one whose word is kept, and since when both have said so. */
export type SourceConflict = Row<ConflictColumns>;

const conflictColumns = `c.field_group as "fieldGroup", c.kept_source as "keptSource", c.kept_value as "keptValue",
  c.other_source as "otherSource", c.other_value as "otherValue", c.since`;

interface NameColumns {
  readonly matchId: 'match_registry.id';
  readonly league: 'leagues.code';
  readonly season: 'match_registry.season';
  readonly home: 'teams.name';
  readonly away: 'teams.name';
}

const nameColumns = `r.id as "matchId", l.code as league, r.season, h.name as home, a.name as away`;
const namesOfMatches = `match_registry r join leagues l on l.id = r.league_id
  join teams h on h.id = r.home_team_id join teams a on a.id = r.away_team_id`;

interface RevisionColumns {
  readonly dataSource: 'fixture_revisions.data_source';
  readonly knownAt: 'fixture_revisions.known_at';
  readonly basis: 'fixture_revisions.known_at_basis';
  readonly matchTime: 'fixture_revisions.match_time';
  readonly precision: 'fixture_revisions.kickoff_precision';
  readonly status: 'fixture_revisions.match_status';
  readonly homeScore: 'fixture_revisions.home_score';
  readonly awayScore: 'fixture_revisions.away_score';
  readonly venue: 'fixture_revisions.venue';
  readonly referee: 'fixture_revisions.referee';
  readonly sourcePresent: 'fixture_revisions.source_present';
}

/** Everything known of one match at an instant. */
export interface MatchTold extends Row<NameColumns> {
  /** Undefined where nothing was known by then. */
  readonly state: MatchState | undefined;
  /** What each source said until then, oldest first. */
  readonly revisions: readonly Row<RevisionColumns>[];
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
  const named = await pool.query<Row<NameColumns>>(
    `select ${nameColumns} from ${namesOfMatches} where r.id = $1`,
    [matchId],
  );
  const [name] = named.rows;
  if (name === undefined) return undefined;
  const about = [matchId, asOf];
  const revisions = await pool.query<Row<RevisionColumns>>(
    `select data_source as "dataSource", known_at as "knownAt", known_at_basis as basis, match_time as "matchTime",
       kickoff_precision as precision, match_status as status, home_score as "homeScore", away_score as "awayScore",
       venue, referee, source_present as "sourcePresent"
     from fixture_revisions where match_id = $1 and known_at <= $2 order by known_at, data_source`,
    about,
  );
  const conflicts = await pool.query<Row<ConflictColumns>>(
    `select ${conflictColumns} from source_conflicts(array[$1::bigint], $2) c order by 1, 4`,
    about,
  );
  const prices = await pool.query<Row<{ n: Computed<number> }>>(
    'select count(*) as n from odds where match_id = $1 and collected_at <= $2 and recorded_at <= $2',
    about,
  );
  return {
    ...name,
    state: (await readMatchStates(pool, [matchId], asOf)).get(matchId),
    revisions: revisions.rows,
    conflicts: conflicts.rows,
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

/** Where sources contradict each other now, the newest contradiction first. */
export async function listConflicts(
  pool: pg.Pool,
  choice: ConflictChoice,
): Promise<Row<NameColumns & ConflictColumns>[]> {
  const { rows } = await pool.query<Row<NameColumns & ConflictColumns>>(
    `select ${nameColumns}, ${conflictColumns}
     from v_source_conflicts c join (${namesOfMatches}) on r.id = c.match_id
     where ($1::text[] is null or l.code = any($1)) and ($2::text[] is null or r.season = any($2))
       and ($3::text is null or c.field_group = $3)
     order by c.since desc, c.match_id, c.field_group, c.other_source limit $4`,
    [choice.leagues ?? null, choice.seasons ?? null, choice.fieldGroup ?? null, choice.limit],
  );
  return rows;
}

interface ConflictCountColumns {
  readonly fieldGroup: Present<'v_source_conflicts.field_group'>;
  readonly matches: Computed<number>;
}

/** On how many matches sources contradict each other now, by group of fields. */
export async function countConflicts(pool: pg.Pool): Promise<Row<ConflictCountColumns>[]> {
  const { rows } = await pool.query<Row<ConflictCountColumns>>(
    `select field_group as "fieldGroup", count(distinct match_id) as matches
     from v_source_conflicts group by field_group order by field_group`,
  );
  return rows;
}
