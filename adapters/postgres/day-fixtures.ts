import type pg from 'pg';
import { z } from 'zod';
import type { PlannedFixture } from '../../schemas/records/budget.js';
import { instant, KickoffPrecision, type Instant } from '../../schemas/values.js';
import { reachingPostgres } from './away.js';

const Row = z.object({ kickoff: z.date(), precision: KickoffPrecision });

/**
 * The matches that are collected live and may be in play on the day of UTC of an instant, without it of today: those of the leagues that any of
 * the providers has a name for. What is over, postponed, cancelled or gone is not among them.
 */
export async function readDayFixtures(
  pool: pg.Pool,
  providers: readonly string[],
  at?: Instant,
): Promise<PlannedFixture[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query(
      `select m.match_time as kickoff, m.kickoff_precision as precision
       from matches m, lateral (select date_trunc('day', coalesce($2, now()), 'UTC') as start) as day
       where m.match_time >= day.start - interval '1 day' and m.match_time < day.start + interval '1 day'
         and m.match_status in ('scheduled', 'live') and m.source_present
         and m.league_id in (select league_id from league_external_ids where data_source = any($1))
       order by m.match_time, m.id`,
      [providers, at === undefined ? null : new Date(at)],
    ),
  );
  return z
    .array(Row)
    .parse(rows)
    .map(({ kickoff, precision }) => ({ kickoff: instant(kickoff.getTime()), precision }));
}
