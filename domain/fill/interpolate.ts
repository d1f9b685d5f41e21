import type { Filled } from '../../schemas/records/filled.js';
import type { Instant } from '../../schemas/values.js';
import { fillWith, gap, knownBy, observed, type Observation } from './observation.js';

/** A point of a series: `at` is when it was so. */
export interface SeriesPoint extends Observation {
  readonly at: Instant;
}

/**
 * CLN-10: the points of a series, in their order, gaps filled on the straight line between the nearest known points on both sides. Before
 * the first known point and after the last there is no line, and the gap stays.
 */
export function interpolate(points: readonly SeriesPoint[], cutoff: Instant): Filled[] {
  const known = knownBy(points, cutoff).sort((a, b) => a.at - b.at);
  return points.map((point) => {
    if (known.some((candidate) => candidate === point)) return observed(point.value);
    const before = known.findLast(({ at }) => at <= point.at);
    const after = known.find(({ at }) => at >= point.at);
    if (before === undefined || after === undefined) return gap('no neighbour is known on both sides');
    const share = after.at === before.at ? 0 : (point.at - before.at) / (after.at - before.at);
    return fillWith(gap('was not known'), 'interpolation', before.value * (1 - share) + after.value * share);
  });
}
