import type pg from 'pg';
import type { Computed, Row } from './row.js';

/** A record of bronze that has news, and the quote of silver that it tells of. */
export interface RecordWithNews {
  readonly matchId: number;
  readonly dataSource: string;
  readonly sourceId: string;
  readonly recordKey: string;
  /** As silver calls it. */
  readonly bookmaker: string;
  readonly market: string;
  readonly line: number | null;
  /** No news of it is older. */
  readonly firstNews: Date;
}

/** Further back nobody looks: a quote that stood still for longer is told whole. Silver has a partition a month. */
const lookBackMs = 2 * 24 * 3_600_000;

/**
 * From when on the payloads of a record tell the rest of its quote: its last price in silver before the news, which came from this same record. What is
 * told from there on is what is told from the beginning, since a quote is told in order and a price is all that is carried on. By the place of the record
 * in the list; a record of which there is no such price is absent.
 */
export async function resumePoints(
  client: pg.ClientBase,
  records: readonly RecordWithNews[],
): Promise<ReadonlyMap<number, Date>> {
  if (records.length === 0) return new Map();
  const news = records.map(({ firstNews }) => firstNews.getTime());
  const [oldest, newest] = news.reduce(
    ([least, most], at) => [Math.min(least, at), Math.max(most, at)],
    [Infinity, -Infinity],
  );
  // A range of one index from end to end, in its order, and then one row of bronze by its key: where a month has begun and nothing is known of its rows, the
  // planner would read all that was said since for each record.
  const { rows } = await client.query<Row<{ place: Computed<number>; since: 'odds.collected_at' }>>(
    `select (n.place - 1)::integer as place, o.collected_at as since
     from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::numeric[], $8::timestamptz[])
       with ordinality as n (match_id, data_source, source_id, record_key, bookmaker, market, line, first_news, place)
     cross join lateral (
       select o.collected_at, o.raw_odds_id from odds o
       where (o.match_id, o.bookmaker, o.collected_at) >= (n.match_id, n.bookmaker, $9::timestamptz)
         and (o.match_id, o.bookmaker, o.collected_at) < (n.match_id, n.bookmaker, n.first_news)
         and o.data_source = n.data_source and o.market_type = n.market and o.line_value is not distinct from n.line and o.price_phase = 'prematch'
         and num_nonnulls(o.home_odds, o.draw_odds, o.away_odds, o.over_odds, o.under_odds) > 0
         and o.collected_at between $9 and $10
       order by o.match_id desc, o.bookmaker desc, o.collected_at desc limit 1
     ) as o
     cross join lateral (
       select from raw_odds_data r
       where r.id = o.raw_odds_id and r.collected_at = o.collected_at and r.collected_at between $9 and $10
         and r.external_match_id = n.source_id and r.record_key = n.record_key
       offset 0
     ) as r`,
    [
      records.map(({ matchId }) => matchId),
      records.map(({ dataSource }) => dataSource),
      records.map(({ sourceId }) => sourceId),
      records.map(({ recordKey }) => recordKey),
      records.map(({ bookmaker }) => bookmaker),
      records.map(({ market }) => market),
      records.map(({ line }) => line),
      records.map(({ firstNews }) => firstNews),
      new Date(oldest - lookBackMs),
      new Date(newest),
    ],
  );
  return new Map(rows.map(({ place, since }) => [place, since]));
}
