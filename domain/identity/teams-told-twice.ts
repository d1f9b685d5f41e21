import type { CalendarDate } from '../../schemas/values.js';
import { enoughCoincidences, ToldSeasons } from './told-seasons.js';

/** A fixture of one league's season, as one source tells it between registered teams. */
export interface TeamedFixture {
  readonly dataSource: string;
  readonly date: CalendarDate;
  readonly homeTeamId: number;
  readonly awayTeamId: number;
}

/** Two registered teams of one season that may be one, each told by another source. */
export interface TeamToldTwice {
  readonly first: { readonly dataSource: string; readonly teamId: number };
  readonly second: { readonly dataSource: string; readonly teamId: number };
  readonly coinciding: number;
}

/**
 * The teams of one league's season that may be one under two ids: each is told by a source that does not tell the other, and three or more
 * of their fixtures coincide. Both names had a team before the season got its second source, so nobody was asked about either.
 * The order of the fixtures makes no difference.
 */
export function teamsToldTwice(fixtures: readonly TeamedFixture[]): TeamToldTwice[] {
  const sources = [...new Set(fixtures.map(({ dataSource }) => dataSource))].sort();
  return sources.flatMap((first, place) =>
    sources.slice(place + 1).flatMap((second) => between(first, second, fixtures)),
  );
}

function between(first: string, second: string, fixtures: readonly TeamedFixture[]): TeamToldTwice[] {
  const [ours, theirs] = [first, second].map((source) =>
    fixtures.filter(({ dataSource }) => dataSource === source),
  );
  const season = { leagueSeason: 'the season' };
  const seasons = new ToldSeasons({
    sheets: [
      {
        ...season,
        fixtures: (ours ?? []).map(({ date, homeTeamId, awayTeamId }) => ({
          date,
          home: String(homeTeamId),
          away: String(awayTeamId),
        })),
      },
    ],
    peers: (theirs ?? []).map((fixture) => ({ ...season, ...fixture })),
  });
  const [ourTeams, theirTeams] = [teamsOf(ours ?? []), teamsOf(theirs ?? [])];
  const shared = new Map([...ourTeams].filter((id) => theirTeams.has(id)).map((id) => [String(id), id]));
  const open = [...ourTeams].filter((id) => !theirTeams.has(id)).sort((a, b) => a - b);
  const found = seasons.candidates(open.map(String), shared, (_, rivals) =>
    rivals
      .filter(({ teamId, coinciding }) => coinciding >= enoughCoincidences && !ourTeams.has(teamId))
      .sort((a, b) => b.coinciding - a.coinciding || a.teamId - b.teamId),
  );
  return [...found].flatMap(([name, [likeliest]]) =>
    likeliest === undefined
      ? []
      : {
          first: { dataSource: first, teamId: Number(name) },
          second: { dataSource: second, teamId: likeliest.teamId },
          coinciding: likeliest.coinciding,
        },
  );
}

const teamsOf = (fixtures: readonly TeamedFixture[]): ReadonlySet<number> =>
  new Set(fixtures.flatMap(({ homeTeamId, awayTeamId }) => [homeTeamId, awayTeamId]));
