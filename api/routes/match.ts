import {
  gamesOfForm,
  keptForm,
  keptMatch,
  keptMeetings,
  meetingsTold,
  readProcessedMatch,
} from '../../activities/cached-match.js';
import { readToldFacts, type ToldFact } from '../../adapters/postgres/match-told-facts.js';
import { readTeamResults } from '../../adapters/postgres/team-results.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import { MatchQuery, MatchToldAnswer, type FactLine } from '../../schemas/api/match-told.js';
import { MatchPath } from '../../schemas/api/matches.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { gameLine } from '../lines/game-line.js';
import { noMatch } from './matches.js';

const factLine = (fact: ToldFact): FactLine => ({
  ...{ data_source: fact.dataSource, record_key: fact.recordKey },
  ...{ known_at: fact.knownAt.toISOString(), last_seen_at: fact.lastSeenAt.toISOString() },
  ...{ raw_id: fact.rawId, content_hash: fact.contentHash, payload: fact.payload },
});

/** One match with all that is told of it, as it is or was known. */
export function matchRoute(app: ApiServer, { databases, cache, now }: ApiDeps): void {
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
          'Its state, what each source said and where they contradict each other, what was counted, line-ups, injuries, weather, the form of both teams and their meetings. Nothing that became known after `as_of` is in it. If-None-Match is honoured.',
        params: MatchPath,
        querystring: MatchQuery,
        response: { 200: envelopeOf(MatchToldAnswer) },
      },
    },
    async ({ params: { match_id: matchId }, query: { as_of: asked } }) => {
      const asOf = asked ?? 'infinity';
      const at = now();
      // What is known now is kept; what was known once is asked for once.
      const found =
        asked === undefined
          ? await cache.through(keptMatch(pool, matchId, at))
          : await readProcessedMatch(pool, matchId, asked);
      if (found === null || found === undefined) throw noMatch(matchId);
      const { match, ...derived } = found;
      const before = new Date(Math.min(Date.parse(match.kick_off), (asked ?? new Date(at)).getTime()));
      const formOf = async (teamId: number) =>
        (asked === undefined
          ? await cache.through(keptForm(pool, teamId, { before, now: at }))
          : await readTeamResults(pool, { teamId, before, atMost: gamesOfForm }, asOf)
        ).map(gameLine);
      const { home_team_id: homeId, away_team_id: awayId } = match;
      const meetings =
        asked === undefined
          ? await cache.through(keptMeetings(pool, { homeId, awayId, before, now: at }))
          : await readTeamResults(
              pool,
              { teamId: homeId, opponentId: awayId, before, atMost: meetingsTold },
              asOf,
            );
      const factsOf = async (kind: 'lineups' | 'injuries' | 'weather') =>
        (await readToldFacts(pool, kind, { matchId, asOf })).map(factLine);
      return told({
        as_of: asked?.toISOString() ?? null,
        match,
        ...derived,
        line_ups: await factsOf('lineups'),
        injuries: await factsOf('injuries'),
        weather: await factsOf('weather'),
        form: { home: await formOf(homeId), away: await formOf(awayId) },
        meetings: meetings.map(gameLine),
      });
    },
  );
}
