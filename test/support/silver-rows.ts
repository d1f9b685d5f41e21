import type pg from 'pg';

/** A league, two teams and a registered match that nothing else speaks of yet. */
export interface SeededMatch {
  readonly leagueId: number;
  readonly homeId: number;
  readonly awayId: number;
  readonly matchId: number;
  readonly kickoff: string;
}

/** The columns of a row of `matches` or `odds` that a test cares about; the others are those of a good row. */
export type Columns = Readonly<Record<string, string | number | boolean | null>>;

const idOf = async (pool: pg.Pool, text: string, values: readonly unknown[]): Promise<number> =>
  (await pool.query<{ id: number }>(text, [...values])).rows[0]?.id ?? NaN;

let seeds = 0;

/** Registers a match of two teams of its own. */
export async function seedMatch(pool: pg.Pool, kickoff = '2024-03-09T15:00:00Z'): Promise<SeededMatch> {
  const no = (seeds += 1);
  const leagueId = await idOf(
    pool,
    `insert into leagues (code, name, country, level, time_zone) values ($1, 'League', 'England', 1, 'Europe/London')
     returning id`,
    [`L${no}`],
  );
  const team = (name: string): Promise<number> =>
    idOf(pool, `insert into teams (name, country) values ($1, 'England') returning id`, [name]);
  const homeId = await team(`Home ${no}`);
  const awayId = await team(`Away ${no}`);
  const matchId = await idOf(
    pool,
    `insert into match_registry (match_time, league_id, season, home_team_id, away_team_id)
     values ($1, $2, '2023-24', $3, $4) returning id`,
    [kickoff, leagueId, homeId, awayId],
  );
  return { leagueId, homeId, awayId, matchId, kickoff };
}

/** Inserts one row, its columns in the order of their names. */
export async function insertRow(client: pg.Pool | pg.ClientBase, table: string, row: Columns): Promise<void> {
  const names = Object.keys(row).sort();
  await client.query(
    `insert into ${table} (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    names.map((name) => row[name]),
  );
}

/** A good row of `matches`, a completed 2-1. */
export const matchRow = ({ matchId, leagueId, homeId, awayId, kickoff }: SeededMatch): Columns => ({
  id: matchId,
  league_id: leagueId,
  home_team_id: homeId,
  away_team_id: awayId,
  season: '2023-24',
  match_time: kickoff,
  kickoff_precision: 'minute',
  match_status: 'completed',
  home_score: 2,
  away_score: 1,
});

/** A good row of `odds`, a day before kick-off. */
export const quoteRow = ({ matchId, kickoff }: SeededMatch): Columns => {
  const collectedAt = new Date(Date.parse(kickoff) - 86_400_000).toISOString();
  return {
    match_id: matchId,
    data_source: 'football_data',
    bookmaker: 'bet365',
    market_type: '1x2',
    quote_kind: 'book',
    price_phase: 'prematch',
    home_odds: 2.1,
    draw_odds: 3.4,
    away_odds: 3.6,
    collected_at: collectedAt,
    recorded_at: collectedAt,
    known_at_basis: 'observed',
    raw_id: 1,
  };
};

/** A line of `fixture_revisions` with a payload of its own. */
export async function insertRevision(
  pool: pg.Pool,
  { matchId }: SeededMatch,
  revision: { readonly knownAt: string; readonly kickoff: string; readonly precision?: 'minute' | 'day' },
): Promise<void> {
  const rawId = await idOf(
    pool,
    `insert into raw_match_data (data_source, raw_data, collected_at, content_hash, dedup_key)
     values ('football_data', '{}', now(), '\\x00', sha256(convert_to($1, 'UTF8'))) returning id`,
    [`${matchId}/${revision.knownAt}`],
  );
  await insertRow(pool, 'fixture_revisions', {
    match_id: matchId,
    data_source: 'football_data',
    known_at: revision.knownAt,
    known_at_basis: 'observed',
    raw_id: rawId,
    match_time: revision.kickoff,
    kickoff_precision: revision.precision ?? 'minute',
    match_status: 'scheduled',
  });
}
