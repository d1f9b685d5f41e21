import type pg from 'pg';
import { columnArray, wasConfirmed, wasTold, type WatchedSpan } from './watched-values.js';

/** A price is measured by at least so many other bookmakers. */
const fewestOthers = 3;
/** What a bookmaker said so long before a price still counts as its word. */
const wordLasts = `interval '7 days'`;

/** A quarantine of the quote called `o`, which stands or was released. */
const quarantine = (state: string): string => `exists (
  select from quarantines k
  where k.table_name = 'odds' and k.released_at ${state}
    and (k.match_id, k.data_source, k.bookmaker, k.market_type, k.collected_at, k.recorded_at)
      = (o.match_id, o.data_source, o.bookmaker, o.market_type, o.collected_at, o.recorded_at)
    and k.line_value is not distinct from o.line_value)`;

/**
 * The 1x2 prices that bookmakers gave before their match. An incident is in quarantine or was confirmed; settled is what was
 * told already, or released. */
const readQuotes = (span: WatchedSpan): string => `
  insert into watched_quotes (id, match_id, bookmaker, collected_at, recorded_at, prices, is_incident, is_settled)
  select o.id, o.match_id, o.bookmaker, o.collected_at, o.recorded_at, ${columnArray(span, 'o')},
    ${quarantine('is null')} or ${wasConfirmed('o.id', 'odds')},
    ${quarantine('is not null')} or ${wasTold('o.id', 'odds')}
  from odds o
  where o.market_type = '1x2' and o.quote_kind = 'book' and o.price_phase = 'prematch' and not o.suspicious_odds
    and o.collected_at > $1::timestamptz - ${wordLasts} and o.collected_at <= $2 and o.recorded_at <= $2
    and num_nulls(o.home_odds, o.draw_odds, o.away_odds) = 0`;

const perColumn = ({ columns }: WatchedSpan, expression: (place: number) => string): string =>
  `array[${columns.map((_, at) => expression(at + 1)).join(', ')}]`;

/** The chance that a price implies, less the median of what the other bookmakers' prices of then imply. */
const measureQuotes = (span: WatchedSpan): string => `
  insert into watched_values (record_id, is_tested, stored, measured)
  select q.id, q.collected_at > $2, q.prices,
    case when others.books >= ${fewestOthers} then ${perColumn(span, (n) => `1 / q.prices[${n}] - others.usual[${n}]`)} end
  from watched_quotes q
  cross join lateral (
    select count(*) as books,
      ${perColumn(span, (n) => `percentile_cont(0.5) within group (order by 1 / latest.prices[${n}])`)} as usual
    from (
      select distinct on (p.bookmaker) p.prices
      from watched_quotes p
      where p.match_id = q.match_id and p.bookmaker <> q.bookmaker and not p.is_incident
        and p.collected_at <= q.collected_at and p.collected_at > q.collected_at - ${wordLasts}
      order by p.bookmaker, p.collected_at desc, p.recorded_at desc
    ) as latest
  ) as others
  where q.collected_at > $1 and not q.is_incident and not (q.collected_at > $2 and q.is_settled)`;

/** What the bookmakers said of a match, one price of each: quotes of one match are no independent values. */
const distributeMatches = (span: WatchedSpan): string => `
  insert into watched_distribution (is_tested, numbers)
  select latest.is_tested, ${perColumn(span, (n) => `percentile_cont(0.5) within group (order by latest.prices[${n}])`)}
  from (
    select distinct on (q.collected_at > $2, q.match_id, q.bookmaker) q.collected_at > $2 as is_tested, q.match_id, q.prices
    from watched_quotes q
    where q.collected_at > $1 and not q.is_incident
    order by q.collected_at > $2, q.match_id, q.bookmaker, q.collected_at desc, q.recorded_at desc
  ) as latest
  group by latest.is_tested, latest.match_id`;

/** Reads the prices of the span into the watched tables. Incidents are neither judged again nor usual. */
export async function watchOdds(client: pg.ClientBase, span: WatchedSpan): Promise<void> {
  const [baselineFrom, from, to] = [span.baselineFrom, span.from, span.to].map((at) => new Date(at));
  await client.query(
    `create temporary table watched_quotes (
       id bigint not null, match_id bigint not null, bookmaker text not null, collected_at timestamptz not null,
       recorded_at timestamptz not null, prices double precision[] not null, is_incident boolean not null,
       is_settled boolean not null
     ) on commit drop`,
  );
  await client.query(readQuotes(span), [baselineFrom, to]);
  await client.query('create index on watched_quotes (match_id, collected_at); analyze watched_quotes');
  await client.query(measureQuotes(span), [baselineFrom, from]);
  await client.query(distributeMatches(span), [baselineFrom, from]);
}
