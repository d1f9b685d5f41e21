import { longestMeetings, isBrokenOff, matchesOfSeason } from '../seasons.js';
import { byDay, nameRows, systematic, type Doubt, type EditionMatch, type EditionRule } from './edition.js';

const fewestLost = 3;
const shareLost = 0.02;

/** A file grows. One match may leave it; where many do at once it was cut, or is an older one. */
export const matchesLost: EditionRule = ({ had, lost }) =>
  lost.length >= fewestLost && lost.length >= shareLost * had
    ? [
        {
          rule: 'matches_lost',
          says: `${lost.length} of the ${had} matches that the file had are not in it any more`,
          rows: [],
          holds: 'edition',
        },
      ]
    : [];

/** Fewer matches a team than this were never meant to be a season. */
const fewestPerTeam = 1.5;

/** A season that is over has the matches of its format, but for one or two that were never played. What the file has of it may be right. */
export const matchesLacking: EditionRule = ({ league, season, today, matches }) => {
  if (today < `${Number(season.slice(0, 4)) + 1}-08-01` || isBrokenOff(league, season)) return [];
  const teams = new Set(matches.flatMap(({ match }) => [match.homeTeam, match.awayTeam])).size;
  const { least } = matchesOfSeason({ league, teams });
  const lacking = least - matches.length;
  if (matches.length < fewestPerTeam * teams || lacking < fewestLost) return [];
  return [
    {
      rule: 'matches_lacking',
      says: `the season is over, its ${teams} teams play ${least} matches, and the file has ${matches.length}`,
      rows: [],
      holds: 'nothing',
    },
  ];
};

/** Two teams meet at one ground as often as the format says; the same pairing once more was copied, or its sides were changed. */
export const pairingsRepeated: EditionRule = ({ league, matches }) => {
  const { meetings, beside } = longestMeetings(league);
  const groups = new Map<string, EditionMatch[]>();
  for (const one of byDay(matches)) {
    const name = JSON.stringify([one.match.homeTeam, one.match.awayTeam]);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [one]);
    else group.push(one);
  }
  const repeated = [...groups.values()].filter((group) => group.length > meetings);
  if (repeated.reduce((sum, group) => sum + group.length - meetings, 0) <= beside) return [];
  const rows = repeated.flatMap((group) => group.filter(({ isNew }) => isNew));
  return doubtRows(
    'pairing_repeated',
    rows,
    (named) =>
      `these teams meet at this ground ${meetings === 1 ? 'once' : `${meetings} times`} a season, and the file has it more often: ${named}`,
  );
};

/** A match of which home and away change places between two editions left the file under one name and came back under another: one of the two is wrong. */
export const sidesExchanged: EditionRule = ({ matches, lost }) => {
  const name = (date: string, home: string, away: string): string => JSON.stringify([date, home, away]);
  const left = new Set(lost.map(({ date, homeTeam, awayTeam }) => name(date, homeTeam, awayTeam)));
  const rows = matches.filter(
    ({ isNew, match }) => isNew && left.has(name(match.date, match.awayTeam, match.homeTeam)),
  );
  return doubtRows(
    'sides_exchanged',
    rows,
    (named) => `stood in the file with home and away exchanged: ${named}`,
  ).map((doubt) => ({ ...doubt, holds: 'edition' }));
};

/** No team plays twice on one day. */
export const twiceADay: EditionRule = ({ matches }) => {
  const days = new Map<string, EditionMatch[]>();
  for (const one of matches) {
    for (const team of [one.match.homeTeam, one.match.awayTeam]) {
      const name = `${one.match.date} ${team}`;
      const group = days.get(name);
      if (group === undefined) days.set(name, [one]);
      else group.push(one);
    }
  }
  const rows = [...days.values()].filter((group) => group.length > 1).flat();
  const once = [...new Set(rows)].filter(({ isNew }) => isNew);
  return doubtRows('twice_a_day', once, (named) => `a team plays twice on one day: ${named}`);
};

/** How much of a league may be new in a season: what goes up and down, and a division that was formed anew. */
const mostNewTeams = 0.6;
const enoughMatches = 100;

