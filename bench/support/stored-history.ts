import type pg from 'pg';

/** A hundred quotes a match: twenty books, each at five times. */
const quotesPerMatch = 100;
/** How many matches one statement brings their quotes for. */
const step = 1_000;

/**
 * Fills the tables that refine looks into as years of another source would have: its payloads, their editions, keys, revisions,
 * statistics, quotes and when each was last seen, spread over the months of twenty years. Nothing waits in bronze afterwards.
 */
export async function storeHistory(pool: pg.Pool, quotes: number): Promise<void> {
  const matches = Math.ceil(quotes / quotesPerMatch);
  await pool.query(`
    insert into leagues (code, name, country, level, time_zone) values ('X1', 'Stored', 'Stored', 1, 'UTC');
    insert into teams (country, name) select 'Stored', 'Team ' || n from generate_series(1, 2000) as n;
    select ensure_month_partitions('odds', '2004-01-01', '2024-12-01');
    select ensure_month_partitions('matches', '2004-01-01', '2024-12-01');`);
  await pool.query(
    `with t as (select array_agg(id order by id) as ids from teams where country = 'Stored')
     insert into match_registry (match_time, league_id, season, home_team_id, away_team_id)
     select timestamptz '2004-01-05 15:00:00+00' + (n % 7500) * interval '1 day', (select id from leagues where code = 'X1'),
       (2004 + n / 500000)::text || '-00', t.ids[1 + n % 2000], t.ids[1 + (n / 2000 + n % 2000 + 1) % 2000]
     from generate_series(0, $1::integer - 1) as n cross join t
     on conflict do nothing`,
    [matches],
  );
  await pool.query(`create table stored as
    select r.id, r.match_time, r.league_id, r.season, r.home_team_id, r.away_team_id, row_number() over (order by r.id) as no,
      'X1/' || left(r.season, 4) || '-' || right((left(r.season, 4)::integer + 1)::text, 2) || '/Team ' || r.home_team_id
        || '/Team ' || r.away_team_id || '/1' as key
    from match_registry r join leagues l on l.id = r.league_id and l.code = 'X1'`);
  await pool.query(`
    insert into matches (id, match_time, league_id, season, home_team_id, away_team_id, kickoff_precision)
      select id, match_time, league_id, season, home_team_id, away_team_id, 'minute' from stored;
    insert into match_external_ids (data_source, external_id, match_id) select 'stored', key, id from stored;
    insert into source_editions (data_source, uri, edition_no, file_kind, season, division, sha256, fetched_from, edition_time,
        edition_time_basis, fetched_at, encoding, header, run_id, row_count, stored_count, duplicate_count, held_count)
      select 'stored', no / 380 || '.csv', 1, 'season', min(season), 'X1', repeat('0', 64), 'bench', max(match_time), 'file_time',
        max(match_time), 'utf-8', '[]', 'bench', count(*), count(*), 0, 0
      from stored group by no / 380;
    insert into raw_match_data (data_source, raw_data, collected_at, content_hash, dedup_key, process_status, processed,
        external_match_id, external_league_id, match_time)
      select 'stored', jsonb_build_object('HomeTeam', home_team_id, 'AwayTeam', away_team_id, 'filler', repeat('12.5,', 120)),
        match_time, sha256(key::bytea), sha256(key::bytea), 'done', true, key, 'X1', match_time from stored order by no;
    insert into edition_rows (edition_id, row_no, raw_id)
      select e.id, s.no % 380 + 1, r.id from stored s
      join raw_match_data r on r.data_source = 'stored' and r.external_match_id = s.key
      join source_editions e on e.data_source = 'stored' and e.uri = s.no / 380 || '.csv';
    insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision,
        match_status, home_score, away_score)
      select s.id, 'stored', s.match_time + told * interval '1 day', 'observed', r.id, s.match_time, 'minute',
        case told when -7 then 'scheduled' else 'completed' end, case told when 1 then 1 end, case told when 1 then 0 end
      from stored s join raw_match_data r on r.data_source = 'stored' and r.external_match_id = s.key
      cross join unnest(array[-7, 1]) as told;
    insert into match_statistics (match_id, data_source, known_at, known_at_basis, raw_id, home_shots, away_shots)
      select s.id, 'stored', s.match_time + interval '1 day', 'observed', r.id, 12, 9
      from stored s join raw_match_data r on r.data_source = 'stored' and r.external_match_id = s.key;
    insert into odds_last_seen (match_id, data_source, bookmaker, market_type, price_phase, last_seen_at)
      select id, 'stored', 'book' || b, '1x2', 'prematch', match_time - interval '2 hours' from stored, generate_series(1, 20) as b;`);
  for (let from = 0; from < matches; from += step) {
    await pool.query(
      `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds,
         collected_at, recorded_at, known_at_basis, raw_id)
       select s.id, 'stored', 'book' || b, '1x2', 'book', 'prematch', 2 + b * .01, 3.4, 3.6,
         s.match_time - t * interval '1 hour', s.match_time - t * interval '1 hour', 'observed', r.id
       from stored s join raw_match_data r on r.data_source = 'stored' and r.external_match_id = s.key
       cross join generate_series(1, 20) as b cross join generate_series(2, 6) as t
       where s.no > $1 and s.no <= $1 + $2`,
      [from, step],
    );
  }
  await pool.query('drop table stored');
  await pool.query('vacuum analyze');
}
