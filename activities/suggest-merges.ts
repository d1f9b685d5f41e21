import type pg from 'pg';
import { toldFixtures, type LeagueSeason } from '../adapters/postgres/identity/pending-names.js';
import { sharedSeasons, suggestMerges } from '../adapters/postgres/identity/told-twice.js';
import { teamsToldTwice, type TeamedFixture } from '../domain/identity/teams-told-twice.js';
import { CalendarDate } from '../schemas/values.js';

/**
 * Looks for known teams that may be one in seasons of which matches were found for the first time: a season that gains its second source
 * may have a club under two ids, each known before, so that no name of it is in question.
 */
export async function suggestMergesOf(
  client: pg.ClientBase,
  seasons: readonly LeagueSeason[],
): Promise<void> {
  if (seasons.length === 0) return;
  const shared = await sharedSeasons(client, seasons);
  if (shared.length === 0) return;
  const told = await toldFixtures(client, shared);
  const pairs = shared.flatMap(({ leagueId, season }) => {
    const fixtures = told
      .filter((fixture) => fixture.leagueId === leagueId && fixture.season === season)
      .flatMap(({ dataSource, date, homeTeamId, awayTeamId }): TeamedFixture[] =>
        homeTeamId === null || awayTeamId === null
          ? []
          : [{ dataSource, date: CalendarDate.parse(date), homeTeamId, awayTeamId }],
      );
    return teamsToldTwice(fixtures).map((pair) => ({ ...pair, leagueId, season }));
  });
  await suggestMerges(client, pairs);
}
