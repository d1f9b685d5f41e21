import type pg from 'pg';
import { z } from 'zod';
import { reachingPostgres } from './away.js';

const StoredRows = z.array(z.record(z.string(), z.unknown()));

/** The rows of `features` (GLD-1) of a match, its home team first, by the names of their columns; none where the match does not lie ahead. */
export async function readStoredFeatures(
  pool: pg.Pool,
  matchId: number,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query('select * from features where match_id = $1 order by team_type desc', [matchId]),
  );
  return StoredRows.parse(rows);
}
