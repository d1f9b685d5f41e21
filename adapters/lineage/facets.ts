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
  /** Absent where it is about several. */
  readonly column?: string;
  readonly severity: 'error' | 'warn';
  readonly description: string;
  readonly actual: string;
}

export const assertionsFacet = (assertions: readonly Assertion[]): Facets => ({
  dataQualityAssertions: facet(
    '1-1-0/DataQualityAssertionsDatasetFacet.json#/$defs/DataQualityAssertionsDatasetFacet',
    { assertions },
  ),
});

/** The score of a dataset, 0 to 100, and the checkpoint that says what it is made of; a facet of our own: OpenLineage has none for it. */
export const scoreFacet = (score: number, checkpoint: number): Facets => ({
  touchline_quality: {
    _producer: producer,
    _schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetFacet',
    ...{ score, checkpoint },
  },
});
