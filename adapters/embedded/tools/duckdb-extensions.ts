import path from 'node:path';
import { isReadable, keepFile } from './keep-file.js';
import { withPythonPackage, type ToolOptions } from './python-packages.js';

/** DuckDB loads an extension only if it was built for its own version: the one of @duckdb/node-api in package.json. */
const duckDbVersion = '1.5.5';

/** Files to give to DuckDB's `LOAD '…'`. */
export interface DuckDbExtensions {
  readonly ducklake: string;
  readonly postgresScanner: string;
}

/**
 * The DuckDB extensions of the lake, from their PyPI wheels in the cache. Idempotent, and safe when several processes ask
 * at once. Throws BadInput where there is no usable Python, DependencyAway where a package cannot be fetched.
 */
export async function ensureDuckDbExtensions(options: ToolOptions): Promise<DuckDbExtensions> {
  return {
    ducklake: await extension('ducklake', options),
    postgresScanner: await extension('postgres_scanner', options),
  };
}

/** The extension with which DuckDB reads and writes object stores; fetched and told as {@link ensureDuckDbExtensions} does. */
export const ensureHttpfs = (options: ToolOptions): Promise<string> => extension('httpfs', options);

async function extension(name: string, options: ToolOptions): Promise<string> {
  const file = `${name}.duckdb_extension`;
  const target = path.join(options.cache, 'duckdb', `v${duckDbVersion}`, file);
  if (await isReadable(target)) return target;
  const pythonPackage = `duckdb-extension-${name.replace('_', '-')}`;
  await withPythonPackage(`${pythonPackage}==${duckDbVersion}`, options, (folder) =>
    keepFile(folder, file, target),
  );
  return target;
}
