import type { Facets } from '../../schemas/lineage.js';

/** Who tells of runs. */
export const producer = 'urn:touchline:worker';

const specification = 'https://openlineage.io/spec/facets';

/** A facet of OpenLineage with the address of its schema: `1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet`. */
export const facet = (schema: string, fields: Facets): Facets => ({
  _producer: producer,
  _schemaURL: `${specification}/${schema}`,
  ...fields,
});

/** The snapshot of the lake that holds a version of a dataset. */
export const versionFacet = (snapshot: number): Facets => ({
  version: facet('1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet', {
    datasetVersion: String(snapshot),
  }),
});

/** What was asked of the rows of a dataset, and whether they met it. */
export interface Assertion {
  readonly assertion: string;
  readonly success: boolean;
  readonly column?: string;
  readonly actual?: string;
}

export const assertionsFacet = (assertions: readonly Assertion[]): Facets => ({
  dataQualityAssertions: facet(
    '1-1-0/DataQualityAssertionsDatasetFacet.json#/$defs/DataQualityAssertionsDatasetFacet',
    { assertions },
  ),
});
