import { ensureDuckDbExtensions, ensureHttpfs } from '../adapters/embedded/tools/duckdb-extensions.js';
import { readConfig } from '../config.js';

// What a process that has servers of its own fetches at its first start, for an image that shall fetch nothing then.
const { cache, python } = readConfig();
const report = (line: string): void => {
  console.log(line);
};
const { ducklake, postgresScanner } = await ensureDuckDbExtensions({ cache, python, report });
const httpfs = await ensureHttpfs({ cache, python, report });
console.log(`The cache has ${[ducklake, postgresScanner, httpfs].join(', ')}`);
