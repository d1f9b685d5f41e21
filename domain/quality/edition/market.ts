import type { CollectedMatch } from '../../../schemas/records/collected-match.js';
import { marketView } from '../../odds/market-view.js';
import { deviation, mean, stretchesOf, type EditionRule } from './edition.js';
import { leaningOf, strengthsOf } from './strengths.js';

const signOf = ({ homeScore, awayScore }: CollectedMatch): number | undefined =>
  homeScore === null || awayScore === null ? undefined : Math.sign(homeScore - awayScore);

/** Fewer matches than this say nothing of a season. */
const fewestForStretch = 40;
/** Standard errors, of one test in some thirty thousand. */
const mostErrors = 4;

/**
 * Whether results follow the prices. With s = 1, 0, −1 for a home win, a draw, an away win and x the lean of the market less its mean over the
 * stretch, the chances p say that Σ (s − (pH − pA)) x has mean 0 and variance Σ x² (pH + pA − (pH − pA)²). Results of another league, or exchanged
 * sides of either, make it fall with the square root of the matches: far more than a bad year of the market does.
 */
export const resultsAgainstMarket: EditionRule = ({ matches }) => {
  for (const { name, matches: stretch } of stretchesOf(matches, fewestForStretch)) {
    const judged = stretch.flatMap(({ match }) => {
      const sign = signOf(match);
      const market = marketView(match.quotes, 'prematch');
      return sign === undefined || market === undefined ? [] : [{ sign, market }];
    });
    if (judged.length < fewestForStretch) continue;
    const middle = mean(judged.map(({ market }) => market.lean));
    let [sum, variance] = [0, 0];
    for (const { sign, market } of judged) {
      const expected = market.home - market.away;
      const lean = market.lean - middle;
      sum += (sign - expected) * lean;
      variance += lean ** 2 * (market.home + market.away - expected ** 2);
    }
    const errors = sum / Math.sqrt(variance);
    if (errors < -mostErrors) {
      return [
        {
          rule: 'results_against_market',
          says: `the results of ${name} do not follow the prices: ${errors.toFixed(1)} standard errors over ${judged.length} matches`,
          rows: stretch.filter(({ isNew }) => isNew).map(({ rowNo }) => rowNo),
          holds: 'edition',
        },
      ];
    }
  }
  return [];
};

/** What the teams of a league differ by must show in their goals: so many matches for each of them, and so large a ratio. */
const fewestToDiffer = 25;
const leastDifference = 1.35;
/** Where no price says how strong they are, the season before does: this little likeness to it, in teams that differ by less than this. */
const leastLikeness = 0.25;
const mostDealt = 3;

/**
 * Whether some teams are better than others. Each team's goal difference, less what playing at home is worth, has the variance of its matches if
 * all teams are equal; the mean of its square over that variance is then 1, and in real leagues 2 to 8. Results that were dealt to matches at random make teams
 * equal, where there are no prices to say so too, and unlike what they were the season before.
 */
export const teamsAlike: EditionRule = ({ matches, previous }) => {
  const before = goalsOf(previous);
  for (const { name, matches: stretch } of stretchesOf(matches, fewestForStretch)) {
    const differences = stretch.flatMap(({ match }) =>
      match.homeScore === null || match.awayScore === null
        ? []
        : [{ match, difference: match.homeScore - match.awayScore }],
    );
    const atHome = mean(differences.map(({ difference }) => difference));
    const variance = deviation(differences.map(({ difference }) => difference)) ** 2;
    const teams = new Map<string, { sum: number; matches: number }>();
    for (const { match, difference } of differences) {
      for (const [team, sign] of [
        [match.homeTeam, 1],
        [match.awayTeam, -1],
      ] as const) {
        const told = teams.get(team) ?? { sum: 0, matches: 0 };
        teams.set(team, { sum: told.sum + sign * (difference - atHome), matches: told.matches + 1 });
      }
    }
    const told = [...teams.values()];
    if (told.length < fewestTeams || mean(told.map((team) => team.matches)) < fewestToDiffer) continue;
    const ratio =
      told.reduce((sum, team) => sum + team.sum ** 2 / (team.matches * variance), 0) / (told.length - 1);
    const now = new Map([...teams].map(([team, { sum, matches }]) => [team, sum / matches]));
    const likeness = likenessOf(now, before);
    const areEqual = ratio <= leastDifference;
    const areOthers =
      ratio <= mostDealt &&
      likeness < leastLikeness &&
      !stretch.some(({ match }) => leaningOf(match) !== undefined);
    if (!areEqual && !areOthers) continue;
    return [
      {
        rule: 'teams_alike',
        says: `by the results of ${name} no team is better than another: the goal differences of ${told.length} teams vary ${ratio.toFixed(2)} times as much as chance${areEqual ? '' : `, and have a correlation of ${likeness.toFixed(2)} with those of the season before`}`,
        rows: stretch.filter(({ isNew }) => isNew).map(({ rowNo }) => rowNo),
        holds: 'edition',
      },
    ];
  }
  return [];
};

