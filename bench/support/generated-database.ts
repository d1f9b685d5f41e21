import type pg from 'pg';
import { ensurePartitions } from '../../adapters/postgres/partitions.js';

/** How much is generated. Matches lie evenly over the months that end with this one. */
export interface Size {
  readonly matches: number;
  readonly quotesPerMatch: number;
  readonly months: number;
}

const leagues = 50;
const teamsPerLeague = 40;
/** Matches that have served features. */
const featured = 50_000;

/**
 * Fills the real tables by SQL, and beside them `plain_matches` and `plain_odds`: the same rows in one table each, without
 * partitions and without an index. Keys, checks and triggers of the real tables are off while it loads: what is measured is
 * reading.
 */
export async function generateDatabase(
  client: pg.ClientBase,
  pool: pg.Pool,
  { matches, quotesPerMatch, months }: Size,
  say: (line: string) => void,
): Promise<void> {
  await ensurePartitions(pool, new Date());
  await client.query(
    `set session_replication_role = replica; set synchronous_commit = off; set work_mem = '64MB'`,
  );
  for (const table of ['matches', 'odds']) {
    await client.query(
      `select ensure_month_partitions($1::regclass, now() - make_interval(months => $2), now())`,
      [table, months],
    );
  }
  await client.query(
    `insert into leagues (code, name, country, level, time_zone)
     select 'B' || n, 'League ' || n, 'Country ' || n, 1, 'UTC' from generate_series(1, ${leagues}) as n`,
  );
  await client.query(
    `insert into teams (name, league_id, country)
     select 'Team ' || l || '/' || n, l, 'Country ' || l
     from generate_series(1, ${leagues}) as l, generate_series(1, ${teamsPerLeague}) as n`,
  );
  const perMonth = Math.ceil(matches / months);
  for (let month = 0; month < months; month += 1) {
    await client.query(
      `with drawn as (
         select $1::bigint * $2 + n as id, 1 + n % ${leagues} as league,
           (random() * ${teamsPerLeague - 1})::integer as home, 1 + (random() * ${teamsPerLeague - 2})::integer as shift,
           now() - make_interval(months => $3::integer - $1::integer) + (n::double precision / $2) * interval '30 days' as at
         from generate_series(1, $2::integer) as n
       )
       insert into matches (id, home_team_id, away_team_id, league_id, season, match_time, kickoff_precision,
         match_status, home_score, away_score)
       select id, (league - 1) * ${teamsPerLeague} + home + 1,
         (league - 1) * ${teamsPerLeague} + (home + shift) % ${teamsPerLeague} + 1, league, to_char(at, 'YYYY'), at, 'minute',
         'completed', (random() * 4)::integer, (random() * 3)::integer
       from drawn`,
      [month, perMonth, months],
    );
    if (month % 12 === 11) say(`generated ${perMonth * (month + 1)} matches`);
  }
  await client.query(
    `insert into match_registry (id, match_time, league_id, season, home_team_id, away_team_id, ordinal)
     overriding system value
     select id, match_time, league_id, season, home_team_id, away_team_id, 1 + (id % 32000)::smallint from matches
     on conflict do nothing`,
  );
  for (let month = 0; month < months; month += 1) {
    await client.query(
      `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds,
         away_odds, over_odds, under_odds, line_value, collected_at, recorded_at, known_at_basis, raw_id)
       select m.id, 'generated', 'book ' || q % 5, k.market, 'book', 'prematch',
         case k.market when '1x2' then 1.5 + random() * 3 end, case k.market when '1x2' then 3 + random() end,
         case k.market when '1x2' then 2 + random() * 4 end, case k.market when 'over_under' then 1.5 + random() end,
         case k.market when 'over_under' then 1.5 + random() end, case k.market when 'over_under' then 2.5 end,
         m.match_time - make_interval(hours => q), m.match_time, 'observed', 1
       from matches m, generate_series(1, $3::integer) as q,
         lateral (select case when q % 2 = 0 then '1x2' else 'over_under' end) as k (market)
       where m.id > $1::bigint * $2 and m.id <= ($1::bigint + 1) * $2
       order by m.match_time`,
      [month, perMonth, quotesPerMatch],
    );
    if (month % 12 === 11) say(`generated ${perMonth * (month + 1) * quotesPerMatch} quotes`);
  }
  await client.query(
    `insert into features (match_id, team_id, team_type, feature_set_version, as_of, season, lake_snapshot, created_at)
     select id, case s.side when 'home' then home_team_id else away_team_id end, s.side, 'bench', match_time, season, 1,
       match_time
     from (select * from matches order by id desc limit ${featured}) as m, (values ('home'), ('away')) as s (side)`,
  );
  await client.query('create unlogged table plain_matches as select * from matches');
  await client.query('create unlogged table plain_odds as select * from odds');
  say('copied both to one table each');
  await client.query('set session_replication_role = origin');
  for (const table of ['matches', 'odds', 'features', 'plain_matches', 'plain_odds', 'teams']) {
    await client.query(`vacuum (analyze) ${table}`);
  }
}
