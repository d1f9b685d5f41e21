import { createRequire } from 'node:module';
import { InvariantBroken } from '../../../schemas/errors.js';

/**
 * The functions of the WASM module (XGBoost 0.90) that are used. Pointers are byte offsets into its memory; memory grows, and
 * with it `HEAPF32` and `HEAPU8` are made anew: read them again after each call that allocates.
 */
export interface XgboostModule {
  heap(): { readonly floats: Float32Array; readonly bytes: Uint8Array };
  malloc(bytes: number): number;
  free(pointer: number): void;
  createModel(values: number, labels: number, rows: number, columns: number): number;
  setParameter(model: number, name: string, value: string): void;
  trainRounds(model: number, rounds: number): void;
  /** Writes one row's chances to `out`. */
  predictRow(model: number, row: number, columns: number, out: number): void;
  /** Keeps the model's file in the module; returns its size, −1 where that failed. */
  saveModel(model: number): number;
  readSavedModel(target: number, size: number): void;
  /** Returns the model, 0 where the file could not be read. */
  loadModel(file: number, size: number): number;
  freeModel(model: number): void;
}

interface Emscripten {
  then?: unknown;
  print: (line: string) => void;
  printErr: (line: string) => void;
  readonly isReady: Promise<unknown>;
  readonly HEAPF32: Float32Array;
  readonly HEAPU8: Uint8Array;
  readonly _malloc: (bytes: number) => number;
  readonly _free: (pointer: number) => void;
  readonly cwrap: (
    name: string,
    returns: 'number',
    takes: readonly ('number' | 'string')[],
  ) => (...values: (number | string)[]) => number;
}

const isEmscripten = (value: unknown): value is Emscripten =>
  typeof value === 'object' && value !== null && 'isReady' in value && 'cwrap' in value;

const require = createRequire(import.meta.url);

/**
 * Loads the module into this thread. The package's own wrapper is passed by: it copies the matrix to a stack of 5 MB, and
 * a NaN in it aborts the module for good. The module says how it was loaded and how it grows trees: to the console, unless it is given someone to tell.
 */
export async function loadXgboost(say?: (line: string) => void): Promise<XgboostModule> {
  const listeners = process.listeners('uncaughtException');
  const emscripten: unknown = require('ml-xgboost/dist/wasm/xgboost');
  // The module has every error of the process thrown once more, which hides where it came from.
  for (const added of process.listeners('uncaughtException'))
    if (!listeners.includes(added)) process.off('uncaughtException', added);
  if (!isEmscripten(emscripten)) {
    throw new InvariantBroken('ml-xgboost holds no WASM module where it is looked for', {
      object: 'ml-xgboost/dist/wasm/xgboost',
      advice: 'Install the version that package.json names: npm ci.',
    });
  }
  if (say !== undefined) Object.assign(emscripten, { print: say, printErr: say });
  // A thenable that resolves to itself never ends when awaited.
  delete emscripten.then;
  await emscripten.isReady;
  const one = ['number'] as const;
  const two = ['number', 'number'] as const;
  const four = ['number', 'number', 'number', 'number'] as const;
  return {
    heap: () => ({ floats: emscripten.HEAPF32, bytes: emscripten.HEAPU8 }),
    malloc: (bytes) => emscripten._malloc(bytes),
    free: (pointer) => {
      emscripten._free(pointer);
    },
    createModel: emscripten.cwrap('create_model', 'number', four),
    setParameter: emscripten.cwrap('set_param', 'number', ['number', 'string', 'string']),
    trainRounds: emscripten.cwrap('train_full_model', 'number', two),
    predictRow: emscripten.cwrap('predict_one', 'number', four),
    saveModel: emscripten.cwrap('save_model', 'number', one),
    readSavedModel: emscripten.cwrap('get_file_content', 'number', two),
    loadModel: emscripten.cwrap('load_model', 'number', two),
    freeModel: emscripten.cwrap('free_memory_model', 'number', one),
  };
}
