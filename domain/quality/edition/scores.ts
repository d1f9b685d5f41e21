import type { CollectedMatch } from '../../../schemas/records/collected-match.js';
import { byDay, nameRows, type Doubt, type EditionMatch, type EditionRule } from './edition.js';

const isPlayed = ({ match }: EditionMatch): boolean => match.homeScore !== null && match.awayScore !== null;

/** One match in eight ends with the likeliest score, one in eleven 0-0: 380 times .13⁷, or .09⁶, are two in ten thousand. */
const longestRun = 7;
const longestGoalless = 6;

/** Matches in a row with one and the same score are none that were played: a source fills in 0-0 for what it does not know. */
export const sameScores: EditionRule = ({ matches }) => {
  let run: EditionMatch[] = [];
  const runs: EditionMatch[][] = [];
  const scoreOf = ({ match }: EditionMatch): string => `${match.homeScore ?? ''}-${match.awayScore ?? ''}`;
  for (const one of matches.filter(isPlayed)) {
    const [first] = run;
    if (first !== undefined && scoreOf(first) !== scoreOf(one)) {
      runs.push(run);
      run = [];
    }
    run.push(one);
  }
  runs.push(run);
  return runs
    .filter(
      (one) =>
        one.some(({ isNew }) => isNew) &&
        one.length >= (one[0] !== undefined && scoreOf(one[0]) === '0-0' ? longestGoalless : longestRun),
    )
    .slice(0, 1)
    .map((one) => ({
      rule: 'same_scores',
      says: `${one.length} matches in a row end ${one[0] === undefined ? '' : scoreOf(one[0])}, from ${nameRows(one.slice(0, 1))}`,
      rows: one.map(({ rowNo }) => rowNo),
      holds: 'edition',
    }));
};

const windowOfMatches = 10;
/** Of ten matches in a row real files have four at most that are so. */
const mostImpossible = 4;

/** What the counts of a match say against its score: more goals than shots on target (but for own goals), or no shot and no corner at all. */
function isImpossible({ homeScore, awayScore, statistics }: CollectedMatch): boolean {
  if (homeScore === null || awayScore === null || statistics === null) return false;
  const { homeShotsOnTarget, awayShotsOnTarget, homeShots, awayShots, homeCorners, awayCorners } = statistics;
  if (
    (homeShotsOnTarget !== null && homeScore > homeShotsOnTarget) ||
    (awayShotsOnTarget !== null && awayScore > awayShotsOnTarget)
  )
    return true;
  return [homeShots, awayShots, homeCorners, awayCorners].every((count) => count === 0);
}

/** The same of a longer stretch, as a share. */
const longWindow = 100;
const mostImpossibleShare = 0.095;

/** Scores that do not go with the counts of their matches, for match after match. */
export const scoresAgainstCounts: EditionRule = ({ matches }) => {
  const inOrder = byDay(matches).filter((one) => isPlayed(one) && one.match.statistics !== null);
  for (const [length, most] of [
    [windowOfMatches, mostImpossible],
    [longWindow, mostImpossibleShare * longWindow],
  ] as const) {
    for (let first = 0; first < inOrder.length; first += length / 2) {
      const odd = inOrder.slice(first, first + length).filter(({ match }) => isImpossible(match));
      if (odd.length <= most || !odd.some(({ isNew }) => isNew)) continue;
      return [
        {
          rule: 'scores_against_counts',
          says: `more goals than shots on target in ${odd.length} of ${length} matches in a row: ${nameRows(odd)}`,
          rows: odd.map(({ rowNo }) => rowNo),
          holds: 'edition',
        },
      ];
    }
  }
  return [];
};

/** What of a played match does not change any more, by kind. */
const settled = {
  result: ({ homeScore, awayScore }: CollectedMatch) =>
    homeScore === null ? null : `${homeScore}-${awayScore ?? ''}`,
  'kick-off': ({ date, time, homeScore }: CollectedMatch) =>
    homeScore === null ? null : `${date} ${time ?? ''}`,
  statistics: ({ statistics }: CollectedMatch) => (statistics === null ? null : JSON.stringify(statistics)),
  prices: ({ quotes, homeScore }: CollectedMatch) =>
    homeScore === null || quotes.length === 0
      ? null
      : JSON.stringify(
          quotes.map(({ bookmaker, phase, market, home, draw, away, over, under }) => [
            bookmaker,
            phase,
            market,
            home,
            draw,
            away,
            over,
            under,
          ]),
        ),
} as const;

/** As many settled matches are not corrected at once, and not so large a share of them. */
const fewestChanged: Readonly<Record<keyof typeof settled, number>> = {
  result: 4,
  'kick-off': 5,
  statistics: 8,
  prices: 8,
};
const shareChanged = 0.04;

/** What a file said of matches that were played stays, but for single corrections. */
export const settledChanged: EditionRule = ({ matches }) => {
  const doubts: Doubt[] = [];
  const known = matches.flatMap((one) => (one.before === undefined ? [] : [{ one, before: one.before }]));
  for (const kind of ['result', 'kick-off', 'statistics', 'prices'] as const) {
    const told = known.filter(({ before }) => settled[kind](before) !== null);
    const changed = told
      .filter(({ one, before }) => settled[kind](before) !== settled[kind](one.match))
      .map(({ one }) => one);
    if (changed.length < fewestChanged[kind] || changed.length < shareChanged * told.length) continue;
    doubts.push({
      rule: `${kind.replace('-', '_')}_changed`,
      says: `the ${kind} of ${changed.length} of ${told.length} matches that were known is another: ${nameRows(changed)}`,
      rows: changed.map(({ rowNo }) => rowNo),
      holds: 'edition',
    });
  }
  return doubts;
};
