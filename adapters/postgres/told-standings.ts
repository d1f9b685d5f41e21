import type pg from 'pg';
import type { MatchStanding, ScoreStanding } from '../../schemas/records/reconciliation.js';
import { instant, MatchStatus, type Instant, type Season } from '../../schemas/values.js';
import { processedOf, type ReconciliationName } from './reconciliations.js';
import type { Computed, Row } from './row.js';

/** Which of the matches that kicked off in a span of time are meant. */
export interface PlayedQuery {
  readonly dataSource: string;
  /** Kick-offs from this instant on, of matches that had begun by the other. Of a match of which only the day is known, the day is over then. */
  readonly from: Instant;
  readonly until: Instant;
  /** By our codes or the source's names. Absent: all. */
  readonly divisions?: readonly string[] | undefined;
  readonly seasons?: readonly Season[] | undefined;
}

/** The matches of a source's leagues that a query means, as a common table expression of parameters 1 to 5. */
export const played = `played as materialized (
  select m.id, m.league_id, m.season, l.external_id as division, m.match_time, m.match_status, m.home_score, m.away_score,
    m.match_time + case m.kickoff_precision when 'day' then interval '1 day' else interval '0' end as begun
  from matches m
  join leagues g on g.id = m.league_id
  join league_external_ids l on l.league_id = m.league_id and l.data_source = $1
  where m.match_time >= $2 and m.match_time < $3 and m.source_present
    and m.match_time + case m.kickoff_precision when 'day' then interval '1 day' else interval '0' end < $3
    and ($4::text[] is null or g.code = any($4) or l.external_id = any($4))
    and ($5::text[] is null or m.season = any($5))
)`;
export const playedParameters = ({ dataSource, from, until, divisions, seasons }: PlayedQuery): unknown[] => [
  ...[dataSource, new Date(from), new Date(until)],
  ...[divisions ?? null, seasons ?? null],
];

interface ScoreColumns {
  readonly matchId: 'matches.id';
  readonly kickOff: 'matches.match_time';
  readonly sourceId: 'source_match_ids.source_id' | null;
  readonly status: 'matches.match_status';
  readonly homeScore: 'matches.home_score';
  readonly awayScore: 'matches.away_score';
  readonly ownStatus: 'fixture_revisions.match_status' | null;
  readonly ownHome: 'fixture_revisions.home_score' | null;
  readonly ownAway: 'fixture_revisions.away_score' | null;
  readonly toldStatus: 'raw_scores_data.match_status' | null;
  readonly toldHome: 'raw_scores_data.home_score' | null;
  readonly toldAway: 'raw_scores_data.away_score' | null;
  readonly processed: 'raw_scores_data.process_status' | null;
  readonly error: 'raw_scores_data.process_error' | null;
}

/** How the results of matches stand in silver, and in bronze by the word of a feed of scores; by kick-off. */
export async function scoreStandings(client: pg.ClientBase, query: PlayedQuery): Promise<ScoreStanding[]> {
  const { rows } = await client.query<Row<ScoreColumns>>(
    `with ${played}
     select p.id as "matchId", p.match_time as "kickOff", i.source_id as "sourceId", p.match_status as status,
       p.home_score as "homeScore", p.away_score as "awayScore", f.match_status as "ownStatus",
       f.home_score as "ownHome", f.away_score as "ownAway", s.match_status as "toldStatus",
       s.home_score as "toldHome", s.away_score as "toldAway", s.process_status as processed, s.process_error as error
     from played p
     left join lateral (
       select i.source_id
       from match_external_ids x
       join source_match_ids i on i.data_source = x.data_source and i.external_match_id = x.external_id
       where x.match_id = p.id and x.data_source = $1
       order by i.created_at desc, i.source_id limit 1
     ) i on true
     left join lateral (
       select f.match_status, f.home_score, f.away_score
       from fixture_revisions f where f.match_id = p.id and f.data_source = $1
       order by f.known_at desc, f.id desc limit 1
     ) f on true
     left join lateral (
       select s.match_status, s.home_score, s.away_score, s.process_status, s.process_error
       from raw_scores_data s
       where s.data_source = $1 and s.external_match_id = i.source_id and s.record_key = ''
       order by s.collected_at desc, s.id desc limit 1
     ) s on true
     order by p.match_time, p.id`,
    playedParameters(query),
  );
  return rows.map(({ matchId, sourceId, processed, error, ...row }) => {
    const kickOff = instant(row.kickOff.getTime());
    const standing = (
      status: string | null,
      homeScore: number | null,
      awayScore: number | null,
    ): MatchStanding | null =>
      status === null ? null : { kickOff, status: MatchStatus.parse(status), homeScore, awayScore };
    const says = standing(row.toldStatus, row.toldHome, row.toldAway);
    return {
      ...{ matchId, kickOff, sourceId },
      current: {
        ...{ kickOff, status: MatchStatus.parse(row.status) },
        ...{ homeScore: row.homeScore, awayScore: row.awayScore },
      },
      own: standing(row.ownStatus, row.ownHome, row.ownAway),
      bronze: says === null ? null : { says, processed: processedOf(processed), error },
    };
  });
}

