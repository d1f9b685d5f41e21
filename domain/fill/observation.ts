import type { Filled, FillMethod } from '../../schemas/records/filled.js';
import type { Instant } from '../../schemas/values.js';

/** What was once measured, and when it was known. */
export interface Observation {
  readonly value: number | null;
  readonly knownAt: Instant;
}

/** What a fill may use: nothing learnt after the cutoff, and numbers alone. In the order in which they are given. */
export const knownBy = <T extends Observation>(
  observations: readonly T[],
  cutoff: Instant,
): (T & { readonly value: number })[] =>
  observations.filter(
    (observation): observation is T & { readonly value: number } =>
      observation.value !== null && Number.isFinite(observation.value) && observation.knownAt <= cutoff,
  );

export const valuesKnownBy = (observations: readonly Observation[], cutoff: Instant): number[] =>
  knownBy(observations, cutoff).map(({ value }) => value);

/** The arithmetic mean, or undefined of nothing. */
export const meanOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The middle value; of an even number of values the mean of the two in the middle. Undefined of nothing. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : low === high ? low : low / 2 + high / 2;
}

/** A value as observed: a number stands, anything else is a gap. */
export const observed = (value: number | null): Filled =>
  value !== null && Number.isFinite(value) ? { value, imputed: null } : gap('was not observed');

export const gap = (reason: string): Filled => ({ value: null, imputed: null, reason });

/** Fills a gap with an estimate, marked; what is no gap stays as it is, so that filling twice is filling once. */
export function fillWith(current: Filled, method: FillMethod, estimate: number | undefined): Filled {
  if (current.value !== null) return current;
  return estimate !== undefined && Number.isFinite(estimate)
    ? { value: estimate, imputed: method }
    : gap(`no ${method} is known`);
}
