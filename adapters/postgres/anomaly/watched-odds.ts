import type pg from 'pg';
import type { Computed, Row } from '../row.js';
import { columnArray, isNew, type WatchedSpan } from './watched-values.js';

/** A price is measured by at least so many other bookmakers. */
const fewestOthers = 3;
/** What a bookmaker said so long before a price still counts as its word. */
const wordLasts = `interval '7 days'`;

/** Which quotes `o` are watched: the 1x2 prices that bookmakers gave before their match. */
export const isWatchedQuote = `o.market_type = '1x2' and o.quote_kind = 'book' and o.price_phase = 'prematch' and not o.suspicious_odds
    and num_nulls(o.home_odds, o.draw_odds, o.away_odds) = 0`;

/**
 * Quotes as they are judged. $1 is where the span before begins, $2 where it ends, $3 from where on every quote is judged, $4 where the look ends. What was learnt
 * late, as a corrected price, is known since then.
 */
const readQuotes = (span: WatchedSpan, which: string): string => `
  insert into watched_quotes (id, match_id, data_source, bookmaker, collected_at, recorded_at, prices, is_tested, is_before)
  select o.id, o.match_id, o.data_source, o.bookmaker, o.collected_at, o.recorded_at, ${columnArray(span, 'o')},
    o.recorded_at > $3 or ${isNew('o.id')}, o.recorded_at <= $2 and o.collected_at > $1
  from odds o
  where ${isWatchedQuote} and o.recorded_at <= $4 and ${which}`;
const ofTheSpan = `o.collected_at > $1::timestamptz - ${wordLasts}`;
/** What was said beside a price that was corrected after so long. */
const ofCorrected = `o.collected_at <= $1::timestamptz - ${wordLasts} and o.match_id = any($5::bigint[])`;

/** A quarantine `k` of the quote called `q`. Of 1x2 there is no line. */
const isOfQuote = `k.table_name = 'odds' and k.market_type = '1x2'
  and (k.match_id, k.data_source, k.bookmaker, k.collected_at, k.recorded_at)
    = (q.match_id, q.data_source, q.bookmaker, q.collected_at, q.recorded_at)`;

/** What findings told of, by id and by name: a rebuild gives a price another id. */
const told = `
  select t.id, t."matchId" as match_id, t."dataSource" as data_source, t.bookmaker, t."collectedAt" as collected_at,
    t."recordedAt" as recorded_at, f.status = 'resolved' as is_confirmed
  from anomaly_detections d
  join data_quality_logs f on f.id = d.finding_id
  cross join lateral jsonb_to_recordset(d.details -> 'records' || coalesce(d.details -> 'beyond', '[]')) as t (
    id bigint, "matchId" bigint, "dataSource" text, bookmaker text, "collectedAt" timestamptz, "recordedAt" timestamptz)
  where d.table_name = 'odds' and d.anomaly_type = 'statistical_outlier'`;
const isSame = {
  id: 't.id = q.id',
  name: `(t.match_id, t.data_source, t.bookmaker, t.collected_at, t.recorded_at)
      = (q.match_id, q.data_source, q.bookmaker, q.collected_at, q.recorded_at)`,
};

/** An incident is in quarantine or was confirmed; settled is what was told already, or released. */
const markQuotes: readonly string[] = [
  `update watched_quotes q set is_incident = true from quarantines k where k.released_at is null and ${isOfQuote}`,
  `update watched_quotes q set is_settled = true from quarantines k where k.released_at is not null and ${isOfQuote}`,
  ...[isSame.id, isSame.name].map(
    (isIt) =>
      `update watched_quotes q set is_settled = true, is_incident = q.is_incident or t.is_confirmed
       from (select id, match_id, data_source, bookmaker, collected_at, recorded_at, bool_or(is_confirmed) as is_confirmed
         from (${told}) as t group by 1, 2, 3, 4, 5, 6) as t
       where ${isIt}`,
  ),
];

const perColumn = ({ columns }: WatchedSpan, expression: (place: number) => string): string =>
  columns.map((_, at) => expression(at + 1)).join(', ');

/**
 * What each bookmaker said last, at every instant at which one of a match's quotes is measured. The instants of a match are numbered, so that a quote is what its
 * bookmaker said at the numbers from its own to the next one's: as many rows are made as are kept.
 */
