/** The numbers of a sample in ascending order; what is not finite (a null read as NaN) is left out. */
export const finiteSorted = (values: Float64Array): Float64Array => values.filter(Number.isFinite).sort();

/**
 * The value below which a share (0 to 1) of an ascending sample lies, between two values in proportion: numpy's default, "linear"
 * (type 7 of Hyndman and Fan, 1996). NaN of an empty sample.
 */
export function quantile(ascending: Float64Array, share: number): number {
  const position = (ascending.length - 1) * share;
  const below = ascending[Math.floor(position)] ?? NaN;
  const above = ascending[Math.ceil(position)] ?? NaN;
  // Between equal values nothing is computed, so that rounding puts none of them outside.
  return above === below ? below : below + (above - below) * (position - Math.floor(position));
}