/** Most of a league's teams were there the season before. */
export const teamsUnknown: EditionRule = ({ matches, previous }) => {
  if (previous.length < enoughMatches) return [];
  const known = new Set(previous.flatMap(({ homeTeam, awayTeam }) => [homeTeam, awayTeam]));
  const teams = new Set(matches.flatMap(({ match }) => [match.homeTeam, match.awayTeam]));
  const strange = [...teams].filter((team) => !known.has(team));
  if (strange.length < systematic || strange.length <= mostNewTeams * teams.size) return [];
  const isStrange = new Set(strange);
  return [
    {
      rule: 'teams_unknown',
      says: `${strange.length} of its ${teams.size} teams were not in the league the season before, among them ${strange.slice(0, 3).join(', ')}`,
      rows: matches.filter(({ match }) => isStrange.has(match.homeTeam)).map(({ rowNo }) => rowNo),
      holds: 'edition',
    },
  ];
};

/** A result of a day that has not come. */
export const playedAhead: EditionRule = ({ matches, today }) => {
  const rows = matches.filter(
    ({ isNew, match }) => isNew && match.homeScore !== null && match.date > dayAfter(today),
  );
  return doubtRows('played_ahead', rows, (named) => `has a result, and its day has not come: ${named}`);
};

const day = 86_400_000;
const dayAfter = (date: string): string => new Date(Date.parse(date) + day).toISOString().slice(0, 10);
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / day;

/** How many days a row may lie off the row before it and the row after it, where a file is in the order of days. */
const mostDaysOff = 10;
/** Neighbours that are out of order, as a share of all, above which a file is not in order. */
const mostDisorder = 0.1;

/** In a file that is in the order of days, rows that lie far off the rest of it have a wrong day (day and month exchanged), a single one or a round of them. */
export const dayOutOfOrder: EditionRule = ({ matches }) => {
  const steps = matches
    .slice(1)
    .map((one, index) => daysBetween(matches[index]?.match.date ?? '', one.match.date));
  if (steps.filter((step) => step < 0).length > mostDisorder * steps.length) return [];
  const inOrder = longestInOrder(matches);
  const rows = matches.filter((one, index) => {
    if (inOrder.has(index)) return false;
    const before = matches.findLast((_, place) => place < index && inOrder.has(place));
    const after = matches.find((_, place) => place > index && inOrder.has(place));
    return [before, after].every(
      (other) => other === undefined || Math.abs(daysBetween(other.match.date, one.match.date)) > mostDaysOff,
    );
  });
  return doubtRows(
    'day_out_of_order',
    rows.filter(({ isNew }) => isNew),
    (named) => `lies weeks off the rows around it: ${named}`,
  );
};

/** The places of the longest run of rows whose days never fall, rows between them left out (Schensted, 1961). */
function longestInOrder(matches: readonly EditionMatch[]): ReadonlySet<number> {
  const before: (number | undefined)[] = [];
  /** By length less one: where the run of this length ends whose last day is the earliest. */
  const ends: number[] = [];
  const dayAt = (place: number | undefined): string =>
    place === undefined ? '' : (matches[place]?.match.date ?? '');
  for (const [place, { match }] of matches.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (dayAt(ends[middle]) <= match.date) low = middle + 1;
      else high = middle;
    }
    before.push(low === 0 ? undefined : ends[low - 1]);
    ends[low] = place;
  }
  const run = new Set<number>();
  for (let place = ends.at(-1); place !== undefined; place = before[place]) run.add(place);
  return run;
}

/** A doubt of these rows, and of the edition where they are many; none without a row. */
export function doubtRows(
  rule: string,
  rows: readonly EditionMatch[],
  says: (named: string) => string,
): readonly Doubt[] {
  if (rows.length === 0) return [];
  return [
    {
      rule,
      says: says(nameRows(rows)),
      rows: rows.map(({ rowNo }) => rowNo),
      holds: rows.length >= systematic ? 'edition' : 'rows',
    },
  ];
}
