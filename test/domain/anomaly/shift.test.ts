import { describe, expect, it } from 'vitest';
import { columnShifts } from '../../../domain/anomaly/shift.js';
import { seededRandom } from '../../../domain/anomaly/seeded-random.js';

const random = seededRandom(987654);
/** Prices of so many matches, whose legs hang together. */
function pricesOf(matches: number): readonly Float64Array[] {
  const rows = Array.from({ length: matches }, () => {
    const home = 0.25 + 0.4 * random();
    const draw = 0.22 + 0.08 * random();
    return [home, draw, 1 - home - draw].map((chance) => 1 / (chance * 1.055));
  });
  return [0, 1, 2].map((leg) => Float64Array.from(rows, (row) => row[leg] ?? NaN));
}
const columns = (baseline: readonly Float64Array[], current: readonly Float64Array[]) =>
  ['home_odds', 'draw_odds', 'away_odds'].map((feature, leg) => ({
    feature,
    baseline: baseline[leg] ?? new Float64Array(),
    current: current[leg] ?? new Float64Array(),
  }));

describe('columns that are compared with what they were', () => {
  it('shift by chance in no more comparisons than the limit of p says, however many columns are compared at once', () => {
    const comparisons = 1_000;
    let alarms = 0;
    for (let no = 0; no < comparisons; no += 1) {
      const shifts = columnShifts(columns(pricesOf(245), pricesOf(35)), 0.05);
      if (shifts.some(({ verdict }) => verdict === 'shift')) alarms += 1;
    }
    expect(alarms).toBeLessThanOrEqual(0.05 * comparisons);
  });

  it('have shifted where they moved by more than matters', () => {
    const moved = pricesOf(60).map((prices) => prices.map((price) => 1 + (price - 1) * 1.8));
    expect(columnShifts(columns(pricesOf(245), moved), 0.05).map(({ verdict }) => verdict)).toEqual([
      ...['shift', 'shift', 'shift'],
    ]);
  });

  it('say nothing where a window has too few values', () => {
    const [home] = columnShifts(columns(pricesOf(245), pricesOf(29)), 0.05);
    expect(home).toEqual({ feature: 'home_odds', verdict: 'too_few', statistic: 0, p: 1, adjustedP: 1 });
  });

  it('have not shifted where the difference is certain and too small to matter', () => {
    const many = pricesOf(20_000);
    const [home] = columnShifts(
      columns(
        many,
        many.map((prices) => prices.map((price) => price * 1.02)),
      ),
      0.05,
    );
    expect(home?.adjustedP).toBeLessThan(0.05);
    expect(home?.verdict).toBe('stable');
  });
});
