import type pg from 'pg';
import { reachingPostgres } from '../away.js';
import type { Row } from '../row.js';

interface RevisionColumns {
  readonly matchId: 'fixture_revisions.match_id';
  readonly dataSource: 'fixture_revisions.data_source';
  readonly knownAt: 'fixture_revisions.known_at';
  readonly basis: 'fixture_revisions.known_at_basis';
  readonly kickOff: 'fixture_revisions.match_time';
  readonly status: 'fixture_revisions.match_status';
  readonly homeScore: 'fixture_revisions.home_score';
  readonly awayScore: 'fixture_revisions.away_score';
  readonly rawId: 'fixture_revisions.raw_id';
  readonly rawScoreId: 'fixture_revisions.raw_score_id';
}

/** The last word of each source on matches, as known at an instant, with the payloads that it comes from. */
export async function readRevisionsBehind(
  pool: pg.Pool,
  matchIds: readonly number[],
  asOf: Date,
): Promise<Row<RevisionColumns>[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<RevisionColumns>>(
      `select distinct on (match_id, data_source) match_id as "matchId", data_source as "dataSource", known_at as "knownAt",
         known_at_basis as basis, match_time as "kickOff", match_status as status, home_score as "homeScore", away_score as "awayScore",
         raw_id as "rawId", raw_score_id as "rawScoreId"
       from fixture_revisions where match_id = any($1::bigint[]) and known_at <= $2
       order by match_id, data_source, known_at desc`,
      [matchIds, asOf],
    ),
  );
  return rows;
}

interface StatisticColumns {
  readonly matchId: 'match_statistics.match_id';
  readonly dataSource: 'match_statistics.data_source';
  readonly knownAt: 'match_statistics.known_at';
  readonly rawId: 'match_statistics.raw_id';
}

/** The same of what was counted in them. */
export async function readStatisticsBehind(
  pool: pg.Pool,
  matchIds: readonly number[],
  asOf: Date,
): Promise<Row<StatisticColumns>[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<StatisticColumns>>(
      `select distinct on (match_id, data_source) match_id as "matchId", data_source as "dataSource", known_at as "knownAt", raw_id as "rawId"
       from match_statistics where match_id = any($1::bigint[]) and known_at <= $2
       order by match_id, data_source, known_at desc`,
      [matchIds, asOf],
    ),
  );
  return rows;
}
