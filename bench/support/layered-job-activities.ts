import { bronze, silver } from '../../adapters/lineage/datasets.js';
import { counted, type DeclaredLineage } from '../../adapters/lineage/declaration.js';

export interface LayerActivities {
  step(input: { readonly layer: number; readonly part: number }): Promise<{ rows: number }>;
}

/** An activity that does nothing: what is measured is what stands around it. */
export const layerActivities: LayerActivities = {
  step: ({ layer, part }) => Promise.resolve({ rows: layer * part }),
};

export const layerLineage = {
  step: {
    does: 'refine',
    inputs: () => bronze('raw_match_data', 'source_editions', 'edition_rows'),
    outputs: () => silver('matches', 'odds', 'fixture_revisions', 'match_statistics'),
    rows: ({ rows }) => counted(silver('matches'), rows),
  },
} satisfies DeclaredLineage<LayerActivities>;
