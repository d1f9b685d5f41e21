import { describe, expect, it } from 'vitest';
import { instantFromIso, seasonOfStartYear } from '../../../schemas/values.js';
import { createLeague } from '../../../simulator/league/league.js';

const at = (iso: string, seed = 11) => createLeague({ seed, now: instantFromIso(iso) });

describe('createLeague', () => {
  it('has three seasons up to the one that runs, whole but for the matches still to be played', () => {
    const league = at('2026-11-24T10:00:00Z');
    expect(league.seasons).toEqual(['2024-25', '2025-26', '2026-27']);
    expect(league.seasons.map((season) => league.matches(season).length)).toEqual([380, 380, 380]);
    const played = league.seasons.map((season) => league.played(season).length);
    expect(played.slice(0, 2)).toEqual([380, 380]);
    expect(played[2]).toBeGreaterThan(100);
    expect(played[2]).toBeLessThan(150);
  });

  it('lists the coming two weeks, and in summer the opening round', () => {
    const autumn = at('2026-11-24T10:00:00Z');
    for (const { kickOff } of autumn.upcoming()) {
      expect(kickOff.instant).toBeGreaterThan(autumn.now);
      expect(kickOff.instant).toBeLessThanOrEqual(autumn.now + 14 * 86_400_000);
    }
    expect(autumn.upcoming()).toHaveLength(20);
    for (const summer of ['2026-06-20T12:00:00Z', '2026-07-31T12:00:00Z']) {
      expect(at(summer).seasons).toEqual(['2023-24', '2024-25', '2025-26']);
      expect(
        at(summer)
          .upcoming()
          .map(({ round, season }) => `${season}/${round}`),
      ).toEqual(Array(10).fill('2026-27/1'));
    }
  });

  it('tells the same history at any time and for any number of seasons', () => {
    const early = at('2025-11-24T10:00:00Z');
    const late = createLeague({ seed: 11, now: instantFromIso('2026-03-01T00:00:00Z'), seasons: 6 });
    for (const season of early.seasons) {
      expect(late.matches(season)).toEqual(early.matches(season));
      expect(late.matches(season).map(late.truth.report)).toEqual(
        early.matches(season).map(early.truth.report),
      );
    }
  });

  it('writes reports that agree with themselves', () => {
    const league = at('2026-06-01T10:00:00Z');
    for (const season of league.seasons) {
      for (const match of league.matches(season)) {
        const report = league.truth.report(match);
        for (const side of [report.home, report.away]) {
          expect(side.halfTimeGoals).toBeLessThanOrEqual(side.goals);
          expect(side.goals).toBeLessThanOrEqual(side.shotsOnTarget);
          expect(side.shotsOnTarget).toBeLessThanOrEqual(side.shots);
        }
      }
    }
  });

  it('lets strengths drift a little from round to round', () => {
    const league = at('2026-06-01T10:00:00Z');
    const [season = seasonOfStartYear(2023)] = league.seasons;
    const attack = (round: number): number => league.truth.strength('Greyhaven', season, round).attack;
    const steps = Array.from({ length: 37 }, (_, index) => Math.abs(attack(index + 2) - attack(index + 1)));
    expect(Math.max(...steps)).toBeLessThan(0.2);
    expect(new Set(steps).size).toBe(37);
  });

  it('gives leagues of other codes clubs of their own', () => {
    const now = instantFromIso('2026-06-01T10:00:00Z');
    const clubs = ['SIM', 'E0', 'E1', 'D1'].flatMap((code) => createLeague({ seed: 1, now, code }).clubs);
    expect(new Set(clubs).size).toBe(80);
  });
});
