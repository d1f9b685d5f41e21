import { leagues, type HistoryMatch, type Score } from './gold-history.js';
import type { Features, Learnt } from './gold-reference-known.js';

/** The ratings of a match, replayed from nothing for every reading. */

interface Formula {
  readonly k: number;
  readonly homeAdvantage: number;
  readonly counts: (learnt: Learnt) => Score | null;
  readonly share: (counts: Score) => number;
  readonly weight: (counts: Score) => number;
}

const goals = ({ score }: Learnt): Score | null => score;

const formulas: Readonly<Record<string, Formula>> = {
  elo: {
    k: 20,
    homeAdvantage: 65,
    counts: goals,
    share: ({ home, away }) => (Math.sign(home - away) + 1) / 2,
    weight: ({ home, away }) => (home === away ? 1 : 0.6 + Math.log(1 + Math.abs(home - away))),
  },
  goal_rating: {
    k: 30,
    homeAdvantage: 35,
    counts: goals,
    share: ({ home, away }) => (home + 0.6) / (home + away + 1.2),
    weight: () => 1,
  },
  shots_on_target_rating: {
    k: 30,
    homeAdvantage: 45,
    counts: ({ shotsOnTarget }) => shotsOnTarget,
    share: ({ home, away }) => (home + 1) / (home + away + 2),
    weight: () => 1,
  },
  shots_rating: {
    k: 30,
    homeAdvantage: 45,
    counts: ({ shots }) => shots,
    share: ({ home, away }) => (home + 1) / (home + away + 2),
    weight: () => 1,
  },
};

interface Team {
  rating: number;
  league: number;
  season: number;
  /** League and season of every match that moved it: `1/2020`. */
  readonly played: Set<string>;
}

interface Moved {
  readonly expected: number;
  counts: Score | null;
  points: number;
}

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function replay(formula: Formula, learnt: readonly Learnt[]) {
  const teams = new Map<number, Team>();
  const moved = new Map<number, Moved>();

  const division = (league: number, season: number): number[] =>
    [...teams.values()].filter(({ played }) => played.has(`${league}/${season}`)).map(({ rating }) => rating);

  const read = (id: number, { league, season }: HistoryMatch): number => {
    const team = teams.get(id);
    if (team === undefined) {
      const before = division(league, season - 1).sort((a, b) => a - b);
      const level = leagues.find((candidate) => candidate.id === league)?.level ?? 1;
      return before.length === 0 ? 1500 - 120 * (level - 1) : average(before.slice(0, 3));
    }
    if (team.season >= season) return team.rating;
    return 0.9 * team.rating + 0.1 * average(division(team.league, team.season));
  };

  const pointsFor = (counts: Score, expected: number) =>
    formula.k * formula.weight(counts) * (formula.share(counts) - expected);

  for (const step of learnt) {
    const { match } = step;
    const counts = formula.counts(step);
    const before = moved.get(match.id);
    if (before === undefined && counts !== null) {
      const [home, away] = [read(match.home, match), read(match.away, match)];
      const expected = 1 / (1 + 10 ** ((away - home - formula.homeAdvantage) / 400));
      const points = pointsFor(counts, expected);
      moved.set(match.id, { expected, counts, points });
      for (const [id, rating] of [
        [match.home, home + points],
        [match.away, away - points],
      ] as const) {
        const team = teams.get(id) ?? {
          rating,
          league: match.league,
          season: match.season,
          played: new Set(),
        };
        team.rating = rating;
        if (match.season >= team.season) {
          team.league = match.league;
          team.season = match.season;
        }
        team.played.add(`${match.league}/${match.season}`);
        teams.set(id, team);
      }
    } else if (before !== undefined) {
      const points = counts === null ? 0 : pointsFor(counts, before.expected);
      const [home, away] = [teams.get(match.home), teams.get(match.away)];
      if (home !== undefined) home.rating += points - before.points;
      if (away !== undefined) away.rating -= points - before.points;
      before.counts = counts;
      before.points = points;
    }
  }
  return { read, pointsOf: (match: HistoryMatch) => moved.get(match.id)?.points ?? 0 };
}

/** Every rating of a match's two teams at its cutoff, by what was learnt until then. */
export function ratingsAt(described: HistoryMatch, learnt: readonly Learnt[]): Features {
  return Object.fromEntries(
    Object.entries(formulas).flatMap(([name, formula]) => {
      const { read, pointsOf } = replay(formula, learnt);
      const own = pointsOf(described);
      return [
        [`home_${name}`, read(described.home, described) - own],
        [`away_${name}`, read(described.away, described) + own],
      ];
    }),
  );
}