/** The least lean to the home side that a league's prices have on average; real leagues have .25 and more, .15 without spectators. */
const leastHomeLean = 0.15;
const mostErrorsAtHome = 4.5;

/** Home sides are the favourites on average. Where they are not, the prices of the sides were exchanged. */
export const homeAdvantage: EditionRule = ({ matches }) => {
  for (const { name, matches: stretch } of stretchesOf(matches, fewestForStretch)) {
    const leans = stretch
      .map(({ match }) => marketView(match.quotes, 'prematch')?.lean)
      .filter((lean) => lean !== undefined);
    if (leans.length < fewestForStretch) continue;
    const errors = (mean(leans) - leastHomeLean) / (deviation(leans) / Math.sqrt(leans.length));
    if (errors < -mostErrorsAtHome) {
      return [
        {
          rule: 'home_advantage',
          says: `the prices of ${name} make away sides the favourites: a mean log ratio of ${mean(leans).toFixed(2)} over ${leans.length} matches`,
          rows: stretch.filter(({ isNew }) => isNew).map(({ rowNo }) => rowNo),
          holds: 'edition',
        },
      ];
    }
  }
  return [];
};

/** Below this the order of the teams has turned round: from one season to the next it is .7 and more. */
const leastCorrelation = -0.3;
const fewestTeams = 8;

/** The strong teams of a season were strong the season before, by their prices or, without prices, by their goals. */
export const strengthTurned: EditionRule = ({ matches, previous }) => {
  if (!matches.some(({ isNew }) => isNew)) return [];
  const tests = [
    { by: 'prices', now: strengthsOf(matches.map(({ match }) => match)), before: strengthsOf(previous) },
    { by: 'goals', now: goalsOf(matches.map(({ match }) => match)), before: goalsOf(previous) },
  ];
  for (const { by, now, before } of tests) {
    const correlation = likenessOf(now, before);
    if (matches.length < fewestForStretch || !(correlation < leastCorrelation)) continue;
    return [
      {
        rule: 'strength_turned',
        says: `by their ${by} the strong teams of the season before are the weak ones of this: a correlation of ${correlation.toFixed(2)}`,
        rows: matches.filter(({ isNew }) => isNew).map(({ rowNo }) => rowNo),
        holds: 'edition',
      },
    ];
  }
  return [];
};

/** The mean goal difference of each team with ten matches or more. */
function goalsOf(matches: readonly CollectedMatch[]): ReadonlyMap<string, number> {
  const differences = new Map<string, number[]>();
  for (const { homeTeam, awayTeam, homeScore, awayScore } of matches) {
    if (homeScore === null || awayScore === null) continue;
    for (const [team, difference] of [
      [homeTeam, homeScore - awayScore],
      [awayTeam, awayScore - homeScore],
    ] as const) {
      const told = differences.get(team) ?? [];
      told.push(difference);
      differences.set(team, told);
    }
  }
  return new Map(
    [...differences].filter(([, told]) => told.length >= 10).map(([team, told]) => [team, mean(told)]),
  );
}

/** The correlation of the teams that both have; NaN of too few. */
function likenessOf(now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): number {
  const both = [...now.keys()].filter((team) => before.has(team));
  return both.length < fewestTeams
    ? NaN
    : correlationOf(both.map((team) => [now.get(team) ?? 0, before.get(team) ?? 0]));
}

function correlationOf(pairs: readonly (readonly [number, number])[]): number {
  const [first, second] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)];
  const [a, b] = [mean(first), mean(second)];
  const product = mean(pairs.map(([one, other]) => (one - a) * (other - b)));
  return product / (deviation(first) * deviation(second));
}
