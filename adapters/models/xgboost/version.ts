import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';

const require = createRequire(import.meta.url);
const PackageFile = z.looseObject({ version: z.string() });

/**
 * The library whose module is loaded, as a model stores it. A model file is read by the library that wrote it: another
 * version may read it without an error and predict nonsense.
 */
export function xgboostVersion(): string {
  const module = require.resolve('ml-xgboost/dist/wasm/xgboost');
  const file = path.join(path.dirname(module), '..', '..', 'package.json');
  return `ml-xgboost ${PackageFile.parse(JSON.parse(readFileSync(file, 'utf8'))).version}`;
}
