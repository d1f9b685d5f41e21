import type pg from 'pg';
import { DueKind, type Due, type DueLimits, type Freshness } from '../../schemas/records/freshness.js';
import { instant, toIso, type Instant } from '../../schemas/values.js';
import type { Computed, Row } from './row.js';

/**
 * What each match had to have by its own clock, and whether it was there: line-ups of a match whose league's line-ups are told, the
 * closing price of one that bookmakers gave prices of before it began, the score of every one. One that was put off, is off, or that no source has
 * any more owes nothing. Of one ahead: a list that it stands in, of a live source, and a price of one that had a price of it. $1 as of, $2 how far
 * back, $3 line-ups, $4 closing price, $5 score, $6 a day, $7 how old what is told of a match ahead may be.
 */
const everyDue = `
  with near as (
    select coalesce(array_agg(id), '{}') as ids from matches
    where match_time between $1::timestamptz - $2::interval and $1::timestamptz + $7::interval
  ), played as (
    select s.match_id, s.match_time, s.kickoff_precision = 'minute' as to_the_minute, s.match_status, r.league_id, r.home_team_id, r.away_team_id
    from near cross join lateral match_states(near.ids, $1::timestamptz) s join match_registry r on r.id = s.match_id
    where s.source_present and s.match_status not in ('postponed', 'cancelled', 'abandoned')
  ), told as (
    select distinct x.match_id
    from raw_lineups_data l
    join source_match_ids i on i.data_source = l.data_source and i.source_id = l.external_match_id
    join match_external_ids x on x.data_source = i.data_source and x.external_id = i.external_match_id
    where l.collected_at between $1::timestamptz - $2::interval - interval '1 day' and $1::timestamptz
  ), listed as (
    select f.match_id, l.answered_at
    from played p
    join fixture_revisions f on f.match_id = p.match_id and f.known_at <= $1::timestamptz
    join edition_rows m on m.raw_id = f.raw_id
    join source_editions e on e.id = m.edition_id
    join provider_polls l on l.kind = 'fixtures' and l.data_source = e.data_source and l.subject = e.uri and l.answered_at <= $1::timestamptz
    where p.match_time > $1::timestamptz
  ), owed as (
    select match_id, 'lineups' as kind, match_time + $3::interval as due_at,
      match_id in (select match_id from told) as has
    from played
    where to_the_minute and league_id in (select r.league_id from told join match_registry r on r.id = told.match_id)
    union all
    select p.match_id, 'closing_price', p.match_time + $4::interval,
      exists (select from odds o where o.match_id = p.match_id and o.price_phase = 'closing' and o.recorded_at <= $1::timestamptz)
    from played p
    where p.to_the_minute and exists (
      select from odds o
      where o.match_id = p.match_id and o.price_phase = 'prematch' and o.quote_kind = 'book' and o.known_at_basis = 'observed'
        and o.recorded_at <= least(p.match_time, $1::timestamptz))
    union all
    select match_id, 'score', match_time + case when to_the_minute then interval '0' else $6::interval end + $5::interval,
      match_status = 'completed'
    from played
    union all
    select p.match_id, 'fixtures', p.match_time - $7::interval, bool_or(l.answered_at > $1::timestamptz - $7::interval)
    from played p join listed l on l.match_id = p.match_id
    where p.match_time > $1::timestamptz
    group by p.match_id, p.match_time
    union all
    select p.match_id, 'odds', p.match_time - $7::interval,
      max(greatest(o.collected_at, s.last_seen_at)) > $1::timestamptz - $7::interval
    from played p
    join odds o on o.match_id = p.match_id and o.price_phase = 'prematch' and o.recorded_at <= $1::timestamptz
    left join odds_last_seen s on s.match_id = o.match_id and s.data_source = o.data_source and s.last_seen_at <= $1::timestamptz
    where p.match_time > $1::timestamptz
      and o.data_source in (select l.data_source from provider_polls l where l.kind = 'odds')
    group by p.match_id, p.match_time
  ), due as (
    select * from owed where due_at between $1::timestamptz - $2::interval and $1::timestamptz
  )`;

const interval = (ms: number): string => `${ms} milliseconds`;

/** How fresh silver is as of an instant (QUAL-1), by the given limits. */
export async function readFreshness(
  pool: pg.Pool,
  asOf: Instant,
  limits: DueLimits,
): Promise<Omit<Freshness, 'waiting' | 'goldBehind'>> {
  const asked = [
    new Date(asOf),
    ...[limits.windowMs, limits.lineupsMs, limits.closingPriceMs, limits.scoreMs, limits.dayMs].map(interval),
    interval(limits.toldWithinMs),
  ];
  const counted = await pool.query<
    Row<{ kind: Computed<DueKind>; due: Computed<number>; missing: Computed<number> }>
  >(
    `${everyDue}
     select kind, count(*)::integer as due, (count(*) filter (where not has))::integer as missing from due group by kind`,
    asked,
  );
  const missing = await pool.query<
    Row<{
      matchId: Computed<number>;
      league: 'leagues.code';
      homeTeam: 'teams.name';
      awayTeam: 'teams.name';
      kickoff: 'matches.match_time';
      lacks: Computed<DueKind>;
      dueAt: Computed<Date>;
    }>
  >(
    `${everyDue}
     select d.match_id as "matchId", l.code as league, h.name as "homeTeam", a.name as "awayTeam", p.match_time as kickoff,
       d.kind as lacks, d.due_at as "dueAt"
     from due d join played p on p.match_id = d.match_id join leagues l on l.id = p.league_id
     join teams h on h.id = p.home_team_id join teams a on a.id = p.away_team_id
     where not d.has order by d.due_at desc, d.match_id, d.kind limit $8`,
    [...asked, limits.shown],
  );
  const byKind = new Map(counted.rows.map((row) => [row.kind, row]));
  const due: Due[] = DueKind.options.map((kind) => byKind.get(kind) ?? { kind, due: 0, missing: 0 });
  return {
    ...(await readAges(pool, asOf)),
    due,
    missingMatches: missing.rows.map((row) => ({
      ...row,
      ...{ kickoff: isoOf(row.kickoff), dueAt: isoOf(row.dueAt) },
    })),
  };
}

const isoOf = (at: Date): string => toIso(instant(at.getTime()));

/** Since when nothing more was told, in hours: of fixtures since the last list that was looked at, of odds since a price was told or seen last. */
async function readAges(
  pool: pg.Pool,
  asOf: Instant,
): Promise<Pick<Freshness, 'fixturesLastUpdate' | 'oddsLastUpdate'>> {
  const { rows } = await pool.query<
    Row<{ fixtures: Computed<number | null>; odds: Computed<number | null> }>
  >(
    `select extract(epoch from $1::timestamptz - greatest(
         (select max(fetched_at) from source_editions where fetched_at <= $1::timestamptz),
         (select max(answered_at) from provider_polls where kind = 'fixtures' and answered_at <= $1::timestamptz)))::double precision / 3600
         as fixtures,
       extract(epoch from $1::timestamptz - greatest(
         (select max(last_seen_at) from odds_last_seen where last_seen_at <= $1::timestamptz),
         (select max(collected_at) from odds where collected_at <= $1::timestamptz)))::double precision / 3600 as odds`,
    [new Date(asOf)],
  );
  return { fixturesLastUpdate: rows[0]?.fixtures ?? null, oddsLastUpdate: rows[0]?.odds ?? null };
}
