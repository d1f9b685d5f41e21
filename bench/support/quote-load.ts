import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

const quotesPerCommit = 50;

/** When one was due, of performance.now(), and how long after that it was done. */
export interface TimedCommit {
  readonly due: number;
  readonly milliseconds: number;
}

/**
 * Commits so many quotes a second, fifty in each commit, whether or not those before are done. Each commit is timed from the instant at which it was due.
 * Matches have to be there as `generateDatabase` makes them.
 */
export async function commitQuotes(
  pool: pg.Pool,
  { aSecond, until }: { readonly aSecond: number; readonly until: AbortSignal },
): Promise<readonly TimedCommit[]> {
  const everyMs = (1_000 * quotesPerCommit) / aSecond;
  const began = performance.now();
  const timed: TimedCommit[] = [];
  const underWay: Promise<void>[] = [];
  for (let commit = 0; !until.aborted; commit += 1) {
    const due = began + commit * everyMs;
    await sleep(Math.max(0, due - performance.now()));
    underWay.push(
      pool
        .query(
          `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds,
             away_odds, collected_at, recorded_at, known_at_basis, raw_id)
           select m.id, 'load', 'book ' || $2 || '.' || n, '1x2', 'book', 'prematch', 2, 3, 4,
             m.match_time - make_interval(secs => 1 + extract(epoch from clock_timestamp())::numeric % 3600), clock_timestamp(), 'observed', 1
           from (select id, match_time from matches order by match_time desc limit 1) as m, generate_series(1, $1::integer) as n`,
          // Two commits may be of the same microsecond.
          [quotesPerCommit, String(commit % 40)],
        )
        .then(() => {
          timed.push({ due, milliseconds: performance.now() - due });
        }),
    );
  }
  await Promise.all(underWay);
  return timed;
}
