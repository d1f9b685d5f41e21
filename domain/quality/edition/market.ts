import type { CollectedMatch } from '../../../schemas/records/collected-match.js';
import { marketView } from '../../odds/market-view.js';
import { matchesOfSeason } from '../seasons.js';
import {
  byDay,
  deviation,
  mean,
  nameRows,
  stretchesOf,
  type Doubt,
  type EditionMatch,
  type EditionRule,
} from './edition.js';
import { doubtRows } from './membership.js';

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

/** How strong each team is in the eyes of the market, and what playing at home is worth, as log ratios of chances. */
export interface Strengths {
  readonly home: number;
  readonly of: ReadonlyMap<string, number>;
  /** In how many matches of the sample each team is. */
  readonly matches: ReadonlyMap<string, number>;
}

interface Leaning {
  readonly home: string;
  readonly away: string;
  readonly lean: number;
}

/** How many matches a rating from the season before counts for. */
const priorMatches = 3;
/** Where a residual begins to count less than its size (Huber, 1964), in log ratio. */
const huber = 0.5;
const sweeps = 30;
/** Nothing that is judged by strengths is as small as this, in log ratio. */
const stillMoving = 0.002;

/**
 * Fits lean = home + strength of the home team − strength of the away team, each strength drawn towards what it was before; by Gauss-Seidel,
 * with Huber's weights, so that a few wrong rows do not spoil the rest.
 */
export function fitStrengths(matches: readonly Leaning[], prior: ReadonlyMap<string, number>): Strengths {
  const of = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const { home, away } of matches)
    for (const team of [home, away]) {
      of.set(team, prior.get(team) ?? 0);
      counts.set(team, (counts.get(team) ?? 0) + 1);
    }
  const strength = (team: string): number => of.get(team) ?? 0;
  let advantage = 0.35;
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const sums = new Map<string, { sum: number; weight: number }>();
    for (const team of of.keys()) {
      const drawn = prior.has(team) ? priorMatches : 0.5;
      sums.set(team, { sum: drawn * (prior.get(team) ?? 0), weight: drawn });
    }
    let [sum, weight] = [0.35 * 20, 20];
    for (const { home, away, lean } of matches) {
      const residual = lean - advantage - strength(home) + strength(away);
      const counts = Math.min(1, huber / Math.abs(residual));
      sum += counts * (lean - strength(home) + strength(away));
      weight += counts;
      const ofHome = sums.get(home);
      const ofAway = sums.get(away);
      if (ofHome !== undefined) {
        ofHome.sum += counts * (lean - advantage + strength(away));
        ofHome.weight += counts;
      }
      if (ofAway !== undefined) {
        ofAway.sum += counts * (advantage + strength(home) - lean);
        ofAway.weight += counts;
      }
    }
    advantage = sum / weight;
    let moved = 0;
    for (const [team, { sum, weight }] of sums) {
      const before = strength(team);
      // Half a step: both sides of a match move at once.
      const now = (before + sum / weight) / 2;
      of.set(team, now);
      moved = Math.max(moved, Math.abs(now - before));
    }
    if (moved < stillMoving) break;
  }
  return { home: advantage, of, matches: counts };
}

const leaningOf = (match: CollectedMatch): Leaning | undefined => {
  const lean = marketView(match.quotes, 'prematch')?.lean;
  return lean === undefined ? undefined : { home: match.homeTeam, away: match.awayTeam, lean };
};

const fitted = new WeakMap<readonly CollectedMatch[], ReadonlyMap<string, number>>();

/** The strengths of the teams of a season; computed once for a list of matches. */
function strengthsOf(matches: readonly CollectedMatch[]): ReadonlyMap<string, number> {
  const known =
    fitted.get(matches) ??
    fitStrengths(
      matches.map(leaningOf).filter((one) => one !== undefined),
      new Map(),
    ).of;
  fitted.set(matches, known);
  return known;
}

/** How far the prices of one match may lie off what its teams are worth, in log ratio and in deviations of the season. */
const farthestOff = 1.5;
const mostDeviations = 5;
/** Where the closing prices say so too, this share of it is enough. */
const shareWithClosing = 0.4;
const windowOfMatches = 10;
const matchesAround = 45;
/**
 * How large the squares of what the prices of ten matches lie off may be, as a share of the squares of what prices and teams differ by. Prices dealt to
 * other matches have 1, in five of a hundred rounds below .56; of ten real matches, one window in a thousand is above .68, nearly all at a season's end.
 */
const mostUnexplained = 0.72;
const mostUnexplainedAtTheEnd = 1;
/** And how far off they must lie, as a root mean square of log ratios: where the teams are alike a little is all of it. Prices of other matches lie .8 off. */
const leastOff = 0.45;
/** The deviation of a season's prices around its strengths: .2 to .35 in real leagues. */
const mostSpread = 0.65;
const fewestForStrength = 60;

/** The share of a season after which strength is not all: who still plays for something is the favourite then. */
const lastToJudge = 0.85;

/** How far a match's prices move from the first to the last, in log ratio. */
const farthestMove = 1;
function closingContradicts({ quotes }: CollectedMatch): boolean {
  const [before, after] = [marketView(quotes, 'prematch'), marketView(quotes, 'closing')];
  return before !== undefined && after !== undefined && Math.abs(before.lean - after.lean) > farthestMove;
}

