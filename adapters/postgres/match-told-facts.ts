import type pg from 'pg';
import { reachingPostgres } from './away.js';
import type { Computed, Row } from './row.js';

interface FactColumns {
  readonly dataSource: Computed<string>;
  readonly recordKey: Computed<string>;
  readonly knownAt: Computed<Date>;
  readonly lastSeenAt: Computed<Date>;
  readonly rawId: Computed<number>;
  readonly contentHash: Computed<string>;
  readonly payload: Computed<unknown>;
}

/** What a provider told of a match beside fixtures and prices, as it came. */
export type ToldFact = Row<FactColumns>;

/** Line-ups and injuries stand under the provider's id of the match, weather under ours. */
const placed = {
  lineups: `raw_lineups_data r join source_match_ids i on i.data_source = r.data_source and i.source_id = r.external_match_id
    join match_external_ids x on x.data_source = i.data_source and x.external_id = i.external_match_id and x.match_id = $1`,
  injuries: `raw_injuries_data r join source_match_ids i on i.data_source = r.data_source and i.source_id = r.external_match_id
    join match_external_ids x on x.data_source = i.data_source and x.external_id = i.external_match_id and x.match_id = $1`,
  weather: `raw_weather_data r join (select $1::bigint::text as id) m on m.id = r.external_match_id`,
} as const;

export type ToldFactKind = keyof typeof placed;

/**
 * What providers told of a match, as known at an instant: of each record the version that was in force. When it was seen last is told as far as that instant: later
 * sightings were not known then.
 */
export async function readToldFacts(
  pool: pg.Pool,
  kind: ToldFactKind,
  { matchId, asOf }: { readonly matchId: number; readonly asOf: Date | 'infinity' },
): Promise<ToldFact[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<FactColumns>>(
      `select distinct on (r.data_source, r.record_key) r.data_source as "dataSource", r.record_key as "recordKey",
         r.collected_at as "knownAt", least(r.last_seen_at, $2::timestamptz) as "lastSeenAt", r.id as "rawId",
         encode(r.content_hash, 'hex') as "contentHash", r.raw_data as payload
       from ${placed[kind]}
       where r.collected_at <= $2
       order by r.data_source, r.record_key, r.collected_at desc, r.id desc`,
      [matchId, asOf],
    ),
  );
  return rows;
}

interface StatisticColumns {
  readonly dataSource: 'match_statistics.data_source';
  readonly knownAt: 'match_statistics.known_at';
  readonly basis: 'match_statistics.known_at_basis';
  readonly homeShots: 'match_statistics.home_shots';
  readonly awayShots: 'match_statistics.away_shots';
  readonly homeShotsOnTarget: 'match_statistics.home_shots_on_target';
  readonly awayShotsOnTarget: 'match_statistics.away_shots_on_target';
  readonly homeCorners: 'match_statistics.home_corners';
  readonly awayCorners: 'match_statistics.away_corners';
  readonly homeFouls: 'match_statistics.home_fouls';
  readonly awayFouls: 'match_statistics.away_fouls';
  readonly homeYellowCards: 'match_statistics.home_yellow_cards';
  readonly awayYellowCards: 'match_statistics.away_yellow_cards';
  readonly homeRedCards: 'match_statistics.home_red_cards';
  readonly awayRedCards: 'match_statistics.away_red_cards';
  readonly rawId: 'match_statistics.raw_id';
}

/** What a source counted in a match. */
export type MatchStatistic = Row<StatisticColumns>;

/** What was counted in a match, as known at an instant: the last word of each source. */
export async function readStatistics(
  pool: pg.Pool,
  matchId: number,
  asOf: Date | 'infinity',
): Promise<MatchStatistic[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<StatisticColumns>>(
      `select distinct on (data_source) data_source as "dataSource", known_at as "knownAt", known_at_basis as basis,
         home_shots as "homeShots", away_shots as "awayShots", home_shots_on_target as "homeShotsOnTarget",
         away_shots_on_target as "awayShotsOnTarget", home_corners as "homeCorners", away_corners as "awayCorners",
         home_fouls as "homeFouls", away_fouls as "awayFouls", home_yellow_cards as "homeYellowCards",
         away_yellow_cards as "awayYellowCards", home_red_cards as "homeRedCards", away_red_cards as "awayRedCards", raw_id as "rawId"
       from match_statistics where match_id = $1 and known_at <= $2
       order by data_source, known_at desc, id desc`,
      [matchId, asOf],
    ),
  );
  return rows;
}
