import type { FrameReference } from '../../../schemas/features/compiled-frame.js';
import type { CompiledFeatures } from './compile.js';

/** Compiled features as a frame is joined with them. */
export const frameReferences = ({ references }: CompiledFeatures): FrameReference[] =>
  references.map(({ view, entityColumn, features }) => ({
    ...{ source: view.source, ttlHours: view.ttlHours, entityColumn },
    features: features.map(({ feature, name }) => ({
      name: feature.name,
      type: feature.type,
      ...(feature.expression === undefined ? {} : { expression: feature.expression }),
      as: name,
    })),
  }));
