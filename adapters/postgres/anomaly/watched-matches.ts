import type pg from 'pg';
import type { Season } from '../../../schemas/values.js';
import type { Computed, Row } from '../row.js';
import { resultOf } from './record-names.js';
import { columnArray, distributeValues, type Numbers, type WatchedSpan } from './watched-values.js';

const inQuarantine = `m.id in (select k.match_id from quarantined_rows k where k.table_name = 'matches')`;
/** A person let it go with the result that it has. */
const wasReleased = `exists (
  select from quarantines k join fixture_revisions f on f.match_id = k.match_id and f.known_at <= k.released_at
  where k.table_name = 'matches' and k.match_id = m.id
    and (f.home_score, f.away_score) is not distinct from (m.home_score, m.away_score))`;
/** A finding told of the match, and of the result that it has. */
const wasTold = `(m.id, ${resultOf('m')}) in (
  select t.id, coalesce(t.result, ${resultOf('n')})
  from anomaly_detections d
  join data_quality_logs f on f.id = d.finding_id
  cross join lateral jsonb_to_recordset(d.details -> 'records' || coalesce(d.details -> 'beyond', '[]')) as t (id bigint, result text)
  join matches n on n.id = t.id
  where d.table_name = 'matches' and d.anomaly_type = 'statistical_outlier'`;
/** In quarantine, or confirmed. */
const isIncident = `(${inQuarantine} or ${wasTold} and f.status = 'resolved'))`;
/** Told already, or released. */
const isSettled = `(${wasReleased} or ${wasTold}))`;

const isPlayed = `m.match_status = 'completed' and m.source_present and num_nulls(m.home_score, m.away_score) = 0`;

/**
 * The matches whose result was told in the window or came to silver since the last look, against those played in the span before. $1 is where that begins, $2 where it
 * ends, $3 from where on every result is judged, $4 where the look ends.
 */
const readMatches = (span: WatchedSpan): string => `
  insert into watched_values (record_id, known_at, is_tested, stored, measured)
  select m.id, m.match_time, t.match_id is not null, ${columnArray(span, 'm')}, ${columnArray(span, 'm')}
  from matches m
  left join (
    select f.match_id from fixture_revisions f
    where f.known_at > $3 and f.known_at <= $4 and f.match_status = 'completed'
    union select r.match_id from watched_recent r where r.is_new
  ) as t on t.match_id = m.id
  where ${isPlayed} and not ${isIncident}
    and (t.match_id is null and m.match_time > $1 and m.match_time <= $2 or t.match_id is not null and not ${isSettled})`;

/** Reads the results of the span into the watched tables. */
export async function watchMatches(client: pg.ClientBase, span: WatchedSpan): Promise<void> {
  await client.query(
    readMatches(span),
    [span.baselineFrom, span.from, span.judgedFrom, span.to].map((at) => new Date(at)),
  );
  await distributeValues(client, span);
}

interface SeasonColumns {
  readonly id: 'matches.id';
  readonly leagueId: 'matches.league_id';
  readonly season: Computed<Season>;
  readonly matchday: Computed<number>;
  readonly month: Computed<number>;
  readonly isTested: Computed<boolean>;
  readonly numbers: Computed<Numbers>;
}

/** A match of a season, its matchday and month, with what is measured of it. */
export type SeasonMatch = Row<SeasonColumns>;

const seasonsBack = 5;

/**
 * The judged matches and those of the same leagues in the seasons before, each with its matchday: of a league of n teams n/2 matches in the order in
 * which they were played. For when the span before has too few matches: a season begins after two months without any.
 */
export async function readSeasons(client: pg.ClientBase, span: WatchedSpan): Promise<readonly SeasonMatch[]> {
  const { rows } = await client.query<Row<SeasonColumns>>(
    `with leagues_judged as (
       select m.league_id, min(m.match_time) as first_at from matches m
       where m.id in (select record_id from watched_values where is_tested) group by m.league_id
     ), ordered as (
       select m.*, s.teams, row_number() over (partition by m.league_id, m.season order by m.match_time, m.id) as place
       from matches m
       join leagues_judged j on j.league_id = m.league_id and m.match_time > j.first_at - make_interval(years => $1)
       join (
         select league_id, season, count(distinct home_team_id) as teams from matches group by league_id, season
       ) as s on s.league_id = m.league_id and s.season = m.season
       where ${isPlayed}
     )
     select m.id, m.league_id as "leagueId", m.season,
       ((m.place - 1) / greatest(1, m.teams / 2) + 1)::integer as matchday,
       extract(month from m.match_time at time zone 'UTC')::integer as month,
       m.id in (select record_id from watched_values where is_tested) as "isTested",
       ${columnArray(span, 'm')} as numbers
     from ordered m
     where not ${isIncident}
     order by m.id`,
    [seasonsBack],
  );
  return rows;
}

interface SpacingColumns {
  readonly leagueId: 'matches.league_id';
  /** The first match of the day, where it is judged: of a gap is told once. */
  readonly id: Computed<number | null>;
  readonly days: Computed<number>;
  readonly isBefore: Computed<boolean>;
}

/** A day on which a league played, and how many days it had not played before. */
export type LeagueDay = Row<SpacingColumns>;

const spacingBack = `interval '1 year'`;

/**
 * How many days the leagues of the judged matches had not played before each day on which they did, within a season, of the last year. A result that is missing
 * leaves a gap before the next one.
 */
export async function readSpacing(client: pg.ClientBase, span: WatchedSpan): Promise<readonly LeagueDay[]> {
  const { rows } = await client.query<Row<SpacingColumns>>(
    `with judged as materialized (
       select record_id as id from watched_values where is_tested
     ), days as (
       select m.league_id, m.season, (m.match_time at time zone l.time_zone)::date as day,
         (array_agg(m.id order by m.match_time, m.id))[1] as first_id, max(m.match_time) <= $1 as is_before
       from matches m
       join leagues l on l.id = m.league_id
       where m.league_id in (select n.league_id from matches n where n.id in (select id from judged))
         and m.match_time > $1::timestamptz - ${spacingBack} and m.match_time <= $2 and ${isPlayed} and not ${isIncident}
       group by m.league_id, m.season, 3
     )
     select league_id as "leagueId", case when first_id in (select id from judged) then first_id end as id, days, is_before as "isBefore"
     from (select d.*, d.day - lag(d.day) over (partition by d.league_id, d.season order by d.day) as days from days d) as spaced
     where days is not null
     order by league_id, day`,
    [span.from, span.to].map((at) => new Date(at)),
  );
  return rows;
}
