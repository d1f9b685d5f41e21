import { datasetKey, type Dataset } from '../../schemas/lineage.js';
import type { Making } from './upstream.js';

/** Whatever is made of a dataset, directly or by way of others, itself left out: what its change or its loss touches. */
export function downstreamOf(
  dataset: Dataset,
  makings: readonly Pick<Making, 'inputs' | 'outputs'>[],
): Dataset[] {
  const start = datasetKey(dataset);
  const found = new Map<string, Dataset>();
  let reached: ReadonlySet<string> = new Set([start]);
  while (reached.size > 0) {
    const next = new Set<string>();
    for (const { inputs, outputs } of makings) {
      if (!inputs.some((input) => reached.has(datasetKey(input)))) continue;
      for (const output of outputs) {
        const key = datasetKey(output);
        if (key === start || found.has(key)) continue;
        found.set(key, output);
        next.add(key);
      }
    }
    reached = next;
  }
  return [...found.values()];
}
