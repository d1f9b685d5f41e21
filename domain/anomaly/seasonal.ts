import { type Season, seasonStartYear } from '../../schemas/values.js';
import { baselineOf, type Baseline } from './baseline.js';
import { fewestForBaseline } from './outliers.js';

/** When in a season something was measured: the matchday, from 1, and the month, 1 to 12. */
export interface SeasonPhase {
  readonly matchday: number;
  readonly month: number;
}

/** A metric as it was in a phase of a season. */
export interface SeasonalValue extends SeasonPhase {
  readonly season: Season;
  readonly value: number;
}

/** What a metric is expected to be, and what it was taken from: the same matchdays in the same month, or one of the two alone. */
export interface SeasonalBaseline {
  readonly basis: 'matchday_and_month' | 'matchday' | 'month';
  readonly baseline: Baseline;
}

/** Matchdays this near are one phase: one matchday alone has a value a season. */
const nearMatchdays = 2;

/**
 * What a metric is expected to be in a phase, from the seasons before the tested one and from nothing of that season itself: neither its
 * later days nor the tested one are known or unbiased. The narrowest basis that has enough values counts; undefined where none has.
 */
export function seasonalBaseline(
  history: readonly SeasonalValue[],
  tested: Season,
  { matchday, month }: SeasonPhase,
): SeasonalBaseline | undefined {
  const earlier = history.filter(
    ({ season, value }) => seasonStartYear(season) < seasonStartYear(tested) && Number.isFinite(value),
  );
  const isNear = (other: SeasonPhase) => Math.abs(other.matchday - matchday) <= nearMatchdays;
  const isSameMonth = (other: SeasonPhase) => other.month === month;
  const bases = [
    { basis: 'matchday_and_month', rows: earlier.filter((row) => isNear(row) && isSameMonth(row)) },
    { basis: 'matchday', rows: earlier.filter(isNear) },
    { basis: 'month', rows: earlier.filter(isSameMonth) },
  ] as const;
  const found = bases.find(({ rows }) => rows.length >= fewestForBaseline);
  return (
    found && {
      basis: found.basis,
      baseline: baselineOf(Float64Array.from(found.rows, ({ value }) => value)),
    }
  );
}
