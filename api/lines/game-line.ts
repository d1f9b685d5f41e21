import type { TeamResult } from '../../adapters/postgres/team-results.js';
import { resultOf } from '../../domain/features/recent-form.js';
import type { GameLine } from '../../schemas/api/match-told.js';

/** A result of a team, as the API tells it. */
export const gameLine = (game: TeamResult): GameLine => ({
  ...{ match_id: game.matchId, kick_off: game.kickOff.toISOString() },
  ...{ opponent_id: game.opponentId, opponent: game.opponent, at_home: game.atHome },
  ...{ goals_for: game.goalsFor, goals_against: game.goalsAgainst, result: resultOf(game) },
});
