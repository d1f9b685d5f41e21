import type pg from 'pg';

/** The rows of each table as text, sorted, without surrogate ids and without the times of insertion. */
export type TableLines = ReadonlyMap<string, readonly string[]>;

/** How many rows each table has, and a sum over their hashes: equal for equal rows, whatever their order. */
export type TableFingerprints = ReadonlyMap<string, string>;

const matchKeys = `(select r.id, concat_ws('/', l.code, r.season, h.name, a.name, r.ordinal) as key
  from match_registry r join leagues l on l.id = r.league_id
  join teams h on h.id = r.home_team_id join teams a on a.id = r.away_team_id)`;
const rawKey = `encode(w.dedup_key, 'hex')`;

const clauses = {
  source_editions: `e.data_source, e.uri, e.edition_no, e.file_kind, e.season, e.division, e.sha256, e.edition_time,
    e.edition_time_basis, e.encoding, e.header, e.row_count, e.stored_count, e.duplicate_count, e.held_count
    from source_editions e`,
  raw_match_data: `w.data_source, w.external_match_id, w.external_league_id, w.match_time, w.raw_data,
    encode(w.content_hash, 'hex'), ${rawKey}, w.processed, w.process_status, w.process_error
    from raw_match_data w`,
  raw_odds_data: `w.data_source, w.external_match_id, w.record_key, ${rawKey}, w.collected_at, w.last_seen_at, w.processed,
    w.process_status, w.process_error from raw_odds_data w`,
  edition_rows: `e.data_source, e.uri, e.edition_no, t.row_no, ${rawKey}
    from edition_rows t join source_editions e on e.id = t.edition_id join raw_match_data w on w.id = t.raw_id`,
  leagues: `t.code, t.name, t.country, t.level, t.time_zone, t.is_simulated from leagues t`,
  league_external_ids: `t.data_source, t.external_id, l.code
    from league_external_ids t join leagues l on l.id = t.league_id`,
  teams: `t.country, t.name, l.code, t.home_venue from teams t left join leagues l on l.id = t.league_id`,
  team_external_ids: `t.data_source, t.external_id, c.country, c.name
    from team_external_ids t join teams c on c.id = t.team_id`,
  match_registry: `k.key, t.match_time from match_registry t join ${matchKeys} k using (id)`,
  match_external_ids: `t.data_source, t.external_id, k.key
    from match_external_ids t join ${matchKeys} k on k.id = t.match_id`,
  raw_scores_data: `w.data_source, w.external_match_id, w.collected_at, w.raw_data, ${rawKey}, w.processed, w.process_status,
    w.process_error
    from raw_scores_data w`,
  matches: `k.key, t.match_time, t.kickoff_precision, t.match_status, t.home_score, t.away_score, t.home_ht_score,
    t.away_ht_score, t.minute, t.venue, t.referee, t.weather, t.source_present
    from matches t join ${matchKeys} k using (id)`,
  fixture_revisions: `k.key, t.data_source, t.known_at, t.known_at_basis, ${rawKey}, e.uri, e.edition_no, t.match_time,
    t.kickoff_precision, t.match_status, t.home_score, t.away_score, t.home_ht_score, t.away_ht_score, t.venue,
    t.referee, t.source_present, encode(s.dedup_key, 'hex')
    from fixture_revisions t join ${matchKeys} k on k.id = t.match_id join raw_match_data w on w.id = t.raw_id
    left join raw_scores_data s on s.id = t.raw_score_id
    left join source_editions e on e.id = t.edition_id`,
  match_statistics: `k.key, t.data_source, t.known_at, t.known_at_basis, ${rawKey}, t.home_shots, t.away_shots,
    t.home_shots_on_target, t.away_shots_on_target, t.home_corners, t.away_corners, t.home_fouls, t.away_fouls,
    t.home_yellow_cards, t.away_yellow_cards, t.home_red_cards, t.away_red_cards
    from match_statistics t join ${matchKeys} k on k.id = t.match_id join raw_match_data w on w.id = t.raw_id`,
  odds: `k.key, t.data_source, t.bookmaker, t.market_type, t.quote_kind, t.price_phase, t.line_value, t.home_odds,
    t.draw_odds, t.away_odds, t.over_odds, t.under_odds, t.suspicious_odds, t.collected_at, t.recorded_at,
    t.known_at_basis, t.provider_updated_at, ${rawKey}, encode(p.dedup_key, 'hex')
    from odds t join ${matchKeys} k on k.id = t.match_id join raw_match_data w on w.id = t.raw_id
    left join raw_odds_data p on p.id = t.raw_odds_id`,
  odds_last_seen: `k.key, t.data_source, t.bookmaker, t.market_type, t.price_phase, t.line_value, t.last_seen_at
    from odds_last_seen t join ${matchKeys} k on k.id = t.match_id`,
  data_quality_logs: `t.table_name, t.error_type, t.severity, said.data, t.error_message, t.status,
    t.requires_manual_review,
    case when t.error_type = 'source_conflict' then k.key else encode(t.finding_key, 'hex') end
    from data_quality_logs t left join ${matchKeys} k on t.error_type = 'source_conflict' 
      and k.id = (t.error_data ->> 'match_id')::bigint
    cross join lateral (select coalesce(jsonb_set(t.error_data - 'match_id', '{candidates}', (
      select jsonb_agg(candidate - 'teamId' order by place)
      from jsonb_array_elements(t.error_data -> 'candidates') with ordinality as c (candidate, place)), false),
      t.error_data - 'match_id')) as said (data)`,
} as const;

