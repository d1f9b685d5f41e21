import { readMatchTold, type MatchTold } from '../../adapters/postgres/match-told.js';
import {
  readStatistics,
  readToldFacts,
  type MatchStatistic,
  type ToldFact,
} from '../../adapters/postgres/match-told-facts.js';
import type { MatchState } from '../../adapters/postgres/match-states.js';
import { reachingPostgres } from '../../adapters/postgres/away.js';
import { readRegisteredMatch, type RegisteredMatch } from '../../adapters/postgres/registered-match.js';
import { readTeamResults } from '../../adapters/postgres/team-results.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import {
  MatchQuery,
  MatchToldAnswer,
  type FactLine,
  type RevisionLine,
  type StatisticLine,
} from '../../schemas/api/match-told.js';
import { MatchPath } from '../../schemas/api/matches.js';
import { MatchStatus as RevisionStatus } from '../../schemas/values.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { gameLine } from '../lines/game-line.js';
import { noMatch } from './matches.js';

const gamesOfForm = 5;

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
  match_status: RevisionStatus.parse(revision.status),
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

const factLine = (fact: ToldFact): FactLine => ({
  ...{ data_source: fact.dataSource, record_key: fact.recordKey },
  ...{ known_at: fact.knownAt.toISOString(), last_seen_at: fact.lastSeenAt.toISOString() },
  ...{ raw_id: fact.rawId, content_hash: fact.contentHash, payload: fact.payload },
});

/** One match with all that is told of it, as it is or was known. */
export function matchRoute(app: ApiServer, { databases, now }: ApiDeps): void {
  const { pool } = databases.reader;
  app.get(
    '/api/v1/matches/:match_id',
    {
      config: { access: 'reader' },
      schema: {
        tags: ['matches'],
        operationId: 'readMatch',
        summary: 'A match with all that is told of it, as known at an instant',
        description:
          'Its state, what each source said and where they contradict each other, what was counted, line-ups, injuries, weather, and the form of both teams. Nothing that became known after `as_of` is in it. If-None-Match is honoured.',
        params: MatchPath,
        querystring: MatchQuery,
        response: { 200: envelopeOf(MatchToldAnswer) },
      },
    },
    async ({ params: { match_id: matchId }, query: { as_of: asked } }) => {
      const asOf = asked ?? 'infinity';
      const [match, about] = await Promise.all([
        readRegisteredMatch(pool, matchId),
        reachingPostgres(() => readMatchTold(pool, matchId, asOf)),
      ]);
      const state = about?.state;
      if (match === undefined || about === undefined || state === undefined) throw noMatch(matchId);
      const before = new Date(Math.min(state.matchTime.getTime(), (asked ?? new Date(now())).getTime()));
      const formOf = async (teamId: number) =>
        (await readTeamResults(pool, { teamId, before, atMost: gamesOfForm }, asOf)).map(gameLine);
      const factsOf = async (kind: 'lineups' | 'injuries' | 'weather') =>
        (await readToldFacts(pool, kind, { matchId, asOf })).map(factLine);
      return told({
        as_of: asked?.toISOString() ?? null,
        match: matchLine(match, state, about),
        revisions: about.revisions.map(revisionLine),
        conflicts: about.conflicts.map((conflict) => ({
          ...{ field_group: conflict.fieldGroup, since: conflict.since.toISOString() },
          ...{ kept_source: conflict.keptSource, kept_value: conflict.keptValue },
          ...{ other_source: conflict.otherSource, other_value: conflict.otherValue },
        })),
        statistics: (await readStatistics(pool, matchId, asOf)).map(statisticLine),
        line_ups: await factsOf('lineups'),
        injuries: await factsOf('injuries'),
        weather: await factsOf('weather'),
        form: { home: await formOf(match.homeTeamId), away: await formOf(match.awayTeamId) },
      });
    },
  );
}
