import { describe, expect, it } from 'vitest';
import { instant } from '../../../schemas/values.js';
import { stateAt } from '../../../simulator/season/match-state.js';
import { WeatherOfSeed } from '../../../simulator/season/weather.js';
import { competitionOf, runningSeason, saturday, seasonOver } from '../../support/simulation.js';

const competition = competitionOf();
const hour = 3_600_000;

describe('line-ups and absences', () => {
  const played = competition
    .lives(runningSeason)
    .slice(0, 60)
    .flatMap((life) => stateAt(life, seasonOver) ?? []);

  it('line up eleven different men of the squad and a bench, none of them out', () => {
    for (const state of played) {
      for (const side of ['home', 'away'] as const) {
        const { starting, bench, formation } = competition.lineUp(state, side);
        const chosen = [...starting, ...bench].map(({ id }) => id);
        expect(starting).toHaveLength(11);
        expect(starting[0]?.position).toBe('goalkeeper');
        expect(new Set(chosen).size).toBe(chosen.length);
        expect(formation.split('-').reduce((sum, line) => sum + Number(line), 1)).toBe(11);
        const out = competition
          .absences(state, side, instant(state.kickOff - 1.1 * hour))
          .filter(({ certainty }) => certainty === 'out')
          .map(({ player }) => player.id);
        expect(chosen.filter((id) => out.includes(id))).toEqual([]);
      }
    }
  });

  it('tell who misses a match from two weeks before it on, and only injuries that have happened', () => {
    const told = played.map((state) =>
      [-15, -14, -1, 0].map(
        (days) => competition.absences(state, 'home', instant(state.kickOff + days * 24 * hour)).length,
      ),
    );
    expect(told.every(([early]) => early === 0)).toBe(true);
    expect(told.every(([, first = 0, , last = 0]) => first <= last)).toBe(true);
    expect(told.some(([, first = 0, , last = 0]) => first < last)).toBe(true);
  });
});

describe('the weather of a seed', () => {
  const weather = new WeatherOfSeed(1);
  const place = { latitude: 52.1, longitude: -1.2 };
  const hours = Array.from({ length: 300 }, (_, index) => instant(saturday + index * 29 * hour));
  const meanError = (aheadHours: number): number =>
    hours.reduce(
      (sum, at) =>
        sum +
        Math.abs(
          weather.forecast(place, at, instant(at - aheadHours * hour)).temperatureC -
            weather.measured(place, at).temperatureC,
        ),
      0,
    ) / hours.length;

  it('is forecast the better the nearer it is, and told as it was afterwards', () => {
    expect(meanError(-1)).toBe(0);
    expect(meanError(6)).toBeGreaterThan(0);
    expect(meanError(24)).toBeGreaterThan(meanError(6));
    expect(meanError(120)).toBeGreaterThan(meanError(24));
  });

  it('is colder in January than in August, and the same for the same seed', () => {
    const mean = (month: number): number => {
      const times = Array.from({ length: 300 }, (_, index) => instant(Date.UTC(2026, month, 1, index * 2)));
      return times.reduce((sum, at) => sum + weather.measured(place, at).temperatureC, 0) / times.length;
    };
    expect(mean(0)).toBeLessThan(mean(7) - 8);
    expect(new WeatherOfSeed(1).measured(place, saturday)).toEqual(weather.measured(place, saturday));
    expect(new WeatherOfSeed(2).measured(place, saturday)).not.toEqual(weather.measured(place, saturday));
  });
});
