import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeMove, type Standing } from '../../../domain/clean/match-status.js';
import { instant, type Instant } from '../../../schemas/values.js';
import type { MatchEvent } from '../../../simulator/season/match-event.js';
import type { MatchLife } from '../../../simulator/season/match-life.js';
import type { MatchState } from '../../../simulator/season/match-state.js';
import { stateAt } from '../../../simulator/season/match-state.js';
import { scoreOf } from '../../../simulator/season/play.js';
import { pricesAt } from '../../../simulator/season/price-path.js';
import { statusOf } from '../../../simulator/wire/scores-api.js';
import { competitionOf, runningSeason, seasonOver } from '../../support/simulation.js';

const competition = competitionOf();
const lives = competition.lives(runningSeason);
const ofTurn = (...turns: readonly MatchLife['turn'][]): readonly MatchLife[] =>
  lives.filter(({ turn }) => turns.includes(turn));
const eventsOf = (life: MatchLife, kind: MatchEvent['kind']): readonly MatchEvent[] =>
  life.events.filter((event) => event.kind === kind);
const known = (life: MatchLife, at: Instant): MatchState => {
  const state = stateAt(life, at);
  if (state === undefined) throw new Error(`Match ${life.id} is not announced yet.`);
  return state;
};
const atTheEnd = (life: MatchLife): MatchState => known(life, seasonOver);
const standing = (life: MatchLife, at: Instant): Standing => {
  const { phase, score, kickOff } = known(life, at);
  return {
    status: statusOf[phase],
    homeScore: score?.home ?? null,
    awayScore: score?.away ?? null,
    matchTime: kickOff,
  };
};

