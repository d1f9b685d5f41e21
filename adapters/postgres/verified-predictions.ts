import type pg from 'pg';
import { z } from 'zod';
import type { CoverageRow, DailyRow } from '../../schemas/records/prediction-quality.js';
import type { PriceTriple, Probabilities } from '../../schemas/records/probabilities.js';
import { instant, toIso, type Instant, type Outcome } from '../../schemas/values.js';
import { reachingPostgres } from './away.js';
import type { Computed, Narrowed, Row } from './row.js';

/** The last that a version said of a match before it began, and what came. */
export interface VerifiedPrediction {
  readonly model: string;
  readonly version: string;
  readonly matchId: number;
  readonly league: string;
  readonly isSimulated: boolean;
  readonly kickOff: Instant;
  readonly chances: Probabilities;
  readonly predicted: Outcome;
  readonly result: Outcome;
  /** The mean prices that it was made with, and the average of the market at the close; null without. */
  readonly prices: PriceTriple | null;
  readonly closing: PriceTriple | null;
}

const Prices = z.tuple([z.number(), z.number(), z.number()]).readonly().nullable().catch(null);

/**
 * Verified predictions of matches that began after an instant and until another, by the last that each version said of a match before its kick-off: what was said before that counts
 * for nothing. A closing price is the average of the market as it is known now; one that is suspicious or in quarantine is none, as in
 * gold.market_prices.
 */
export async function readVerified(
  pool: pg.Pool,
  { after, until }: { readonly after: Instant; readonly until: Instant },
): Promise<VerifiedPrediction[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<
      Row<{
        model: 'predictions.model_name';
        version: 'predictions.model_version';
        matchId: 'predictions.match_id';
        league: 'leagues.code';
        isSimulated: 'leagues.is_simulated';
        kickOff: 'match_registry.match_time';
        away: Computed<number>;
        draw: Computed<number>;
        home: Computed<number>;
        predicted: Narrowed<'predictions.predicted_result', Outcome>;
        result: Narrowed<'predictions.actual_result', Outcome>;
        prices: Computed<unknown>;
        closing: Computed<unknown>;
      }>
    >(
      `with spoken as (
         select distinct on (p.model_name, p.model_version, p.match_id)
           p.model_name, p.model_version, p.match_id, p.away_win_probability, p.draw_probability, p.home_win_probability,
           p.predicted_result, p.actual_result, p.prediction_metadata -> 'prices' as prices, r.match_time, r.league_id
         from match_registry r join predictions p on p.match_id = r.id and p.created_at < r.match_time
         left join prediction_keys k on (k.match_id, k.model_name, k.model_version, k.created_at)
             = (p.match_id, p.model_name, p.model_version, p.created_at)
           -- What was told again after a kick-off that had been another until then says nothing of this one.
           and k.last_told_at < r.match_time
         where r.match_time > $1 and r.match_time <= $2 and p.actual_result is not null
         order by p.model_name, p.model_version, p.match_id, coalesce(k.last_told_at, p.created_at) desc, p.id desc
       ), closings as (
         select distinct on (o.match_id) o.match_id, o.away_odds, o.draw_odds, o.home_odds,
           o.suspicious_odds or q.id is not null as is_doubted
         from odds o
         left join quarantined_rows q on q.table_name = 'odds' and q.match_id = o.match_id and q.data_source = o.data_source
           and q.bookmaker = o.bookmaker and q.market_type = o.market_type and q.line_value is not distinct from o.line_value
           and q.collected_at = o.collected_at and q.recorded_at = o.recorded_at
         where o.match_id in (select match_id from spoken) and o.market_type = '1x2' and o.bookmaker = 'market_average'
           and o.price_phase = 'closing'
         order by o.match_id, o.recorded_at desc, o.collected_at desc, o.data_source collate "C" desc
       )
       select s.model_name as model, s.model_version as version, s.match_id as "matchId", l.code as league, l.is_simulated as "isSimulated",
         s.match_time as "kickOff", s.away_win_probability::float8 as away, s.draw_probability::float8 as draw, s.home_win_probability::float8 as home,
         s.predicted_result as predicted, s.actual_result as result, s.prices,
         case when not c.is_doubted then json_build_array(c.away_odds, c.draw_odds, c.home_odds) end as closing
       from spoken s join leagues l on l.id = s.league_id left join closings c on c.match_id = s.match_id
       order by s.model_name, s.model_version, s.match_time, s.match_id`,
      [toIso(after), toIso(until)],
    ),
  );
  return rows.map(({ kickOff, away, draw, home, prices, closing, ...row }) => ({
    ...row,
    kickOff: instant(kickOff.getTime()),
    chances: [away, draw, home],
    prices: Prices.parse(prices),
    closing: Prices.parse(closing),
  }));
}

/**
 * Of the matches that were played after an instant and until another, how many each version that spoke of any had predicted before they began. Those of leagues
 * that it knows: of which it predicted a match then or in the sixty days before. What it refuses by design is no gap.
 */
export async function readCoverage(
  pool: pg.Pool,
  { after, until }: { readonly after: Instant; readonly until: Instant },
): Promise<CoverageRow[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<
      Row<{
        model: 'predictions.model_name';
        version: 'predictions.model_version';
        predicted: Computed<number>;
        played: Computed<number>;
      }>
    >(
      `with played as (
         select m.id, m.match_time, m.league_id from matches m
         where m.match_time > $1 and m.match_time <= $2 and m.match_status = 'completed' and m.source_present
       ), known as (
         select distinct p.model_name, p.model_version, r.league_id
         from match_registry r join predictions p on p.match_id = r.id
         where r.match_time > $1::timestamptz - interval '60 days' and r.match_time <= $2
       ), judged as (
         select k.model_name, k.model_version, exists (
           select from predictions p
           where (p.match_id, p.model_name, p.model_version) = (m.id, k.model_name, k.model_version) and p.created_at < m.match_time
         ) as is_predicted
         from known k join played m on m.league_id = k.league_id
       )
       select model_name as model, model_version as version, (count(*) filter (where is_predicted))::integer as predicted,
         count(*)::integer as played
       from judged group by 1, 2 having bool_or(is_predicted) order by 1, 2`,
      [toIso(after), toIso(until)],
    ),
  );
  return [...rows];
}

/** How many predictions were stored on each day of UTC, from the one that an instant lies in. A day without any is not there. */
export async function readDaily(pool: pg.Pool, from: Instant): Promise<DailyRow[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<
      Row<{ model: 'predictions.model_name'; day: Computed<string>; predictions: Computed<number> }>
    >(
      `select model_name as model, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*)::integer as predictions
       from predictions where created_at >= date_trunc('day', $1::timestamptz, 'UTC') group by 1, 2 order by 1, 2`,
      [toIso(from)],
    ),
  );
  return [...rows];
}
