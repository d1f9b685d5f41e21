import type { RegisteredModel } from '../adapters/models/registry/model-registry.js';
import { xgboostVersion } from '../adapters/models/xgboost/version.js';
import { featureSetVersion } from '../domain/model/feature-set.js';

/** Why this version of the code cannot ask a model; undefined where it can. One of other features or another library would answer, and answer nonsense. */
export function whyUnusable({ model, version }: RegisteredModel): string | undefined {
  const library = xgboostVersion();
  if (model.featureSet === featureSetVersion && model.libraries.xgboost === library) return undefined;
  return `version ${version.version} of the model reads ${model.featureSet} with ${model.libraries.xgboost}; this is ${featureSetVersion} with ${library}`;
}
