import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../config.js';
import { historyCases } from './histories/cases.js';
import { caseName } from './histories/history-case.js';
import { startLocalTemporal } from './histories/local-temporal.js';
import { recordHistory } from './histories/record.js';

// Records the golden histories anew, or those whose names are given: npm run record-histories -- trainModel
const wanted = process.argv.slice(2);
const folder = path.join(projectRoot, 'test', 'workflows', 'histories');
await mkdir(folder, { recursive: true });
const temporal = await startLocalTemporal();
try {
  for (const history of historyCases) {
    const name = caseName(history);
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const recorded = await recordHistory(temporal, history);
    await writeFile(path.join(folder, `${name}.json`), `${JSON.stringify(recorded, null, 1)}\n`);
    console.log(`Recorded ${name}`);
  }
} finally {
  await temporal.stop();
}
