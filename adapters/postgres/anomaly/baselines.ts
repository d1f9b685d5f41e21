import type pg from 'pg';
import { ColumnBaseline } from '../../../schemas/records/anomaly.js';
import type { Instant } from '../../../schemas/values.js';
import type { Computed, Row } from '../row.js';
import type { WatchedSpan } from './watched-values.js';

/** How long what is usual of a column is kept (ANOM-10). */
const keptForMs = 3_600_000;

/**
 * What is usual of each column in the span before the judged rows, in their order. It is computed once an hour of the job's clock: what was computed
 * within it counts where it is of a span as long that ended no later, so that no row is judged by itself, nor more than that hour sooner, and of `fewest` values at
 * least: of fewer nothing can be said, and those that came since may be enough. Inside the caller's transaction, after the rows were read.
 */
export async function usualOf(
  client: pg.ClientBase,
  span: WatchedSpan,
  { now, fewest }: { readonly now: Instant; readonly fewest: number },
): Promise<readonly ColumnBaseline[]> {
  const kept = (await keptBaselines(client, span, now)).filter(({ count }) => count >= fewest);
  if (kept.length === span.columns.length) return kept;
  const computed: ColumnBaseline[] = [];
  for (const [at, column] of span.columns.entries()) {
    const baseline = await computeBaseline(client, at + 1);
    computed.push(baseline);
    await client.query(
      `insert into anomaly_baselines (table_name, column_name, window_from, window_to, computed_at, baseline)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (table_name, column_name) do update
         set window_from = excluded.window_from, window_to = excluded.window_to, computed_at = excluded.computed_at,
           baseline = excluded.baseline`,
      [
        ...[span.table, column, new Date(span.baselineFrom), new Date(span.from), new Date(now)],
        JSON.stringify(baseline),
      ],
    );
  }
  return computed;
}

async function keptBaselines(
  client: pg.ClientBase,
  { table, columns, baselineFrom, from }: WatchedSpan,
  now: Instant,
): Promise<readonly ColumnBaseline[]> {
  const { rows } = await client.query<
    Row<{ column: 'anomaly_baselines.column_name'; baseline: 'anomaly_baselines.baseline' }>
  >(
    `select column_name as column, baseline from anomaly_baselines
     where table_name = $1 and column_name = any($2) and computed_at > $3 and computed_at <= $4
       and window_to <= $5 and window_to > $7 and window_to - window_from = $5::timestamptz - $6::timestamptz`,
    [
      ...[table, columns, new Date(now - keptForMs), new Date(now)],
      ...[new Date(from), new Date(baselineFrom), new Date(from - keptForMs)],
    ],
  );
  return columns.flatMap((column) =>
    rows.filter((row) => row.column === column).map(({ baseline }) => ColumnBaseline.parse(baseline)),
  );
}

type BaselineColumns = {
  readonly [Figure in keyof ColumnBaseline]: Computed<ColumnBaseline[Figure]>;
};

/** Quartiles lie between two values in proportion, as domain/anomaly has them. A mean of equal values would be rounded off them: it is their value. */
async function computeBaseline(client: pg.ClientBase, place: number): Promise<ColumnBaseline> {
  const { rows } = await client.query<Row<BaselineColumns>>(
    `with numbers as materialized (
       select measured[$1::integer] as x from watched_values where not is_tested
     ), usual as (
       select count(x)::integer as count, (count(*) - count(x))::integer as skipped,
         case when min(x) = max(x) then min(x) else avg(x) end as mean,
         case when min(x) = max(x) then 0 else stddev_samp(x) end as deviation,
         percentile_cont(array[0.25, 0.5, 0.75]) within group (order by x) as quartiles
       from numbers
     )
     select u.count, u.skipped, u.mean, u.deviation, u.quartiles[1] as "lowerQuartile", u.quartiles[2] as median,
       u.quartiles[3] as "upperQuartile",
       (select percentile_cont(0.5) within group (order by abs(n.x - u.quartiles[2])) from numbers n) as "medianDeviation",
       (select avg(abs(n.x - u.quartiles[2])) from numbers n) as "meanAbsoluteDeviation"
     from usual u`,
    [place],
  );
  return ColumnBaseline.parse(rows[0]);
}
