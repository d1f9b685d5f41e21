import { marketView } from '../../odds/market-view.js';
import type { CollectedMatch } from '../../../schemas/records/collected-match.js';
import { byDay, mean, nameRows, type Doubt, type EditionMatch, type EditionRule } from './edition.js';

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

/** How many matches in a row are looked at together, and how much likelier their scores may be if they were dealt to them: in natural logarithms. */
const windows = [
  { length: 10, step: 1, farthest: -9.6 },
  { length: 100, step: 50, farthest: -2 },
] as const;
/** What a league's counts must say of its scores, a match, before they can speak against them: some are told with every third shot missing. */
const leastTold = 0.3;
/** Fewer matches with counts say nothing of how many shots make a goal. */
const fewestWithCounts = 60;
/** Goals that no shot of the side stands for: own goals, and counts that are wrong. */
const ownGoals = 0.03;
const miscounted = 0.01;

/** How likely a side's goals are by its shots on target, over how likely they are of any side; as a natural logarithm. */
function likelinessOf(
  goals: number,
  onTarget: number,
  usual: { readonly perShot: number; readonly perSide: number },
): number {
  const ofAny = poisson(goals, usual.perSide);
  const byShots =
    (1 - ownGoals - miscounted) * binomial(goals, onTarget, usual.perShot) +
    ownGoals * binomial(goals - 1, onTarget, usual.perShot) +
    miscounted * ofAny;
  return Math.log(byShots / ofAny);
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
const poisson = (count: number, mean: number): number => (Math.exp(-mean) * mean ** count) / factorial(count);
function binomial(count: number, of: number, chance: number): number {
  if (count < 0 || count > of) return 0;
  let ways = 1;
  for (let place = 1; place <= count; place += 1) ways *= (of - count + place) / place;
  return ways * chance ** count * (1 - chance) ** (of - count);
}

/** How much likelier each score is by what else is told of its match than of any match, in natural logarithms, in the order of the days; empty where too few have counts. */
export function likelinessOfScores<Of extends Pick<EditionMatch, 'match'>>(
  matches: readonly Of[],
): readonly { readonly one: Of; readonly likeliness: number }[] {
  const counted = byDay(matches).flatMap((one) => {
    const { homeScore, awayScore, statistics, quotes } = one.match;
    const { homeShotsOnTarget = null, awayShotsOnTarget = null } = statistics ?? {};
    if (homeScore === null || awayScore === null || homeShotsOnTarget === null || awayShotsOnTarget === null)
      return [];
    const result = homeScore > awayScore ? 'home' : homeScore < awayScore ? 'away' : 'draw';
    const sides = [
      { goals: homeScore, onTarget: homeShotsOnTarget },
      { goals: awayScore, onTarget: awayShotsOnTarget },
    ];
    return [{ one, sides, result, market: marketView(quotes, 'prematch') } as const];
  });
  const goals = sum(counted.flatMap(({ sides }) => sides.map((side) => side.goals)));
  const onTarget = sum(counted.flatMap(({ sides }) => sides.map((side) => side.onTarget)));
  if (counted.length < fewestWithCounts || goals === 0 || onTarget <= goals) return [];
  const usual = { perShot: goals / onTarget, perSide: goals / (2 * counted.length) };
  const shareOf = (wanted: string): number =>
    counted.filter(({ result }) => result === wanted).length / counted.length;
  const shares = { home: shareOf('home'), draw: shareOf('draw'), away: shareOf('away') };
  return counted.map(({ one, sides, result, market }) => ({
    one,
    likeliness:
      sum(sides.map((side) => likelinessOf(side.goals, side.onTarget, usual))) +
      (market === undefined ? 0 : Math.log(market[result] / shares[result])),
  }));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * Scores go with the shots on target of their matches and with the prices. Where those of match after match would be far likelier if they had been dealt to
 * them, they are other matches' scores. Goals are taken as binomial in the shots, results as the market has them.
 */
export const scoresAgainstCounts: EditionRule = ({ matches, previous }) => {
  const inOrder = likelinessOfScores(matches);
  const before = likelinessOfScores(previous.map((match) => ({ match })));
  const trusted = before.length > 0 ? before : inOrder;
  if (!(mean(trusted.map(({ likeliness }) => likeliness)) > leastTold)) return [];
  for (const { length, step, farthest } of windows) {
    for (let first = 0; first + length <= inOrder.length; first += step) {
      const window = inOrder.slice(first, first + length).map(({ one }) => one);
      const together = sum(inOrder.slice(first, first + length).map(({ likeliness }) => likeliness));
      if (together > farthest || !window.some(({ isNew }) => isNew)) continue;
      return [
        {
          rule: 'scores_against_counts',
          says: `the scores of ${length} matches in a row go neither with their shots on target nor with the prices: ${nameRows(window)}`,
          rows: window.map(({ rowNo }) => rowNo),
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
  // A row that is not new says what it said.
  const fresh = known.filter(({ one }) => one.isNew);
  for (const kind of ['result', 'kick-off', 'statistics', 'prices'] as const) {
    if (fresh.length < fewestChanged[kind]) continue;
    const isSettled = ({ before }: (typeof known)[number]): boolean => settled[kind](before) !== null;
    const changed = fresh
      .filter((one) => isSettled(one) && settled[kind](one.before) !== settled[kind](one.one.match))
      .map(({ one }) => one);
    if (changed.length < fewestChanged[kind]) continue;
    const told = known.filter(isSettled);
    if (changed.length < shareChanged * told.length) continue;
    doubts.push({
      rule: `${kind.replace('-', '_')}_changed`,
      says: `the ${kind} of ${changed.length} of ${told.length} matches that were known is another: ${nameRows(changed)}`,
      rows: changed.map(({ rowNo }) => rowNo),
      holds: 'edition',
    });
  }
  return doubts;
};
