import type pg from 'pg';
import { generateDatabase, type Size } from './generated-database.js';

/** Fills the real tables alone, over a year, and says how large the database is. */
export async function fillDatabase(
  pool: pg.Pool,
  size: Omit<Size, 'months'>,
  say: (line: string) => void,
): Promise<void> {
  const client = await pool.connect();
  await generateDatabase(client, pool, { ...size, months: 12 }, say);
  await client.query('drop table plain_matches, plain_odds');
  const { rows } = await client.query<{ size: string }>(
    'select pg_size_pretty(pg_database_size(current_database())) as size',
  );
  say(`database  ${rows[0]?.size ?? '?'}`);
  // Its settings are those of loading.
  client.release(true);
}