/**
 * The matches that were played without any price of a source before kick-off, where it gave prices of another match of the league within
 * three days: it covers the round.
 */
export async function matchesWithoutPrice(client: pg.ClientBase, query: PlayedQuery): Promise<number[]> {
  const { rows } = await client.query<Row<{ id: 'matches.id' }>>(
    `with ${played}, priced as materialized (
       select p.*, exists (
         select from match_external_ids x
         join source_match_ids i on i.data_source = x.data_source and i.external_match_id = x.external_id
         join raw_odds_data r on r.data_source = i.data_source and r.external_match_id = i.source_id
         where x.match_id = p.id and x.data_source = $1 and r.collected_at < p.begun
       ) as has_price
       from played p where p.match_status in ('live', 'completed', 'abandoned')
     )
     select p.id from priced p
     where not p.has_price and exists (
       select from priced f
       where f.league_id = p.league_id and f.has_price
         and f.match_time between p.match_time - interval '3 days' and p.match_time + interval '3 days')
     order by p.match_time, p.id`,
    playedParameters(query),
  );
  return rows.map(({ id }) => id);
}

interface LackingColumns {
  readonly id: 'reconciliation_gaps.id';
  readonly lacking: Computed<number>;
  readonly pending: Computed<number>;
  readonly held: Computed<string | null>;
}

/** How the prices or injuries stand now that a run found lacking in bronze, gap by gap; `seen` means in bronze since the gap was found. */
export interface LackingStanding {
  readonly id: number;
  /** So many were not seen since. */
  readonly lacking: number;
  /** So many were, and refine has not come to them. */
  readonly pending: number;
  /** Why one of them is held. */
  readonly held: string | null;
}

const rawTables = { prices: 'raw_odds_data', injuries: 'raw_injuries_data' } as const;

/** How the records that a run found lacking stand in bronze now; each gap that is open and was not lost. */
export async function lackingStandings(
  client: pg.ClientBase,
  { runId, dataSource, kind }: ReconciliationName & { readonly kind: keyof typeof rawTables },
): Promise<LackingStanding[]> {
  const { rows } = await client.query<Row<LackingColumns>>(
    `select g.id, (count(*) filter (where v.id is null))::integer as lacking,
       (count(*) filter (where v.process_status = 'pending'))::integer as pending,
       min(v.process_error) filter (where v.process_status = 'held') as held
     from reconciliations r
     join reconciliation_gaps g on g.reconciliation_id = r.id
     cross join lateral jsonb_array_elements_text((g.source_says -> 'missing') || (g.source_says -> 'outdated')) as k (record_key)
     left join lateral (
       select o.id, o.process_status, o.process_error
       from ${rawTables[kind]} o
       where o.data_source = r.data_source and o.external_match_id = g.source_says ->> 'sourceId'
         and o.record_key = k.record_key and o.last_seen_at >= g.found_at
       order by o.collected_at desc, o.id desc limit 1
     ) v on true
     where r.run_id = $1 and r.data_source = $2 and r.kind = $3 and g.filled_at is null and g.source_says is not null
     group by g.id order by g.id`,
    [runId, dataSource, kind],
  );
  return rows;
}
