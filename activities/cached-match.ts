import type pg from 'pg';
import { z } from 'zod';
import type { Cache, Kept } from '../adapters/cache/cache.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { readStatistics, type MatchStatistic } from '../adapters/postgres/match-told-facts.js';
import { readMatchTold, type MatchTold } from '../adapters/postgres/match-told.js';
import type { MatchState } from '../adapters/postgres/match-states.js';
import { readRegisteredMatch, type RegisteredMatch } from '../adapters/postgres/registered-match.js';
import type { Row } from '../adapters/postgres/row.js';
import { readTeamResults, TeamResult } from '../adapters/postgres/team-results.js';
import { ttlOfMatch } from '../domain/cache/ttl.js';
import { ConflictLine, MatchLine, RevisionLine, StatisticLine } from '../schemas/api/match-told.js';
import { headToHead, processedMatch, teamStats } from '../schemas/cache.js';
import { MatchStatus, type Instant } from '../schemas/values.js';

/** A match as it was cleaned: its state, and what it was derived from. */
export const ProcessedMatch = z.object({
  match: MatchLine,
  revisions: z.array(RevisionLine),
  conflicts: z.array(ConflictLine),
  statistics: z.array(StatisticLine),
});
export type ProcessedMatch = z.infer<typeof ProcessedMatch>;

const Results = z.array(TeamResult.extend({ kickOff: z.coerce.date() }));

/** Reads a match as it was known at an instant; undefined where nothing was known of it. */
export async function readProcessedMatch(
  pool: pg.Pool,
  matchId: number,
  asOf: Date | 'infinity',
): Promise<ProcessedMatch | undefined> {
  const [match, about] = await Promise.all([
    readRegisteredMatch(pool, matchId),
    reachingPostgres(() => readMatchTold(pool, matchId, asOf)),
  ]);
  if (match === undefined || about?.state === undefined) return undefined;
  return {
    match: matchLine(match, about.state, about),
    revisions: about.revisions.map(revisionLine),
    conflicts: about.conflicts.map((conflict) => ({
      ...{ field_group: conflict.fieldGroup, since: conflict.since.toISOString() },
      ...{ kept_source: conflict.keptSource, kept_value: conflict.keptValue },
      ...{ other_source: conflict.otherSource, other_value: conflict.otherValue },
    })),
    statistics: (await readStatistics(pool, matchId, asOf)).map(statisticLine),
  };
}

/** How a match is kept as it is now (CACHE-4); null where nobody knows it. */
export const keptMatch = (pool: pg.Pool, matchId: number, now: Instant): Kept<ProcessedMatch | null> => ({
  key: processedMatch(matchId),
  schema: ProcessedMatch.nullable(),
  compute: async () => (await readProcessedMatch(pool, matchId, 'infinity')) ?? null,
  ttl: (found: ProcessedMatch | null) =>
    found === null
      ? 300
      : ttlOfMatch({
          status: found.match.match_status,
          untilKickOffMs: Date.parse(found.match.kick_off) - now,
        }),
});

/** So many matches are a team's form. */
export const gamesOfForm = 5;

/** So many meetings of two teams are told. */
export const meetingsTold = 10;

/** What tells results up to a match that has begun from those up to now, which go on changing. */
const upTo = (before: Date, now: Instant): { before?: string } =>
  before.getTime() < now ? { before: before.toISOString() } : {};

/** How the form of a team is kept: its last results before a match that has begun, or up to now. */
export const keptForm = (
  pool: pg.Pool,
  teamId: number,
  { before, now }: { readonly before: Date; readonly now: Instant },
): Kept<TeamResult[]> => ({
  key: teamStats(teamId, 'recent', upTo(before, now)),
  schema: Results,
  compute: () => readTeamResults(pool, { teamId, before, atMost: gamesOfForm }, 'infinity'),
});

