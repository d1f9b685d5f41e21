import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApiServer } from '../api-server.js';

const script = 'text/javascript; charset=utf-8';
const style = 'text/css; charset=utf-8';

const own = fileURLToPath(new URL('./assets/', import.meta.url));
const uplot = path.join(path.dirname(createRequire(import.meta.url).resolve('uplot/package.json')), 'dist');

/** Every file that the pages load, by its name: there is no other. */
const files: Readonly<Record<string, readonly [file: string, type: string]>> = {
  'console.css': [path.join(own, 'console.css'), style],
  'icon.svg': [path.join(own, 'icon.svg'), 'image/svg+xml'],
  'uplot.css': [path.join(uplot, 'uPlot.min.css'), style],
  'uplot.js': [path.join(uplot, 'uPlot.esm.js'), script],
  ...Object.fromEntries(
    ['scheme', 'console', 'actions', 'live', 'refresh', 'price-chart', 'as-of', 'from-now'].map(
      (name) => [`${name}.js`, [path.join(own, `${name}.js`), script]] as const,
    ),
  ),
};

/** Serves them, each at an address of its own. */
export function assetRoutes(app: ApiServer): void {
  for (const [name, [file, type]] of Object.entries(files)) {
    app.get(
      `/console/assets/${name}`,
      { config: { access: 'public' }, schema: { hide: true } },
      async (_, reply) =>
        reply
          .type(type)
          .header('cache-control', 'no-cache')
          .send(await readFile(file)),
    );
  }
}
