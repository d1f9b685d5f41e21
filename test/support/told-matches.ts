import type pg from 'pg';
import type { z } from 'zod';
import type { KickoffPrecision, MatchStatus } from '../../schemas/values.js';

/** One word of a source on a match, as `fixture_revisions` holds it. What is not said is null. */
export interface Told {
  readonly match: number;
  readonly source: string;
  readonly knownAt: string;
  readonly kickoff?: string;
  readonly precision?: z.infer<typeof KickoffPrecision>;
  readonly status?: z.infer<typeof MatchStatus>;
  /** `2-1` */
  readonly score?: string | null;
  readonly halfTime?: string | null;
  readonly venue?: string | null;
  readonly referee?: string | null;
  readonly present?: boolean;
}

/** Registers so many matches of one league, with the ids 1, 2, …, of which nobody has said anything. */
export async function registerMatches(pool: pg.Pool, count: number): Promise<void> {
  await pool.query(
    `insert into leagues (code, name, country, level, time_zone) values ('E0', 'Premier League', 'England', 1, 'Europe/London')`,
  );
  await pool.query(`insert into teams (name, country) values ('Arsenal', 'England'), ('Chelsea', 'England')`);
  await pool.query(
    `insert into match_registry (match_time, league_id, season, home_team_id, away_team_id, ordinal)
     select timestamptz '2021-08-14 14:00:00+00', l.id, '2021-22', h.id, a.id, n
     from generate_series(1, $1::integer) n, leagues l, teams h, teams a
     where h.name = 'Arsenal' and a.name = 'Chelsea' order by n`,
    [count],
  );
  await pool.query(
    `insert into raw_match_data (data_source, raw_data, collected_at, content_hash, dedup_key, process_status)
     values ('football_data', '{}', now(), '', '', 'done')`,
  );
}

const goals = (score: string | null | undefined): (number | null)[] =>
  score === null || score === undefined ? [null, null] : score.split('-').map(Number);

/** Writes what sources said, in one statement. */
export async function tell(pool: pg.Pool, words: readonly Told[]): Promise<void> {
  const rows = words.map((word) => {
    const [home, away] = goals(word.score);
    const [homeHalf, awayHalf] = goals(word.halfTime);
    return {
      match_id: word.match,
      data_source: word.source,
      known_at: word.knownAt,
      match_time: word.kickoff ?? '2021-08-14T14:00:00Z',
      kickoff_precision: word.precision ?? 'minute',
      match_status: word.status ?? (home === null ? 'scheduled' : 'completed'),
      home_score: home,
      away_score: away,
      home_ht_score: homeHalf,
      away_ht_score: awayHalf,
      venue: word.venue ?? null,
      referee: word.referee ?? null,
      source_present: word.present ?? true,
    };
  });
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  if (columns === '') return;
  await pool.query(
    `insert into fixture_revisions (${columns}, known_at_basis, raw_id)
     select ${columns}, 'observed', (select min(id) from raw_match_data)
     from jsonb_populate_recordset(null::fixture_revisions, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
}
