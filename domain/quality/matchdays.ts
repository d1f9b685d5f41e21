import type { TeamCount } from '../../schemas/records/season-count.js';
import type { Validation } from '../../schemas/records/validation.js';
import type { SeasonsExpectation } from '../../schemas/tables/expectations.js';
import { matchesOfSeason } from './seasons.js';

/** Cups, snow and floodlights leave a team so many games in hand before something is amiss. */
export const mostInHand = 4;

const expectation: SeasonsExpectation = {
  type: 'expect_matchdays_to_have_their_matches',
  columns: ['league_id', 'season', 'home_team_id', 'away_team_id', 'match_time'],
  weight: 'reports',
  says: `each team has played on each matchday of a season that is under way, but for ${mostInHand} games in hand: ten matches a matchday of twenty teams`,
};

const shown = 20;

/**
 * Holds the teams of seasons that are under way against each other: the middle one says how many matchdays there were, and each has played on all of them but for
 * some games in hand; leagues that end in rounds of their own are left out. Counts are of team and match: a match that is missing is so twice.
 */
export function judgeMatchdays(counts: readonly TeamCount[]): Validation {
  const seasons = new Map<string, TeamCount[]>();
  for (const count of counts) {
    const key = `${count.league} ${count.season}`;
    seasons.set(key, [...(seasons.get(key) ?? []), count]);
  }
  // Where teams go on to rounds of their own, no middle one says anything of the others.
  const comparable = [...seasons.values()].filter((teams) =>
    Number.isFinite(matchesOfSeason({ league: teams[0]?.league ?? '', teams: teams.length }).most),
  );
  const judged = comparable.map((teams) => {
    const sorted = teams.map(({ matches }) => matches).toSorted((a, b) => a - b);
    const matchdays = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
    const behind = teams.filter(({ matches }) => matchdays - matches > mostInHand);
    return { matchdays, teams, behind };
  });
  const behind = judged.flatMap((season) =>
    season.behind.map((count) => ({ ...count, matchdays: season.matchdays })),
  );
  return {
    expectation,
    evaluated: judged.reduce((sum, { matchdays, teams }) => sum + matchdays * teams.length, 0),
    unexpected: behind.reduce((sum, { matchdays, matches }) => sum + matchdays - matches, 0),
    examples: behind.slice(0, shown).map(({ league, season, team, matches, matchdays }) => ({
      ...{ league, season, team, matches, matchdays },
    })),
  };
}
