import type pg from 'pg';
import { reachingPostgres } from './away.js';
import type { Computed, Row } from './row.js';

/**
 * Up to when all that silver knows is in the lake, by the clock of Postgres: now, or since when the first of its months waits to be published. Asked before the lake is read, it
 * holds for what is read then.
 */
export async function publishedUntil(pool: pg.Pool): Promise<Date> {
  const { rows } = await pool.query<Row<{ until: Computed<Date> }>>(
    'select least(now(), min(first_marked_at)) as until from lake_dirty_partitions',
  );
  const [found] = rows;
  if (found === undefined) throw new RangeError('An aggregate without a row');
  return found.until;
}

/** Notes that gold is that of a snapshot of silver, after a build from it has ended; `knownUntil` is of before it began, null where that is not known any more. */
export async function noteGoldInput(
  pool: pg.Pool,
  {
    snapshot,
    runId,
    knownUntil,
  }: { readonly snapshot: number; readonly runId: string; readonly knownUntil: Date | null },
): Promise<void> {
  await pool.query(
    `insert into gold_inputs (snapshot, run_id, known_until) values ($1, $2, $3)
     on conflict (snapshot) do update set known_until = greatest(gold_inputs.known_until, excluded.known_until)`,
    [snapshot, runId, knownUntil],
  );
}

/** The newest snapshot of silver that gold was built from, whether or not its rows changed by that; undefined where none was noted. */
export async function newestGoldInput(pool: pg.Pool): Promise<number | undefined> {
  const { rows } = await pool.query<Row<{ snapshot: Computed<number | null> }>>(
    'select max(snapshot) as snapshot from gold_inputs',
  );
  return rows[0]?.snapshot ?? undefined;
}

/**
 * For how many milliseconds gold may have known nothing new, by the clock of Postgres alone: a clock that is simulated shows another year. 0 where no build has noted it.
 * @throws DependencyAway
 */
export async function ageOfGold(pool: pg.Pool): Promise<number> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<{ ms: Computed<number | null> }>>(
      'select greatest(0, extract(epoch from now() - max(known_until)) * 1000)::float8 as ms from gold_inputs',
    ),
  );
  return Math.ceil(rows[0]?.ms ?? 0);
}
