import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Everything that workflow code may import: a change in any of these is a new bundle. */
const sourceFolders = ['workflows', 'schemas', 'domain/clock'];

export interface BundlePlaces {
  readonly projectRoot: string;
  /** Where bundles made on the way are kept; shared by all homes. */
  readonly cache: string;
}

/** Where `npm run build` puts the bundle. */
export const prebuiltBundlePath = (projectRoot: string): string =>
  path.join(projectRoot, 'dist', 'workflow-bundle.js');

/**
 * The path of a bundle of all workflows as their sources stand now: the prebuilt one where it is of these sources,
 * else one from the cache, made (2 to 3 s) where it is not there yet.
 */
export async function workflowBundle({ projectRoot, cache }: BundlePlaces): Promise<string> {
  const sources = await sourcesHash(projectRoot);
  const prebuilt = prebuiltBundlePath(projectRoot);
  if (await isOfSources(prebuilt, sources)) return prebuilt;
  const cached = path.join(cache, `workflow-bundle-${sources.slice(0, 16)}.js`);
  if (!(await isOfSources(cached, sources))) await buildWorkflowBundle(projectRoot, cached);
  return cached;
}

/** Bundles the workflows into the given file, whole or not at all. */
export async function buildWorkflowBundle(projectRoot: string, target: string): Promise<void> {
  const sources = await sourcesHash(projectRoot);
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(projectRoot, 'workflows', 'index.ts'),
    workflowInterceptorModules: [path.join(projectRoot, 'workflows', 'interceptors.ts')],
    logger: silent,
  });
  await mkdir(path.dirname(target), { recursive: true });
  const unfinished = `${target}.${process.pid}`;
  await writeFile(unfinished, `${mark(sources)}\n${code}`);
  await rename(unfinished, target);
}

const mark = (sources: string): string => `// sources: ${sources}`;

async function isOfSources(bundle: string, sources: string): Promise<boolean> {
  const code = await readFile(bundle, 'utf8').catch(() => '');
  return code.startsWith(`${mark(sources)}\n`);
}

async function sourcesHash(projectRoot: string): Promise<string> {
  const hash = createHash('sha256');
  hash.update(await readFile(path.join(projectRoot, 'package.json')));
  for (const folder of sourceFolders) {
    const entries = await readdir(path.join(projectRoot, folder), { recursive: true });
    for (const entry of entries.filter((name) => name.endsWith('.ts')).sort()) {
      hash.update(`${folder}/${entry}\n`).update(await readFile(path.join(projectRoot, folder, entry)));
    }
  }
  return hash.digest('hex');
}

const ignore = (): void => undefined;
const silent = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
