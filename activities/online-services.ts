import { readReleasedFeatures } from '../adapters/lake/feature-definitions.js';
import { findService, type FeatureRegistry } from '../domain/features/registry/compile.js';
import { isServedOnline, onlineService } from '../domain/features/registry/online-service.js';
import { registryOf } from '../domain/features/registry/released.js';
import type { OnlineService } from '../schemas/features/online.js';
import { featureServices } from '../schemas/features/services.js';
import { featureViews } from '../schemas/features/views.js';

/** The features that are declared, and all that were released before. */
export const featureRegistry = async (): Promise<FeatureRegistry> =>
  registryOf({ views: featureViews, services: featureServices }, await readReleasedFeatures());

/** Services that are served online, every version of each, or these. Throws BadInput on a name that is none, or of one that is asked in play. */
export async function onlineServices(names?: readonly string[]): Promise<OnlineService[]> {
  const registry = await featureRegistry();
  const asked = names?.map((name) => findService(registry, name)) ?? registry.services.filter(isServedOnline);
  return asked.map((service) => onlineService(registry, service));
}
