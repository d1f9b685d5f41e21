import {
  compileReferences,
  compileService,
  findService,
  type CompiledFeatures,
  type FeatureNames,
  type FeatureRegistry,
} from '../domain/features/registry/compile.js';
import { InvariantBroken } from '../schemas/errors.js';

/** A service by its name, or references: one of the two. */
export interface FeaturesNamed {
  readonly service?: string | undefined;
  readonly features?: readonly string[] | undefined;
}

/** Compiles what was asked for. Throws BadInput on a name that is none. */
export function compileNamed(
  registry: FeatureRegistry,
  { service, features }: FeaturesNamed,
  names: FeatureNames = 'short',
): CompiledFeatures {
  if (service !== undefined) return compileService(registry, findService(registry, service), names);
  if (features !== undefined) return compileReferences(registry, features, names);
  throw new InvariantBroken('Neither a service nor features were asked for');
}
