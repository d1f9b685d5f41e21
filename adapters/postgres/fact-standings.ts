import type pg from 'pg';
import type { FactStanding } from '../../schemas/records/reconciliation.js';
import { instant, Season, type Instant } from '../../schemas/values.js';
import { placeColumns, type MatchPlace, type MatchPlaceColumns } from './match-facts.js';
import type { Computed, Row } from './row.js';
import { played, playedParameters, type PlayedQuery } from './told-standings.js';

const hasBegun = `match_status in ('live', 'completed', 'abandoned')`;

interface LineupColumns {
  readonly matchId: 'matches.id';
  readonly begun: Computed<Date>;
  readonly sourceId: 'source_match_ids.source_id' | null;
  /** So many sides are stored. */
  readonly sides: Computed<number>;
  readonly answeredAt: 'provider_polls.answered_at';
}

/**
 * How the line-ups of the matches that were played stand, by kick-off; `settledAfter` is how long after kick-off their source is asked for the last time
 * (milliseconds).
 */
export async function lineupStandings(
  client: pg.ClientBase,
  { settledAfter, ...query }: PlayedQuery & { readonly settledAfter: number },
): Promise<FactStanding[]> {
  const { rows } = await client.query<Row<LineupColumns>>(
    `with ${played}
     select p.id as "matchId", p.begun, i.source_id as "sourceId", coalesce(s.sides, 0) as sides, q.answered_at as "answeredAt"
     from played p
     left join lateral (
       select (array_agg(i.source_id order by i.created_at desc, i.source_id))[1] as source_id, array_agg(i.source_id) as ids
       from match_external_ids x
       join source_match_ids i on i.data_source = x.data_source and i.external_match_id = x.external_id
       where x.match_id = p.id and x.data_source = $1
     ) i on true
     left join lateral (
       select count(distinct r.record_key)::integer as sides
       from raw_lineups_data r where r.data_source = $1 and r.external_match_id = any(i.ids)
     ) s on true
     left join provider_polls q on q.data_source = $1 and q.kind = 'lineups' and q.subject = i.source_id
     where p.${hasBegun}
     order by p.match_time, p.id`,
    playedParameters(query),
  );
  return rows.map(({ matchId, begun, sourceId, sides, answeredAt }) => ({
    matchId,
    isKnown: sourceId !== null,
    stored: sides >= 2 ? 'all' : sides === 1 ? 'part' : 'none',
    answeredAt: answeredAt && instant(answeredAt.getTime()),
    allToldAt: instant(begun.getTime() + settledAfter),
  }));
}

/** Which matches that were played are asked about their weather. */
export interface WeatherQuery {
  readonly dataSource: string;
  readonly from: Instant;
  readonly until: Instant;
  /** How long after kick-off what was measured can be had (milliseconds). */
  readonly settledAfter: number;
  /** By our codes. Absent: all. */
  readonly divisions?: readonly string[] | undefined;
  readonly seasons?: readonly Season[] | undefined;
}

interface WeatherColumns extends MatchPlaceColumns {
  readonly matchId: 'matches.id';
  readonly isStored: Computed<boolean>;
  readonly answeredAt: 'provider_polls.answered_at';
}

/**
 * How the weather of the matches that were played stands, by kick-off, with their places; of those alone whose hour is known. What was forecast counts as
 * much as what was measured, if it is of the hour in which the match began.
 */
export async function weatherStandings(
  client: pg.ClientBase,
  { dataSource, from, until, settledAfter, divisions, seasons }: WeatherQuery,
): Promise<(FactStanding & MatchPlace)[]> {
  const { rows } = await client.query<Row<WeatherColumns>>(
    `select m.id as "matchId", ${placeColumns}, w.of_hour > 0 as "isStored",
       -- What was answered of the hour at which it was to begin before says nothing of this one.
       case when w.of_any = 0 then q.answered_at end as "answeredAt"
     from matches m join leagues l on l.id = m.league_id
     cross join lateral (
       select count(*) as of_any, count(*) filter (where starts_with(w.record_key,
         to_char(date_trunc('hour', m.match_time at time zone 'UTC'), 'YYYY-MM-DD"T"HH24:MI:SS".000Z|"'))) as of_hour
       from raw_weather_data w where w.data_source = $1 and w.external_match_id = m.id::text
     ) w
     left join provider_polls q on q.data_source = $1 and q.kind = 'weather' and q.subject = m.id::text
     where m.match_time >= $2 and m.match_time < $3 and m.source_present and m.kickoff_precision = 'minute' and m.${hasBegun}
       and ($4::text[] is null or l.code = any($4)) and ($5::text[] is null or m.season = any($5))
     order by m.match_time, m.id`,
    [dataSource, new Date(from), new Date(until), divisions ?? null, seasons ?? null],
  );
  return rows.map(({ isStored, answeredAt, ...match }) => ({
    ...match,
    isKnown: true,
    stored: isStored ? 'all' : 'none',
    answeredAt: answeredAt && instant(answeredAt.getTime()),
    allToldAt: instant(match.kickoff.getTime() + settledAfter),
  }));
}

interface PlayedColumns {
  readonly matchId: 'matches.id';
  readonly season: 'matches.season';
  readonly division: 'league_external_ids.external_id';
  readonly sourceId: 'source_match_ids.source_id';
}

/** A match that was played, as a source names it, its league and its season. */
export interface PlayedMatch {
  readonly matchId: number;
  readonly division: string;
  readonly season: Season;
  readonly sourceId: string;
}

/** The matches that were played of which a source has told, by kick-off. */
export async function playedMatches(
  client: pg.Pool | pg.ClientBase,
  query: PlayedQuery,
): Promise<PlayedMatch[]> {
  const { rows } = await client.query<Row<PlayedColumns>>(
    `with ${played}
     select p.id as "matchId", p.season, p.division, i.source_id as "sourceId"
     from played p
     cross join lateral (
       select i.source_id
       from match_external_ids x
       join source_match_ids i on i.data_source = x.data_source and i.external_match_id = x.external_id
       where x.match_id = p.id and x.data_source = $1
       order by i.created_at desc, i.source_id limit 1
     ) i
     where p.${hasBegun}
     order by p.match_time, p.id`,
    playedParameters(query),
  );
  return rows.map((row) => ({ ...row, season: Season.parse(row.season) }));
}
