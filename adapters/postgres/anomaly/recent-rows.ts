import type pg from 'pg';
import type { WatchedTable } from '../../../schemas/records/anomaly.js';
import { instant, type Instant } from '../../../schemas/values.js';
import type { Computed, Row } from '../row.js';
import { isWatchedQuote } from './watched-odds.js';

/** A transaction that writes silver ends within this time: its rows bear the time of its begin, and are seen at its end. */
const inFlightMs = 3_600_000;

/** Which rows may not have been seen by the last look. */
export interface RecentRowsAsked {
  readonly table: WatchedTable;
  /** What is known no later is history: nobody judges it unless a window reaches back to it. */
  readonly after: Instant;
  /** The end of the look, by the clock of the job. */
  readonly to: Instant;
  /** Whether somebody looked before: of the first look every row is history that is not in its window. */
  readonly isFirst: boolean;
}

/** What came to silver since the last look. */
export interface RecentRows {
  readonly unseen: number;
  /** When the first of them was known; undefined where there is none. */
  readonly firstKnownAt: Instant | undefined;
  /** Where the next look begins, in silver's own time. */
  readonly rowsFrom: Instant;
}

/** A price can be corrected for a season. */
const correctedWithin = `interval '1 year'`;

/**
 * Rows of a table from the last look on, in silver's own time, as `id`, `match_id`, `known_at`, `created_at`. A result is a revision of its match. What is
 * predicted has the time of the job that predicted it, and no other.
 */
const recent: Readonly<Record<WatchedTable, (since: string) => string>> = {
  odds: (since) => `
    select o.id, o.match_id, o.recorded_at as known_at, o.created_at from odds o
    where o.created_at >= ${since} and o.recorded_at > $2 and o.collected_at > $2::timestamptz - ${correctedWithin} and ${isWatchedQuote}`,
  matches: (since) => `
    select f.id, f.match_id, f.known_at, f.created_at from fixture_revisions f
    where f.created_at >= ${since} and f.known_at > $2 and f.match_status = 'completed'`,
  predictions: (since) => `
    select p.id, p.match_id, p.created_at as known_at, p.created_at from predictions p
    where p.created_at >= ${since} and p.created_at > $2`,
};

/**
 * Reads which rows came to silver since the last look into `watched_recent`, which ends with the transaction. A row is new by when silver recorded it, not
 * by what it is about: one that was refined late, or while nobody looked, is judged by the next look. A little of the time before the last look is asked again, for
 * transactions that were under way, and what was seen of it then is known by its ids.
 */
export async function readRecentRows(
  client: pg.ClientBase,
  { table, after, to, isFirst }: RecentRowsAsked,
): Promise<RecentRows> {
  const horizon = instant((table === 'predictions' ? to : await silverTime(client)) - inFlightMs);
  await client.query(
    `create temporary table watched_recent (
       id bigint not null, match_id bigint not null, known_at timestamptz not null, created_at timestamptz not null,
       is_new boolean not null, is_seen boolean not null
     ) on commit drop`,
  );
  await client.query(
    `insert into watched_recent (id, match_id, known_at, created_at, is_new, is_seen)
     select r.id, r.match_id, r.known_at, r.created_at, r.known_at <= $3 and not r.was_seen and not $5::boolean, r.was_seen or r.known_at <= $3
     from (
       select r.*, r.id in (select unnest(w.rows_seen) from anomaly_watermarks w where w.table_name = $1) as was_seen
       from (${recent[table](`coalesce((select w.rows_from from anomaly_watermarks w where w.table_name = $1), $4::timestamptz)`)}) as r
     ) as r`,
    [table, new Date(after), new Date(to), new Date(horizon), isFirst],
  );
  await client.query('analyze watched_recent');
  const { rows } = await client.query<Row<{ unseen: Computed<number>; firstKnownAt: Computed<Date | null> }>>(
    `select count(*)::integer as unseen, min(known_at) as "firstKnownAt" from watched_recent where is_new`,
  );
  const firstKnownAt = rows[0]?.firstKnownAt?.getTime();
  return {
    unseen: rows[0]?.unseen ?? 0,
    firstKnownAt: firstKnownAt === undefined ? undefined : instant(firstKnownAt),
    rowsFrom: horizon,
  };
}

async function silverTime(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<Row<{ at: Computed<Date> }>>('select now() as at');
  return rows[0]?.at.getTime() ?? NaN;
}
