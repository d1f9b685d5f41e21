import { BadInput, InvariantBroken } from '../../../schemas/errors.js';
import type { BoosterFile, BoosterTraining, FeatureMatrix } from '../../../schemas/records/booster.js';
import type { XgboostModule } from './module.js';

const floatBytes = 4;
const classes = 3;

/** The module takes −1 for a missing value, always. */
const missing = -1;
/** A feature that is −1 indeed is told apart by one step of a float. */
const nextToMissing = -1 + 2 ** -24;

const marked = (value: number): number =>
  Number.isNaN(value) ? missing : value === missing ? nextToMissing : value;

/** Copies floats to fresh memory of the module; the caller frees it. */
function copyIn(module: XgboostModule, values: ArrayLike<number>): number {
  const pointer = module.malloc(values.length * floatBytes);
  if (pointer === 0) throw new InvariantBroken('XGBoost is out of memory', { object: 'ml-xgboost' });
  module.heap().floats.set(values, pointer / floatBytes);
  return pointer;
}

/** A booster in the module's memory: `free` it. Everything here blocks its thread. */
export interface Booster {
  train(rounds: number): void;
  /** Three chances a row, in class order. */
  predict(matrix: FeatureMatrix): Float32Array;
  save(): BoosterFile;
  free(): void;
}

/** Makes a booster for training. Throws {@link InvariantBroken} where matrix and labels do not fit each other. */
export function newBooster(
  module: XgboostModule,
  { matrix, labels, parameters, seed }: BoosterTraining,
): Booster {
  if (matrix.values.length !== matrix.rows * matrix.columns || labels.length !== matrix.rows) {
    throw new InvariantBroken(
      `The matrix (${matrix.rows} × ${matrix.columns}, ${matrix.values.length} values) does not fit ${labels.length} labels`,
    );
  }
  const values = copyIn(module, matrix.values.map(marked));
  const target = copyIn(module, labels);
  const model = module.createModel(values, target, matrix.rows, matrix.columns);
  module.free(values);
  module.free(target);
  const settings = {
    ...parameters,
    booster: 'gbtree',
    objective: 'multi:softprob',
    num_class: classes,
    // The default picks the exact method, which takes eight times as long.
    tree_method: 'hist',
    seed,
    nthread: 1,
    silent: 1,
  };
  for (const [name, value] of Object.entries(settings)) module.setParameter(model, name, String(value));
  return boosterOf(module, model);
}

/** Reads a booster from its file. Throws {@link BadInput} where the bytes are no such file. */
export function loadBooster(module: XgboostModule, file: BoosterFile): Booster {
  const pointer = module.malloc(file.length);
  module.heap().bytes.set(file, pointer);
  const model = module.loadModel(pointer, file.length);
  module.free(pointer);
  if (model === 0) throw new BadInput('The model file cannot be read by XGBoost', { object: 'booster' });
  return boosterOf(module, model);
}

const boosterOf = (module: XgboostModule, model: number): Booster => ({
  train(rounds) {
    module.trainRounds(model, rounds);
  },

  predict({ rows, columns, values }) {
    const row = module.malloc(columns * floatBytes);
    const out = module.malloc(classes * floatBytes);
    const chances = new Float32Array(rows * classes);
    for (let index = 0; index < rows; index += 1) {
      const cells = values.subarray(index * columns, (index + 1) * columns).map(marked);
      module.heap().floats.set(cells, row / floatBytes);
      module.predictRow(model, row, columns, out);
      chances.set(
        module.heap().floats.subarray(out / floatBytes, out / floatBytes + classes),
        index * classes,
      );
    }
    module.free(row);
    module.free(out);
    return chances;
  },

  save() {
    const size = module.saveModel(model);
    if (size <= 0) throw new InvariantBroken('XGBoost could not write its model', { object: 'ml-xgboost' });
    const pointer = module.malloc(size);
    module.readSavedModel(pointer, size);
    const file = module.heap().bytes.slice(pointer, pointer + size);
    module.free(pointer);
    return file;
  },

  free() {
    module.freeModel(model);
  },
});
