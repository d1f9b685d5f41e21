import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { z } from 'zod';

const quotesPerCommit = 50;

const TimedCommits = z.array(z.object({ due: z.number(), milliseconds: z.number() }));

/** When one was due, by {@link epochMs}, and how long after that it was done. */
export type TimedCommit = z.infer<typeof TimedCommits>[number];

/** Milliseconds since 1970 with their fractions, by a clock that goes on alike in every process of the machine. */
export const epochMs = (): number => performance.timeOrigin + performance.now();

/**
 * Commits so many quotes a second, fifty in each commit, whether or not those before are done. Each commit is timed from the instant at which it was due.
 * Matches have to be there as `generateDatabase` makes them.
 */
export async function commitQuotes(
  pool: pg.Pool,
  { aSecond, until }: { readonly aSecond: number; readonly until: AbortSignal },
): Promise<readonly TimedCommit[]> {
  const everyMs = (1_000 * quotesPerCommit) / aSecond;
  const began = epochMs();
  const timed: TimedCommit[] = [];
  const underWay: Promise<void>[] = [];
  for (let commit = 0; !until.aborted; commit += 1) {
    const due = began + commit * everyMs;
    await sleep(Math.max(0, due - epochMs()));
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
          timed.push({ due, milliseconds: epochMs() - due });
        }),
    );
  }
  await Promise.all(underWay);
  return timed;
}

/** A process that commits quotes when it is told to: what its neighbour computes does not delay its clock. */
export interface QuoteProcess {
  begin(): void;
  /** The commits since it began. */
  end(): Promise<readonly TimedCommit[]>;
  close(): Promise<void>;
}

/** Starts one. */
export function startQuoteProcess(url: string, aSecond: number): QuoteProcess {
  const child = fork(
    fileURLToPath(new URL('./commit-until-told.ts', import.meta.url)),
    [url, String(aSecond)],
    { execArgv: ['--import', 'tsx'] },
  );
  const ended = once(child, 'exit');
  return {
    begin: () => void child.send('begin'),
    async end() {
      const told = once(child, 'message');
      child.send('end');
      return TimedCommits.parse((await told)[0]);
    },
    async close() {
      child.kill();
      await ended;
    },
  };
}
