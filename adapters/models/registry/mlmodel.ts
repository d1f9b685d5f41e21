import type { ModelFile } from '../../../schemas/records/model.js';

/** The artefact path of a run that holds a model (MODEL-1). */
export const artefactPath = 'football_prediction_model';

const columns = (names: readonly string[]) =>
  names.map((name) => ({ type: 'double', name, required: false }));

/**
 * What MLflow calls `MLmodel`: what the artefact is and how it is asked (MODEL-12). It is JSON, which is YAML too. The flavour is one of our own: no
 * loader of MLflow's would stack boosters with prices, so none is claimed. Without an instant or a run: the same model, the same bytes.
 */
export function mlModelFile(model: ModelFile): string {
  const { withoutPrices, withPrices, classOrder, libraries, featureSet } = model;
  const boosters = [withoutPrices.booster, ...(withPrices === null ? [] : [withPrices.booster])];
  const description = {
    artifact_path: artefactPath,
    flavors: {
      touchline: {
        model: 'model.json',
        library: libraries.xgboost,
        // What wrote the files; Python's xgboost 1.7.6 is the last that reads them, 3.x refuses.
        booster_format: 'XGBoost 0.90, binary',
        missing_value: -1,
        feature_set: featureSet,
        class_order: classOrder,
        boosters: boosters.map(({ file, sha256, features }) => ({ file, sha256, features })),
      },
    },
    signature: {
      inputs: JSON.stringify(columns((withPrices ?? withoutPrices).booster.features)),
      outputs: JSON.stringify(columns(classOrder)),
      params: null,
    },
  };
  return `${JSON.stringify(description, null, 2)}\n`;
}
