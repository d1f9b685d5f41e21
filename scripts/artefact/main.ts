import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openRegistryOf } from '../../adapters/models/registry/open-registry.js';
import { readConfig } from '../../config.js';
import { BadInput, describeError } from '../../schemas/errors.js';
import { exportArtefact, proveInPython } from './prove-artefact.js';

/** `npm run -s prove-artefact -- <version>`: the registered version says the same in Python's XGBoost 1.7.6, to a millionth. */
async function main(): Promise<number> {
  const version = Number(process.argv[2]);
  if (!Number.isInteger(version) || version < 1) {
    throw new BadInput('Say which version', {
      advice: 'npm run -s prove-artefact -- 3; touchline model list shows them.',
    });
  }
  const config = readConfig();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'touchline-artefact-'));
  try {
    await exportArtefact(openRegistryOf(config), version, folder);
    const proof = await proveInPython(folder, config);
    process.stdout.write(`${JSON.stringify({ version, ...proof }, null, 2)}\n`);
    return proof.equal ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
