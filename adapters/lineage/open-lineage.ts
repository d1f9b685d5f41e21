import {
  datasetKey,
  type Dataset,
  type Facets,
  type LineageDescription,
  type LineageEvent,
} from '../../schemas/lineage.js';
import { toIso } from '../../schemas/values.js';

/** What is known of a version of a dataset, where it is read. */
const inputFacets = new Set(['dataQualityAssertions', 'dataQualityMetrics', 'inputStatistics']);
const outputFacets = new Set(['outputStatistics']);
/** What every event says of a dataset; the rest is said when the run has ended well. */
const always = new Set(['schema', 'dataSource']);

const some = (facets: Facets, take: (name: string) => boolean): Facets =>
  Object.fromEntries(Object.entries(facets).filter(([name]) => take(name)));

/**
 * An event as OpenLineage 2-0-2 writes it, with what the description knows of its datasets and job: their schemas always, the rest where the
 * run has ended well. Pure.
 */
export function openLineageEvent(
  event: LineageEvent,
  description: Pick<LineageDescription, 'datasets' | 'jobs'> | null,
): Readonly<Record<string, unknown>> {
  const { run, job, inputs = {}, outputs } = event.facets;
  const hasEnded = event.eventType === 'COMPLETE';
  const facetsOf = (dataset: Dataset, own: Facets | undefined): Facets => ({
    ...some(description?.datasets[datasetKey(dataset)] ?? {}, (name) => hasEnded || always.has(name)),
    ...own,
  });
  return {
    ...{ eventType: event.eventType, eventTime: toIso(event.eventTime), producer: event.producer },
    schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
    run: { runId: event.runId, facets: run },
    job: { ...event.job, facets: { ...description?.jobs[event.job.name], ...job } },
    inputs: event.inputs.map((dataset) => {
      const facets = facetsOf(dataset, inputs[datasetKey(dataset)]);
      return {
        ...dataset,
        facets: some(facets, (name) => !inputFacets.has(name) && name !== 'columnLineage'),
        inputFacets: some(facets, (name) => inputFacets.has(name)),
      };
    }),
    outputs: event.outputs.map((dataset) => {
      const facets = facetsOf(dataset, outputs[datasetKey(dataset)]);
      return {
        ...dataset,
        facets: some(facets, (name) => !outputFacets.has(name)),
        outputFacets: some(facets, (name) => outputFacets.has(name)),
      };
    }),
  };
}
