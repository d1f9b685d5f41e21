// Runs an entry of the TypeScript sources from a bundle of them as they stand, made on the way: no build step between a clone, or
// an edit, and a command.
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { debuglog } from 'node:util';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bundles = path.join(root, 'node_modules', '.cache', 'touchline');
const entries = ['client.ts', 'worker.ts', 'api.ts', 'adapters/models/xgboost/worker.ts'];
const debug = debuglog('touchline');

/** Where sources of the entries lie. A home, data or what a command has printed may lie beside them. */
const folders = [
  'activities',
  'adapters',
  'api',
  'bin',
  'cli',
  'deploy',
  'domain',
  'schemas',
  'simulator',
  'workflows',
];
const isSource = (name) => /\.(ts|js)$/.test(name);
const isSourceOfRoot = (name) => /\.ts$|^(package|package-lock|tsconfig)\.json$/.test(name);
const weekMs = 7 * 24 * 60 * 60 * 1_000;

/**
 * Imports an entry (`client.ts`) of the sources as they stand now. Where no bundle of them can be had, for want of a place to write
 * or because they do not compile, the sources run through tsx: slower, and with its word on what does not compile.
 */
export async function launch(entry) {
  const bundle = await bundleOfSources().catch((error) => {
    debug('The sources run through tsx: %s', error);
  });
  if (bundle === undefined) {
    const { register } = await import('tsx/esm/api');
    register();
    await import(pathToFileURL(path.join(root, entry)).href);
    return;
  }
  // Stacks name the sources.
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(path.join(bundle, entry.replace(/\.ts$/, '.js'))).href);
}

/** The folder of a bundle of the sources as they stand, made where there is none yet. */
async function bundleOfSources() {
  const sources = fingerprint();
  const folder = path.join(bundles, sources);
  const now = new Date();
  // Says that it is in use; where nothing can be written that does not matter.
  await utimes(folder, now, now).catch(() => undefined);
  if (await isFolder(folder)) return folder;

  await mkdir(bundles, { recursive: true });
  const unfinished = path.join(bundles, `${sources}.${randomBytes(6).toString('hex')}`);
  await mkdir(unfinished);
  try {
    await build(unfinished);
    if (fingerprint() !== sources) throw new Error('The sources changed while they were bundled');
    // Whole or not at all: another process that has made the same one was as good.
    await rename(unfinished, folder).catch(async (error) => {
      if (!(await isFolder(folder))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  await removeOld().catch((error) => {
    debug('Old bundles stay: %s', error);
  });
  return folder;
}

const isFolder = async (place) => (await stat(place).catch(() => undefined))?.isDirectory() === true;

/**
 * Names the state of everything that a bundle is made of: where the sources lie, and path, size and times of each. The time of a
 * change of the file's entry tells what its own time does not: one put in its place that is as old.
 */
function fingerprint() {
  const hash = createHash('sha256').update(`${root}\n${process.version}\n`);
  const note = (place) => {
    const { size, mtimeNs, ctimeNs } = statSync(path.join(root, place), { bigint: true });
    hash.update(`${place}\n${size} ${mtimeNs} ${ctimeNs}\n`);
  };
  const noteAll = (folder) => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const place = path.join(folder, entry.name);
      if (entry.isDirectory()) noteAll(place);
      else if (isSource(entry.name)) note(place);
    }
  };
  for (const name of readdirSync(root)) {
    if (folders.includes(name)) noteAll(name);
    else if (isSourceOfRoot(name)) note(name);
  }
  return hash.digest('hex').slice(0, 24);
}

/** Bundles all entries, with what they share in chunks, into an empty folder. Packages stay where they are. */
async function build(folder) {
  const esbuild = await import('esbuild');
  try {
    const { outputFiles, metafile } = await esbuild.build({
      absWorkingDir: root,
      entryPoints: entries,
      // Source maps name the sources from where the files really lie.
      outdir: await realpath(folder),
      outbase: root,
      write: false,
      metafile: true,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: `node${process.versions.node}`,
      packages: 'external',
      // An error's name is that of its class.
      keepNames: true,
      sourcemap: 'linked',
      sourcesContent: false,
      logLevel: 'silent',
      plugins: [ownAddresses(esbuild)],
    });
    for (const input of Object.keys(metafile.inputs)) {
      const [top = '', ...below] = input.split('/');
      // An edit of it would go unseen.
      if (!(below.length === 0 ? isSourceOfRoot(top) : folders.includes(top))) {
        throw new Error(`${input} lies in no folder of sources: name it in bin/launch.js`);
      }
    }
    const written = outputFiles.map(async ({ path: file, contents }) => {
      await mkdir(path.dirname(file), { recursive: true });
      // On the disk before the folder gets its name: an entry that a power cut left empty would do nothing, and end well.
      await writeFile(file, contents, { flush: true });
    });
    await Promise.all(written);
  } finally {
    await esbuild.stop();
  }
}

/** Keeps each module's `import.meta` that of its source: SQL, package.json and the training thread are found from there. */
const ownAddresses = (esbuild) => ({
  name: 'own-addresses',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      if (!text.includes('import.meta')) return undefined;
      const { code } = await esbuild.transform(text, {
        loader: 'ts',
        sourcefile: file,
        sourcemap: 'inline',
        sourcesContent: false,
        target: `node${process.versions.node}`,
        tsconfigRaw: readFileSync(path.join(root, 'tsconfig.json'), 'utf8'),
        define: {
          'import.meta.url': JSON.stringify(pathToFileURL(file).href),
          'import.meta.filename': JSON.stringify(file),
          'import.meta.dirname': JSON.stringify(path.dirname(file)),
        },
      });
      return { contents: code, loader: 'js' };
    });
  },
});

/** Removes bundles that nothing was started from for a week, and what a killed process left of one: what runs may load a chunk late. */
async function removeOld() {
  for (const name of await readdir(bundles)) {
    const folder = path.join(bundles, name);
    // Another process may have removed it since.
    const found = await stat(folder).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > weekMs)
      await rm(folder, { recursive: true, force: true });
  }
}