const readChances = (span: WatchedSpan): string => `
  insert into watched_chances (match_id, at, bookmaker, chances)
  with numbered as materialized (
    select match_id, bookmaker, collected_at, recorded_at, prices, is_tested or is_before as is_measured,
      dense_rank() over (partition by match_id order by collected_at) as place
    from watched_quotes where not is_incident
  ), said as (
    select match_id, bookmaker, collected_at, prices, place,
      coalesce(
        lead(place) over (partition by match_id, bookmaker order by collected_at, recorded_at) - 1,
        max(place) over (partition by match_id)
      ) as last_place
    from numbered
  ), measured as (
    select distinct match_id, place, collected_at as at from numbered where is_measured
  )
  select m.match_id, m.at, said.bookmaker, array[${perColumn(span, (n) => `1 / said.prices[${n}]`)}]
  from said
  cross join lateral generate_series(said.place, said.last_place) as covered (place)
  join measured m on m.match_id = said.match_id and m.place = covered.place
  where said.collected_at > m.at - ${wordLasts}`;

/** The median of an ascending array without one of its values: that of the others. */
const medianOfOthers = (n: number): string => {
  const at = (place: string): string =>
    `s.chances_${n}[${place} + (${place} >= array_position(s.chances_${n}, c.chances[${n}]))::integer]`;
  return `(${at('(s.books / 2)')} + ${at('((s.books + 1) / 2)')}) / 2`;
};

/** The chance that a price implies, less the median of what the other bookmakers' prices of then imply. */
const measureQuotes = (span: WatchedSpan): string => `
  insert into watched_values (record_id, known_at, is_tested, stored, measured)
  select q.id, q.collected_at, q.is_tested, q.prices,
    case when s.books > ${fewestOthers} then array[${perColumn(span, (n) => `1 / q.prices[${n}] - ${medianOfOthers(n)}`)}] end
  from watched_quotes q
  join watched_chances c on c.match_id = q.match_id and c.at = q.collected_at and c.bookmaker = q.bookmaker
  join (
    select match_id, at, count(*)::integer as books,
      ${perColumn(span, (n) => `array_agg(chances[${n}] order by chances[${n}]) as chances_${n}`)}
    from watched_chances group by match_id, at
  ) as s on s.match_id = q.match_id and s.at = q.collected_at
  where not q.is_incident and (q.is_tested and not q.is_settled or q.is_before and not q.is_tested)`;

/** What the bookmakers said of a match, one price of each: quotes of one match are no independent values. $1 is from when on prices of before count. */
const distributeMatches = (span: WatchedSpan): string => `
  insert into watched_distribution (is_tested, numbers)
  select latest.is_tested, array[${perColumn(span, (n) => `percentile_cont(0.5) within group (order by latest.prices[${n}])`)}]
  from (
    select distinct on (q.is_tested, q.match_id, q.bookmaker) q.is_tested, q.match_id, q.prices
    from watched_quotes q
    where (q.is_tested or q.is_before and q.collected_at > $1) and not q.is_incident
    order by q.is_tested, q.match_id, q.bookmaker, q.collected_at desc, q.recorded_at desc
  ) as latest
  group by latest.is_tested, latest.match_id`;

/** Reads the prices of the span into the watched tables. Incidents are neither judged again nor usual. */
export async function watchOdds(client: pg.ClientBase, span: WatchedSpan): Promise<void> {
  const instants = [span.baselineFrom, span.from, span.judgedFrom, span.to].map((at) => new Date(at));
  await client.query(
    `create temporary table watched_quotes (
       id bigint not null, match_id bigint not null, data_source text not null, bookmaker text not null,
       collected_at timestamptz not null, recorded_at timestamptz not null, prices double precision[] not null,
       is_tested boolean not null, is_before boolean not null,
       is_incident boolean not null default false, is_settled boolean not null default false
     ) on commit drop;
     create temporary table watched_chances (
       match_id bigint not null, at timestamptz not null, bookmaker text not null, chances double precision[] not null
     ) on commit drop`,
  );
  await client.query(readQuotes(span, ofTheSpan), instants);
  await readBesideCorrected(client, span, instants);
  await client.query(
    'create index on watched_quotes (match_id, bookmaker, collected_at desc, recorded_at desc); analyze watched_quotes',
  );
  for (const mark of markQuotes) await client.query(mark);
  await client.query(readChances(span));
  await client.query('analyze watched_chances');
  await client.query(measureQuotes(span));
  await client.query(distributeMatches(span), [new Date(span.distributedFrom)]);
}

async function readBesideCorrected(
  client: pg.ClientBase,
  span: WatchedSpan,
  instants: readonly Date[],
): Promise<void> {
  const { rows } = await client.query<Row<{ id: Computed<number> }>>(
    `select distinct r.match_id as id from watched_recent r
     where r.is_new and r.id not in (select id from watched_quotes)`,
  );
  if (rows.length > 0)
    await client.query(readQuotes(span, ofCorrected), [...instants, rows.map(({ id }) => id)]);
}
