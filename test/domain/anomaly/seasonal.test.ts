import { describe, expect, it } from 'vitest';
import { seasonalBaseline } from '../../../domain/anomaly/seasonal.js';
import { seasonOfStartYear } from '../../../schemas/values.js';

const month = (matchday: number) => ((7 + Math.floor((matchday - 1) / 4)) % 12) + 1;
/** 38 matchdays from August on; the metric grows with the matchday. */
const season = (year: number, value = (matchday: number) => matchday) =>
  Array.from({ length: 38 }, (_, i) => ({
    season: seasonOfStartYear(year),
    matchday: i + 1,
    month: month(i + 1),
    value: value(i + 1),
  }));
const history = [2018, 2019, 2020, 2021, 2022].flatMap((year) => season(year));
const tested = seasonOfStartYear(2023);

describe('what is expected of a phase of a season', () => {
  it('is what the same matchdays in the same month had in earlier seasons', () => {
    const expected = seasonalBaseline(history, tested, { matchday: 10, month: month(10) });
    expect(expected).toMatchObject({ basis: 'matchday_and_month', baseline: { count: 20, mean: 10.5 } });
  });

  it('is taken from the matchday alone where the season was moved to other months, and from the month of an unknown matchday', () => {
    expect(seasonalBaseline(history, tested, { matchday: 38, month: 7 })).toMatchObject({
      basis: 'matchday',
      baseline: { mean: 37 },
    });
    expect(seasonalBaseline(history, tested, { matchday: 99, month: 8 })).toMatchObject({
      basis: 'month',
      baseline: { mean: 2.5 },
    });
  });

  it('takes nothing from the tested season, whose later days nobody knew, nor from later seasons', () => {
    const later = [2023, 2024].flatMap((year) => season(year, () => 1_000));
    const phase = { matchday: 10, month: month(10) };
    expect(seasonalBaseline([...history, ...later], tested, phase)).toEqual(
      seasonalBaseline(history, tested, phase),
    );
    expect(seasonalBaseline(later, tested, phase)).toBeUndefined();
  });

  it('is unknown where earlier seasons have too few values', () => {
    expect(seasonalBaseline(season(2022), tested, { matchday: 99, month: 1 })).toBeUndefined();
  });
});