/**
 * What prices lie off the teams: as a root mean square, and as a share of what both differ by, 0 where they are the same, 1 on average where they have
 * nothing to do with each other.
 */
function unexplainedOf(
  matches: readonly { readonly toldDifference: number; readonly difference: number }[],
): { readonly off: number; readonly share: number } {
  let [off, both] = [0, 0];
  for (const { toldDifference, difference } of matches) {
    off += (toldDifference - difference) ** 2;
    both += toldDifference ** 2 + difference ** 2;
  }
  return { off: Math.sqrt(off / matches.length), share: off / both };
}

/** Prices follow the strength of the teams: a match, a round or a season whose prices do not has those of another. */
export const pricesAgainstStrength: EditionRule = ({ league, matches, previous }) => {
  const prior = strengthsOf(previous);
  const priced = byDay(matches).flatMap((one) => {
    const leaning = leaningOf(one.match);
    return leaning === undefined ? [] : [{ one, ...leaning }];
  });
  if (
    priced.length + (prior.size > 0 ? fewestForStrength : 0) < fewestForStrength ||
    !priced.some(({ one }) => one.isNew)
  )
    return [];
  const fit = fitStrengths(priced, prior);
  const { least } = matchesOfSeason({ league, teams: fit.of.size });
  const lastOfStrength = Math.floor(lastToJudge * least);
  const ofTeams = priced.map(({ one, home, away, lean }) => {
    const difference = (fit.of.get(home) ?? 0) - (fit.of.get(away) ?? 0);
    // What a match adds to the fit that it is held against.
    const ofOwn = Math.min(
      0.6,
      [home, away].reduce((sum, team) => sum + 1 / ((fit.matches.get(team) ?? 0) + priorMatches), 0),
    );
    const isKnown = [home, away].every((team) => prior.has(team) || (fit.matches.get(team) ?? 0) >= 6);
    const toldDifference = lean - fit.home;
    return {
      ...{ one, home, away, lean },
      isKnown,
      difference,
      toldDifference,
      off: isKnown ? (toldDifference - difference) / (1 - ofOwn) : 0,
    };
  });
  const judged = ofTeams.slice(0, lastOfStrength);
  const sizes = judged.map(({ off }) => Math.abs(off)).toSorted((a, b) => a - b);
  const spread = 1.4826 * (sizes[Math.floor(sizes.length / 2)] ?? 0);
  if (spread > mostSpread && priced.length >= fewestForStrength) {
    return [
      {
        rule: 'prices_against_strength',
        says: `the prices do not agree on how strong the teams are: they lie ${spread.toFixed(2)} off on average, in log ratio`,
        rows: judged.filter(({ one }) => one.isNew).map(({ one }) => one.rowNo),
        holds: 'edition',
      },
    ];
  }
  const limit = Math.max(farthestOff, mostDeviations * spread);
  const doubts: Doubt[] = [];
  const far = judged
    .filter(({ one, off }) => {
      const share = closingContradicts(one.match) ? shareWithClosing : 1;
      return one.isNew && Math.abs(off) > share * limit;
    })
    .map(({ one }) => one);
  doubts.push(
    ...doubtRows(
      'prices_against_strength',
      far,
      (named) => `the prices make it a match of other teams: ${named}`,
    ),
  );
  const known = ofTeams.map((match, place) => ({ ...match, place })).filter(({ isKnown }) => isKnown);
  const unexplained = new Set<EditionMatch>();
  for (let first = 0; first + windowOfMatches <= known.length; first += 2) {
    const together = known.slice(first, first + windowOfMatches);
    const fresh = together.filter(({ one }) => one.isNew).map(({ one }) => one);
    if (fresh.length < windowOfMatches / 2) continue;
    const isLate = together.some(({ place }) => place >= lastOfStrength);
    const most = isLate ? mostUnexplainedAtTheEnd : mostUnexplained;
    const isFarOff = ({ off, share }: ReturnType<typeof unexplainedOf>): boolean =>
      off > leastOff && share > most;
    if (!isFarOff(unexplainedOf(together))) continue;
    // Teams become better and worse: what the matches around say of them counts, before prices are called another match's.
    const around = [
      ...known.slice(Math.max(0, first - matchesAround), first),
      ...known.slice(first + windowOfMatches, first + windowOfMatches + matchesAround),
    ];
    const local = fitStrengths(around, fit.of);
    const byThen = together.map(({ home, away, lean }) => ({
      toldDifference: lean - local.home,
      difference:
        (local.of.get(home) ?? fit.of.get(home) ?? 0) - (local.of.get(away) ?? fit.of.get(away) ?? 0),
    }));
    if (isFarOff(unexplainedOf(byThen))) for (const one of fresh) unexplained.add(one);
  }
  if (unexplained.size > 0) {
    const rows = [...unexplained];
    doubts.push({
      rule: 'prices_against_strength',
      says: `the prices of match after match are not those of their teams: ${nameRows(rows)}`,
      rows: rows.map(({ rowNo }) => rowNo),
      holds: 'edition',
    });
  }
  return doubts;
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