/** How the meetings of two teams are kept, as the first saw them: the last ones before a match that has begun, or up to now. */
export const keptMeetings = (
  pool: pg.Pool,
  {
    homeId,
    awayId,
    before,
    now,
  }: { readonly homeId: number; readonly awayId: number; readonly before: Date; readonly now: Instant },
): Kept<TeamResult[]> => ({
  key: headToHead(homeId, awayId, upTo(before, now)),
  schema: Results,
  compute: () =>
    readTeamResults(pool, { teamId: homeId, opponentId: awayId, before, atMost: meetingsTold }, 'infinity'),
});

/** CACHE-8: has ready what is asked about the matches that begin between two instants: themselves, the form of both teams, their meetings. */
export async function warmMatches(cache: Cache, pool: pg.Pool, now: Instant, until: Instant): Promise<void> {
  const { rows } = await reachingPostgres(() =>
    pool.query<
      Row<{ matchId: 'matches.id'; homeId: 'matches.home_team_id'; awayId: 'matches.away_team_id' }>
    >(
      `select id as "matchId", home_team_id as "homeId", away_team_id as "awayId"
       from matches where match_time > $1 and match_time <= $2 and match_status = 'scheduled'`,
      [new Date(now), new Date(until)],
    ),
  );
  const before = new Date(now);
  for (const { matchId, homeId, awayId } of rows) {
    await cache.fill(keptMatch(pool, matchId, now));
    for (const teamId of [homeId, awayId]) await cache.fill(keptForm(pool, teamId, { before, now }));
    await cache.fill(keptMeetings(pool, { homeId, awayId, before, now }));
  }
}

const matchLine = (match: RegisteredMatch, state: MatchState, { league, season, prices }: MatchTold) => ({
  ...{ match_id: match.matchId, league, season, prices },
  ...{ home_team_id: match.homeTeamId, home: match.home, away_team_id: match.awayTeamId, away: match.away },
  kick_off: state.matchTime.toISOString(),
  kickoff_precision: state.kickoffPrecision,
  match_status: state.matchStatus,
  ...{ home_score: state.homeScore, away_score: state.awayScore },
  home_half_time_score: state.homeHalfTimeScore,
  away_half_time_score: state.awayHalfTimeScore,
  ...{ venue: state.venue, referee: state.referee },
  ...{ source_present: state.sourcePresent, sources: state.sources },
  ...{ kickoff_source: state.kickoffSource, result_source: state.resultSource },
});

const revisionLine = (revision: MatchTold['revisions'][number]): RevisionLine => ({
  data_source: revision.dataSource,
  known_at: revision.knownAt.toISOString(),
  known_at_basis: revision.basis === 'observed' ? 'observed' : 'estimated',
  kick_off: revision.matchTime.toISOString(),
  kickoff_precision: revision.precision === 'minute' ? 'minute' : 'day',
  match_status: MatchStatus.parse(revision.status),
  ...{ home_score: revision.homeScore, away_score: revision.awayScore },
  ...{ venue: revision.venue, referee: revision.referee, source_present: revision.sourcePresent },
});

const statisticLine = (counted: MatchStatistic): StatisticLine => ({
  data_source: counted.dataSource,
  known_at: counted.knownAt.toISOString(),
  known_at_basis: counted.basis === 'observed' ? 'observed' : 'estimated',
  ...{ home_shots: counted.homeShots, away_shots: counted.awayShots },
  home_shots_on_target: counted.homeShotsOnTarget,
  away_shots_on_target: counted.awayShotsOnTarget,
  ...{ home_corners: counted.homeCorners, away_corners: counted.awayCorners },
  ...{ home_fouls: counted.homeFouls, away_fouls: counted.awayFouls },
  ...{ home_yellow_cards: counted.homeYellowCards, away_yellow_cards: counted.awayYellowCards },
  ...{ home_red_cards: counted.homeRedCards, away_red_cards: counted.awayRedCards },
  raw_id: counted.rawId,
});
