import { leagues, type HistoryMatch, type Score } from './gold-history.js';
import type { Features, Learnt } from './gold-reference-known.js';

/** Expected goals of a match, by attack and defence replayed from nothing for every reading. */

interface Team {
  attack: number;
  defence: number;
  /** How far off attack and defence may be: variances. */
  unsure: { attack: number; defence: number };
  league: number;
  season: number;
  /** League and season of every match that moved it: `1/2020`. */
  readonly played: Set<string>;
}

/** What a match was worth in goals, and its variance over its mean. */
type Worth = Score & { readonly noise: number };

function worthOf({ score, shots, shotsOnTarget, corners }: Learnt): Worth | null {
  if (score === null) return null;
  if (shots === null || shotsOnTarget === null || corners === null) return { ...score, noise: 2 };
  const side = (of: 'home' | 'away') =>
    0.48 * score[of] +
    0.09 * shotsOnTarget[of] +
    0.0134 * Math.max(0, shots[of] - shotsOnTarget[of]) +
    0.041 * corners[of];
  return { home: side('home'), away: side('away'), noise: 0.62 };
}

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

interface Attacked {
  readonly expected: number;
  /** Variances of the attack of one side and of the defence of the other. */
  readonly attack: number;
  readonly defence: number;
}

/** How far goals move an attack, upwards, and the defence against it, downwards. */
function moved({ expected, attack, defence }: Attacked, goals: number, noise: number) {
  const beyond = (goals - expected) / (noise + (attack + defence) * expected);
  return { attack: attack * beyond, defence: defence * beyond, beyond: goals - expected };
}

/** The variance that is left of one when goals told of it and of another. */
const left = (own: number, other: number, told: number): number =>
  (own * (1 + other * told)) / (1 + (own + other) * told);

interface Applied {
  readonly byHome: Attacked;
  readonly byAway: Attacked;
  change: Change;
}

type Change = readonly [
  homeAttack: number,
  homeDefence: number,
  awayAttack: number,
  awayDefence: number,
  level: number,
  advantage: number,
];
const still: Change = [0, 0, 0, 0, 0, 0];

function changeBy({ byHome, byAway }: Omit<Applied, 'change'>, worth: Worth | null): Change {
  if (worth === null) return still;
  const home = moved(byHome, worth.home, worth.noise);
  const away = moved(byAway, worth.away, worth.noise);
  const all = byHome.expected + byAway.expected;
  return [
    home.attack,
    -away.defence,
    away.attack,
    -home.defence,
    (0.001 * (home.beyond + away.beyond)) / all,
    (0.002 * (home.beyond - away.beyond)) / all,
  ];
}

function replay(learnt: readonly Learnt[]) {
  const teams = new Map<number, Team>();
  const grounds = new Map<number, { level: number; advantage: number }>();
  const applied = new Map<number, Applied>();
  const ground = (league: number) => grounds.get(league) ?? { level: 0.2, advantage: 0.3 };
  const division = (league: number, season: number): Team[] =>
    [...teams.values()].filter(({ played }) => played.has(`${league}/${season}`));

  const read = (id: number, { league, season }: HistoryMatch) => {
    const team = teams.get(id);
    if (team === undefined) {
      const before = division(league, season - 1);
      const level = leagues.find((candidate) => candidate.id === league)?.level ?? 1;
      const unsure = { attack: 0.05, defence: 0.05 };
      return before.length === 0
        ? { attack: -0.15 * (level - 1), defence: -0.15 * (level - 1), unsure }
        : {
            attack: average(before.map(({ attack }) => attack)) - 0.15,
            defence: average(before.map(({ defence }) => defence)) - 0.15,
            unsure,
          };
    }
    if (team.season >= season) return team;
    const others = division(team.league, team.season);
    return {
      attack: 0.93 * team.attack + 0.07 * average(others.map(({ attack }) => attack)),
      defence: 0.93 * team.defence + 0.07 * average(others.map(({ defence }) => defence)),
      unsure: {
        attack: 0.93 ** 2 * team.unsure.attack + 0.016,
        defence: 0.93 ** 2 * team.unsure.defence + 0.016,
      },
    };
  };

  const expect = (match: HistoryMatch, own: Change) => {
    const [home, away] = [read(match.home, match), read(match.away, match)];
    const { level, advantage } = ground(match.league);
    const half = (advantage - own[5]) / 2;
    return {
      home: Math.exp(level - own[4] + half + home.attack - own[0] - away.defence + own[3]),
      away: Math.exp(level - own[4] - half + away.attack - own[2] - home.defence + own[1]),
    };
  };

  const change = (match: HistoryMatch, to: Change, from: Change): void => {
    const by = (at: 0 | 1 | 2 | 3 | 4 | 5): number => to[at] - from[at];
    const [home, away] = [teams.get(match.home), teams.get(match.away)];
    if (home !== undefined) {
      home.attack += by(0);
      home.defence += by(1);
    }
    if (away !== undefined) {
      away.attack += by(2);
      away.defence += by(3);
    }
    const { level, advantage } = ground(match.league);
    grounds.set(match.league, { level: level + by(4), advantage: advantage + by(5) });
  };

  const enter = (id: number, match: HistoryMatch, strength: Pick<Team, 'attack' | 'defence' | 'unsure'>) => {
    const before = teams.get(id);
    const stays = before !== undefined && before.season > match.season;
    teams.set(id, {
      ...{ attack: strength.attack, defence: strength.defence, unsure: strength.unsure },
      league: stays ? before.league : match.league,
      season: stays ? before.season : match.season,
      played: new Set([...(before?.played ?? []), `${match.league}/${match.season}`]),
    });
  };

  for (const step of learnt) {
    const { match } = step;
    const worth = worthOf(step);
    const before = applied.get(match.id);
    if (before !== undefined) {
      const next = changeBy(before, worth);
      change(match, next, before.change);
      before.change = next;
    } else if (worth !== null) {
      const expected = expect(match, still);
      const [home, away] = [read(match.home, match), read(match.away, match)];
      const byHome = { expected: expected.home, attack: home.unsure.attack, defence: away.unsure.defence };
      const byAway = { expected: expected.away, attack: away.unsure.attack, defence: home.unsure.defence };
      const [ofHome, ofAway] = [expected.home / worth.noise, expected.away / worth.noise];
      enter(match.home, match, {
        ...home,
        unsure: {
          attack: left(byHome.attack, byHome.defence, ofHome),
          defence: left(byAway.defence, byAway.attack, ofAway),
        },
      });
      enter(match.away, match, {
        ...away,
        unsure: {
          attack: left(byAway.attack, byAway.defence, ofAway),
          defence: left(byHome.defence, byHome.attack, ofHome),
        },
      });
      const first = changeBy({ byHome, byAway }, worth);
      change(match, first, still);
      applied.set(match.id, { byHome, byAway, change: first });
    }
  }
  return (match: HistoryMatch) => expect(match, applied.get(match.id)?.change ?? still);
}

/** The goals that both teams of a match were expected to make at its cutoff, by what was learnt until then. */
export function expectedGoalsAt(described: HistoryMatch, learnt: readonly Learnt[]): Features {
  const { home, away } = replay(learnt)(described);
  return { home_expected_goals: home, away_expected_goals: away };
}
