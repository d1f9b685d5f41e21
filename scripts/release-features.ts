import { readReleasedFeatures, releaseFeatures } from '../adapters/lake/feature-definitions.js';
import { unreleased } from '../domain/features/registry/released.js';
import { featureServices } from '../schemas/features/services.js';
import { featureViews } from '../schemas/features/views.js';

// Writes each feature view and service that is declared and was not released yet. One that changed keeps nobody's features as they were: it needs a new version.
const declared = { views: featureViews, services: featureServices };
for (const id of await releaseFeatures(declared)) console.log(`Released ${id}`);
const left = unreleased(declared, await readReleasedFeatures());
for (const says of left) console.error(says);
process.exitCode = left.length === 0 ? 0 : 1;
