import { readTeam, readTeamResults } from '../../adapters/postgres/team-results.js';
import { recentForm, tally } from '../../domain/features/recent-form.js';
import { envelopeOf, told } from '../../schemas/api/envelope.js';
import {
  RecentStatsAnswer,
  RecentStatsQuery,
  TeamFeaturesAnswer,
  TeamFeaturesQuery,
  TeamPath,
} from '../../schemas/api/features.js';
import type { ApiServer } from '../api-server.js';
import type { ApiDeps } from '../deps.js';
import { gameLine } from '../lines/game-line.js';
import { NothingThere } from '../problems.js';

const dayMs = 86_400_000;
const gamesOfForm = 5;

/** API-2, API-7: what results say of a team. */
export function teamFeatureRoutes(app: ApiServer, { databases, now }: ApiDeps): void {
  const { pool } = databases.reader;

  const teamInfo = async (teamId: number) => {
    const team = await readTeam(pool, teamId);
    if (team === undefined) {
      throw new NothingThere(`No team has the id ${teamId}`, {
        advice: 'GET /api/v1/matches tells the ids of teams.',
      });
    }
    return {
      ...{ team_id: team.teamId, team_name: team.name, country: team.country },
      ...{ league_id: team.leagueId, home_venue: team.homeVenue },
    };
  };

  app.get(
    '/api/v1/features/teams/:team_id',
    {
      config: { access: 'reader' },
      schema: {
        tags: ['features'],
        operationId: 'readTeamFeatures',
        summary: 'The form of a team: its last five results before a calculation date',
        description:
          'Matches that began before the date, with what was known of them then: a later correction is not in it. `include_raw` adds the matches.',
        params: TeamPath,
        querystring: TeamFeaturesQuery,
        response: { 200: envelopeOf(TeamFeaturesAnswer) },
      },
    },
    async ({ params: { team_id: teamId }, query }) => {
      const team_info = await teamInfo(teamId);
      const at = query.calculation_date ?? new Date(now());
      const games = await readTeamResults(pool, { teamId, before: at, atMost: gamesOfForm }, at);
      return told({
        ...{ team_info, calculation_date: at.toISOString(), features: { ...recentForm(games) } },
        ...(query.include_raw === true ? { inputs: { games: games.map(gameLine) } } : {}),
      });
    },
  );

  app.get(
    '/data/teams/:team_id/recent_stats',
    {
      config: { access: 'reader' },
      schema: {
        tags: ['data'],
        operationId: 'readRecentStats',
        summary: 'What the results of a team come to over the last days',
        params: TeamPath,
        querystring: RecentStatsQuery,
        response: { 200: envelopeOf(RecentStatsAnswer) },
      },
    },
    async ({ params: { team_id: teamId }, query: { days, as_of: asOf } }) => {
      const team_info = await teamInfo(teamId);
      const until = asOf ?? new Date(now());
      const from = new Date(until.getTime() - days * dayMs);
      const games = await readTeamResults(pool, { teamId, before: until, from }, until);
      const all = tally(games);
      const mean = (total: number): number | null => (games.length === 0 ? null : total / games.length);
      const homeMatches = games.filter(({ atHome }) => atHome).length;
      return told({
        ...{ team_info, days, from: from.toISOString(), until: until.toISOString(), matches: games.length },
        ...{ wins: all.wins, draws: all.draws, losses: all.losses, points: all.points },
        ...{ goals_for: all.goalsFor, goals_against: all.goalsAgainst },
        ...{ goals_for_avg: mean(all.goalsFor), goals_against_avg: mean(all.goalsAgainst) },
        win_rate: mean(all.wins),
        ...{ home_matches: homeMatches, away_matches: games.length - homeMatches },
      });
    },
  );
}
