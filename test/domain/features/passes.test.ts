import { describe, expect, it } from 'vitest';
import { rateHistory } from '../../../domain/features/elo-pass.js';
import { leagueRates } from '../../../domain/features/league-rates-pass.js';
import { InvariantBroken } from '../../../schemas/errors.js';
import type { NumericColumns } from '../../../schemas/numeric-columns.js';

const columnsOf = (rows: readonly Readonly<Record<string, number>>[]): NumericColumns => {
  const names = Object.keys(rows[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, Float64Array.from(rows, (row) => row[name] ?? Number.NaN)]),
  );
};

const row = {
  kind: 0,
  match_id: 1,
  league_id: 1,
  level: 1,
  season_start: 2020,
  home_team_id: 1,
  away_team_id: 2,
  home_score: 2,
  away_score: 1,
  home_shots: 10,
  away_shots: 5,
  home_shots_on_target: Number.NaN,
  away_shots_on_target: Number.NaN,
  at: 2000,
  match_time: 1000,
};
const reading = { ...row, kind: 1, match_id: 2, at: 5000, match_time: 8_600_000 };

const without = (name: string): NumericColumns =>
  Object.fromEntries(Object.entries(columnsOf([row, reading])).filter(([other]) => other !== name));

describe('the rating pass', () => {
  it('gives one row a reading, with the ratings known by then', () => {
    const rated = rateHistory(columnsOf([{ ...reading, match_id: 7, at: 1500 }, row, reading]));
    expect([...(rated['match_id'] ?? [])]).toEqual([7, 2]);
    expect([...(rated['cutoff'] ?? [])]).toEqual([1500, 5000]);
    expect(rated['home_elo']?.[0]).toBe(1500);
    expect(rated['home_elo']?.[1]).toBeGreaterThan(1500);
    expect(rated['away_shots_rating']?.[1]).toBeLessThan(1500);
  });

  it('does not move a rating by a count that a match lacks', () => {
    const rated = rateHistory(columnsOf([row, reading]));
    expect(rated['home_shots_on_target_rating']?.[0]).toBe(1500);
  });

  it.each(Object.keys(row))('says that the column %s is missing', (name) => {
    expect(() => rateHistory(without(name))).toThrow(InvariantBroken);
    expect(() => rateHistory(without(name))).toThrow(`The pass has no column ${name}`);
  });
});

describe("the pass over the leagues' rates", () => {
  it('gives NaN, that is null, while a league has too few matches', () => {
    const rates = leagueRates(columnsOf([row, reading]));
    expect(rates['match_id']).toEqual(Float64Array.of(2));
    expect(rates['league_draw_rate']).toEqual(Float64Array.of(Number.NaN));
  });

  it('says which column is missing', () => {
    expect(() => leagueRates(without('league_id'))).toThrow('The pass has no column league_id');
  });
});