describe('the lives of a season', () => {
  it('are those of 380 matches, the same for the same seed and others for another', () => {
    expect(lives).toHaveLength(380);
    const eventsBy = (seed: number) =>
      competitionOf(seed)
        .lives(runningSeason)
        .map(({ events }) => events);
    expect(eventsBy(1)).toEqual(lives.map(({ events }) => events));
    expect(eventsBy(2)).not.toEqual(lives.map(({ events }) => events));
  });

  it('end with the goals of the league’s own report, unless they were cancelled or awarded', () => {
    for (const life of lives) {
      const { phase, score, halfTime } = atTheEnd(life);
      if (life.turn === 'cancelled') {
        expect([phase, score]).toEqual(['cancelled', null]);
      } else if (life.turn === 'abandoned and awarded') {
        expect(phase).toBe('awarded');
        expect([score?.home, score?.away].sort()).toEqual([0, 3]);
      } else {
        expect(phase).toBe('full time');
        expect(score).toEqual(scoreOf(life.report));
        const { home, away } = life.report;
        expect(halfTime).toEqual({ home: home.halfTimeGoals, away: away.halfTimeGoals });
      }
    }
  });

  it('take only steps that a match may take', () => {
    for (const life of lives) {
      life.events.slice(1).forEach(({ at }, index) => {
        const before = life.events[index]?.at ?? at;
        const move = judgeMove(standing(life, before), standing(life, at), at);
        expect(move.kind).toBe(
          life.turn === 'result corrected' && at === life.events.at(-1)?.at ? 'corrected' : 'plain',
        );
      });
    }
  });

  it('tell events in order, none at the instant of another, the whistles around the goals', () => {
    for (const { events } of lives) {
      const times = events.map(({ at }) => at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      const kickedOff = events.find(({ kind }) => kind === 'kicked off')?.at ?? -Infinity;
      const ended = events.find(({ kind }) => kind === 'full time' || kind === 'abandoned')?.at ?? Infinity;
      for (const event of events) {
        if (event.kind !== 'goal') continue;
        expect(event.at).toBeGreaterThan(kickedOff);
        expect(event.at).toBeLessThan(ended);
      }
    }
  });

  it('count the minutes up to 45 and 90, and what is added beside them, as their goals say them', () => {
    for (const life of lives) {
      for (const event of life.events) {
        if (event.kind !== 'goal') continue;
        const { minute, added } = known(life, event.at);
        expect([minute, added]).toEqual([event.goal.minute, event.goal.added]);
        expect(minute).toBeLessThanOrEqual(90);
      }
    }
  });

  it('publish line-ups about an hour before the kick-off that is announced then, once for each that is played', () => {
    for (const life of lives) {
      const published = eventsOf(life, 'line-ups published');
      for (const { at } of published) {
        expect(known(life, at).kickOff - at).toBeGreaterThanOrEqual(55 * 60_000);
        expect(known(life, at).kickOff - at).toBeLessThanOrEqual(65 * 60_000);
      }
      const isPlayed = life.turn !== 'cancelled';
      const mayBeAnnouncedTwice = life.turn === 'postponed on the day';
      expect(published.length).toBeGreaterThanOrEqual(isPlayed ? 1 : 0);
      expect(published.length).toBeLessThanOrEqual(mayBeAnnouncedTwice ? 2 : isPlayed ? 1 : 0);
    }
  });
});

describe('what befalls matches', () => {
  it('is all there within every five matchdays', () => {
    const turns = (from: number, to: number) =>
      new Set(lives.filter(({ match }) => match.round >= from && match.round <= to).map(({ turn }) => turn));
    const all = new Set(lives.map(({ turn }) => turn));
    expect(all.size).toBe(11);
    for (const first of [1, 6, 11, 16, 21, 26, 31]) expect(turns(first, first + 4)).toEqual(all);
  });

  it('moves kick-offs before they come, ten times where it says so', () => {
    for (const life of ofTurn('moved for television', 'moved on the day', 'moved ten times')) {
      const moves = eventsOf(life, 'moved');
      expect(moves).toHaveLength(life.turn === 'moved ten times' ? 10 : 1);
      for (const move of moves) {
        const before = known(life, instant(move.at - 1));
        const after = known(life, move.at);
        expect(after.kickOff).not.toBe(before.kickOff);
        expect(Math.min(before.kickOff, after.kickOff)).toBeGreaterThan(move.at);
      }
    }
  });

  it('puts matches off to an evening on which neither club has another match, and they are played then', () => {
    const dayOf = (at: Instant): number => Math.floor(at / 86_400_000);
    for (const life of ofTurn('postponed', 'postponed on the day')) {
      const { kickOff } = atTheEnd(life);
      expect(kickOff - life.match.kickOff.instant).toBeGreaterThan(7 * 86_400_000);
      const { home, away } = life.match;
      const others = lives.filter(
        ({ match, turn }) =>
          match !== life.match &&
          turn !== 'cancelled' &&
          [match.home, match.away].some((club) => [home, away].includes(club)),
      );
      expect(others.filter((other) => dayOf(atTheEnd(other).kickOff) === dayOf(kickOff))).toEqual([]);
    }
  });

  it('announces a day alone, and the time ten days before it', () => {
    for (const life of ofTurn('time announced late')) {
      const [announced, timed] = life.events;
      const day = known(life, announced?.at ?? seasonOver);
      expect([day.precision, new Date(day.kickOff).toISOString().slice(10)]).toEqual([
        'day',
        'T00:00:00.000Z',
      ]);
      expect(known(life, timed?.at ?? seasonOver)).toMatchObject({
        precision: 'minute',
        kickOff: life.match.kickOff.instant,
      });
    }
  });

  it('takes a goal back within minutes, and corrects a wrong result after about a day', () => {
    for (const life of ofTurn('goal taken back')) {
      const [taken] = eventsOf(life, 'goal taken back');
      if (taken?.kind !== 'goal taken back') throw new Error(`Match ${life.id} takes no goal back.`);
      const before = known(life, instant(taken.at - 1));
      const goal = before.goals.find(({ number }) => number === taken.number);
      expect(goal).toBeDefined();
      expect(known(life, taken.at).goals).toHaveLength(before.goals.length - 1);
    }
    for (const life of ofTurn('result corrected')) {
      const [corrected] = eventsOf(life, 'corrected');
      const [ended] = eventsOf(life, 'full time');
      const after = (corrected?.at ?? 0) - (ended?.at ?? 0);
      expect(after / 3_600_000).toBeGreaterThan(21);
      expect(after / 3_600_000).toBeLessThanOrEqual(24);
      expect(known(life, ended?.at ?? seasonOver).score).not.toEqual(scoreOf(life.report));
    }
  });
});

describe('the state at an instant', () => {
  const seasonFrom = Date.UTC(2026, 5, 15, 8);
  const instants = fc.integer({ min: seasonFrom, max: seasonOver }).map(instant);

  /** The life with everything after an instant taken away or replaced by a cancellation. */
  const otherFutures = (life: MatchLife, at: Instant): readonly MatchLife[] => {
    const past = life.events.filter((event) => event.at <= at);
    return [
      { ...life, events: past },
      { ...life, events: [...past, { at: instant(at + 1), kind: 'cancelled' }] },
    ];
  };

  it('knows nothing of what comes later, nor do the prices', () => {
    fc.assert(
      fc.property(fc.constantFrom(...lives), instants, (life, at) => {
        const state = known(life, at);
        for (const other of otherFutures(life, at)) {
          expect({ ...stateAt(other, at), life }).toEqual(state);
          expect(pricesAt(other, at)).toEqual(pricesAt(life, at));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('is the same whatever was asked before, and the same object within a minute without news', () => {
    fc.assert(
      fc.property(fc.constantFrom(...lives), instants, instants, (life, one, other) => {
        const state = known(life, one);
        known(life, other);
        expect(known(life, one)).toEqual(state);
        expect(known(life, one)).toBe(known(life, one));
      }),
      { numRuns: 100 },
    );
  });

  it('is none before the season is announced', () => {
    for (const life of lives) expect(stateAt(life, instant(seasonFrom - 1))).toBeUndefined();
  });
});
