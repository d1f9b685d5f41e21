import { BadInput } from '../../../schemas/errors.js';
import type { BoosterFile, FeatureMatrix } from '../../../schemas/records/booster.js';
import { loadBooster, type Booster } from './booster.js';
import { loadXgboost, type XgboostModule } from './module.js';

/** A booster that stays in memory and answers on this thread: a hundredth of a millisecond a row. */
export interface ResidentBooster {
  /** Three chances a row, in class order. */
  predict(matrix: FeatureMatrix): Float32Array;
  /** Gives the memory back. Whoever holds it still is answered all the same, and it is loaded for that one call. */
  release(): void;
}

/** The module throws what it cannot read as a number. */
function loaded(module: XgboostModule, file: BoosterFile): Booster {
  try {
    return loadBooster(module, file);
  } catch (error) {
    if (error instanceof BadInput) throw error;
    throw new BadInput('The model file cannot be read by XGBoost', { object: 'booster' }, error);
  }
}

let loading: Promise<XgboostModule> | undefined;

/** Loads a booster's file into the module of this process, which is loaded once. Throws BadInput where the bytes are no such file. */
export async function residentBooster(file: BoosterFile): Promise<ResidentBooster> {
  const module = await (loading ??= loadXgboost(() => undefined));
  let booster: Booster | undefined = loaded(module, file);
  return {
    predict(matrix) {
      if (booster !== undefined) return booster.predict(matrix);
      const again = loadBooster(module, file);
      try {
        return again.predict(matrix);
      } finally {
        again.free();
      }
    },
    release() {
      booster?.free();
      booster = undefined;
    },
  };
}
