import { modelsRootOf } from '../../lake/lake-of-home.js';
import { openFileRegistry } from './file-registry.js';
import { openMlflowRegistry } from './mlflow-registry.js';
import type { ModelRegistry } from './model-registry.js';

/** What decides where models are registered. */
export interface RegistryPlace {
  readonly home: string;
  readonly lakeUrl: string | undefined;
  /** A tracking server; undefined: files beside the lake's tables. */
  readonly mlflowTrackingUri: string | undefined;
}

/** The registry of a home: MLflow where there is an address, else files. Asks nothing yet. */
export const openRegistryOf = (place: RegistryPlace): ModelRegistry =>
  place.mlflowTrackingUri === undefined
    ? openFileRegistry(modelsRootOf(place))
    : openMlflowRegistry(place.mlflowTrackingUri);
