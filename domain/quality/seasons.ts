import type { SeasonCount } from '../../schemas/records/season-count.js';
import type { Validation } from '../../schemas/records/validation.js';
import type { SeasonsExpectation } from '../../schemas/tables/expectations.js';
import { instantFromIso, type Instant } from '../../schemas/values.js';

/** How many matches a season has in a league of so many teams, and how many play-offs may stand beside them. */
interface SeasonFormat {
  readonly matches: (teams: number) => number;
  readonly mostPlayOffs: number;
}

/** Each team at home against each other once. */
const doubleRoundRobin = (teams: number): number => teams * (teams - 1);
/** Each team at home against each other twice. */
const fourRounds = (teams: number): number => 2 * doubleRoundRobin(teams);
/** Three rounds, then one more within each half of the table where there are two halves. */
const splitAfterThree = (teams: number): number => (teams === 12 ? 3 * 66 + 2 * 15 : fourRounds(teams));
const threeRounds = (teams: number): number => (3 * teams * (teams - 1)) / 2;

const usual: SeasonFormat = { matches: doubleRoundRobin, mostPlayOffs: 0 };
const withPlayOffs = (mostPlayOffs: number): SeasonFormat => ({ matches: doubleRoundRobin, mostPlayOffs });
/** Champions and relegation are played for in rounds that change from year to year. */
const withFurtherRounds = withPlayOffs(Infinity);

/** The leagues that are no plain double round-robin. */
const formats: Readonly<Record<string, SeasonFormat>> = {
  SC0: { matches: splitAfterThree, mostPlayOffs: 0 },
  SC1: { matches: fourRounds, mostPlayOffs: 0 },
  SC2: { matches: fourRounds, mostPlayOffs: 0 },
  SC3: { matches: fourRounds, mostPlayOffs: 0 },
  CH1: { matches: splitAfterThree, mostPlayOffs: 0 },
  CH2: { matches: fourRounds, mostPlayOffs: 0 },
  HU1: { matches: threeRounds, mostPlayOffs: 0 },
  ...{
    E1: withPlayOffs(5),
    E2: withPlayOffs(5),
    E3: withPlayOffs(5),
    EC: withPlayOffs(7),
    I2: withPlayOffs(10),
  },
  ...{
    AT1: withFurtherRounds,
    B1: withFurtherRounds,
    CZ1: withFurtherRounds,
    G1: withFurtherRounds,
    MX1: withFurtherRounds,
  },
};

/** The fewest and the most matches that a whole season has. A 20-team double round-robin has 380. */
export function matchesOfSeason({ league, teams }: Pick<SeasonCount, 'league' | 'teams'>): {
  readonly least: number;
  readonly most: number;
} {
  const { matches, mostPlayOffs } = formats[league] ?? usual;
  const least = matches(teams);
  return { least, most: least + mostPlayOffs };
}

/** How often two teams meet at the ground of one of them, and how many play-offs may repeat such a meeting. */
export function longestMeetings(league: string): { readonly meetings: number; readonly beside: number } {
  const { matches, mostPlayOffs } = formats[league] ?? usual;
  const meetings = matches === doubleRoundRobin ? 1 : matches === splitAfterThree ? 3 : 2;
  return { meetings, beside: mostPlayOffs };
}

/** The seasons that were never played to their end, in the spring of 2020 and the winter after. */
const brokenOff: Readonly<Record<string, readonly string[]>> = {
  '2019-20': ['B1', 'E2', 'E3', 'EC', 'F1', 'N1', 'SC0', 'SC1', 'SC2', 'SC3'],
  '2020-21': ['EC', 'SC1', 'SC2', 'SC3'],
};

/** Whether a season is known to have ended before all its matches were played. */
export const isBrokenOff = (league: string, season: string): boolean =>
  brokenOff[season]?.includes(league) === true;

/** A season's last day is the last of July of its second year. */
const isOver = ({ season }: SeasonCount, now: Instant): boolean =>
  instantFromIso(`${Number(season.slice(0, 4)) + 1}-08-01T00:00:00Z`) <= now;

const whole: SeasonsExpectation = {
  type: 'expect_seasons_to_have_their_matches',
  columns: ['league_id', 'season'],
  weight: 'reports',
  says: 'a season that is over has as many matches as its teams play in its league',
};
const onceADay: SeasonsExpectation = {
  type: 'expect_teams_to_play_once_a_day',
  columns: ['home_team_id', 'away_team_id', 'match_time'],
  weight: 'reports',
  says: 'no team plays twice on one day',
};

/** More than one row of a table has: a season that lacks matches stands for hundreds. */
const shown = 20;

/** Holds the counts of seasons against the calendar as of an instant: what lacks matches, has too many, or has a team twice on a day. */
export function judgeSeasons(counts: readonly SeasonCount[], now: Instant): Validation[] {
  const over = counts.filter((count) => isOver(count, now));
  const odd = over.filter((count) => {
    const { least, most } = matchesOfSeason(count);
    return count.matches < least || count.matches > most;
  });
  const twice = counts.filter(({ secondMatches }) => secondMatches > 0);
  return [
    {
      ...{ expectation: whole, evaluated: over.length, unexpected: odd.length },
      examples: odd.slice(0, shown).map(({ league, season, teams, matches }) => ({
        ...{ league, season, teams, matches, expected: matchesOfSeason({ league, teams }).least },
      })),
    },
    {
      expectation: onceADay,
      evaluated: counts.reduce((sum, { matches }) => sum + 2 * matches, 0),
      unexpected: counts.reduce((sum, { secondMatches }) => sum + secondMatches, 0),
      examples: twice.slice(0, shown).map(({ league, season, secondMatches }) => ({
        ...{ league, season, secondMatches },
      })),
    },
  ];
}