/** What people said and what came of it: a name's way to its team, and every move of a finding. */
const reviewClauses = {
  team_external_ids: `t.data_source, t.external_id, c.name, t.basis, t.added_by, t.reason
    from team_external_ids t join teams c on c.id = t.team_id`,
  team_aliases: `t.country, t.alias, c.name, t.added_by, t.reason
    from team_aliases t join teams c on c.id = t.team_id`,
  data_quality_logs: `encode(t.finding_key, 'hex'), t.status, t.released, t.handled_by, t.resolution_notes
    from data_quality_logs t where t.error_type <> 'source_conflict'`,
  review_transitions: `encode(q.finding_key, 'hex'), t.action, t.from_status, t.to_status, t.by, t.why,
    t.details - 'teamId', c.name
    from review_transitions t join data_quality_logs q on q.id = t.finding_id
    left join teams c on c.id = (t.details ->> 'teamId')::integer`,
} as const;

/** A table of bronze or silver that is compared. */
export type ComparedTable = keyof typeof clauses;

/** `a, b from t` as one text a row: `(a,b)`. */
function asLine(clause: string): string {
  const at = /\bfrom\b/.exec(clause)?.index ?? clause.length;
  return `select row(${clause.slice(0, at)})::text as line ${clause.slice(at)}`;
}

/** Bronze and silver, for tables that fit in memory. Expects a session in UTC. */
export const readTables = (pool: pg.Pool): Promise<TableLines> => readLines(pool, clauses);

/** Who answered what about names and findings, when left out. Two runs have the same where the same was answered. */
export const readReview = (pool: pg.Pool): Promise<TableLines> => readLines(pool, reviewClauses);

async function readLines(pool: pg.Pool, chosen: Readonly<Record<string, string>>): Promise<TableLines> {
  const lines = new Map<string, readonly string[]>();
  for (const [table, clause] of Object.entries(chosen)) {
    const { rows } = await pool.query<{ line: string }>(
      `select line from (${asLine(clause)}) as t order by line collate "C"`,
    );
    lines.set(
      table,
      rows.map(({ line }) => line),
    );
  }
  return lines;
}

/** The same for tables of any size. */
export async function fingerprintTables(pool: pg.Pool): Promise<TableFingerprints> {
  const prints = new Map<string, string>();
  for (const [table, clause] of Object.entries(clauses)) {
    const { rows } = await pool.query<{ print: string }>(
      `select count(*) || ' rows ' || coalesce(sum(hashtextextended(line, 0)::numeric), 0) as print
       from (${asLine(clause)}) as t`,
    );
    prints.set(table, rows[0]?.print ?? '');
  }
  return prints;
}

/** Names the first row that one side has and the other has not; undefined where all tables are equal. */
export function firstDifference(first: TableLines, second: TableLines): string | undefined {
  for (const [table, ours] of first) {
    const theirs = second.get(table) ?? [];
    for (let index = 0; index < Math.max(ours.length, theirs.length); index++) {
      if (ours[index] === theirs[index]) continue;
      return [
        `${table} differs: ${ours.length} rows and ${theirs.length}; sorted, at row ${index + 1}`,
        `first:  ${ours[index] ?? 'nothing'}`,
        `second: ${theirs[index] ?? 'nothing'}`,
      ].join('\n');
    }
  }
  return undefined;
}
