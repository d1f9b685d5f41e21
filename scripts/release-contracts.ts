import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { contractsFolder, declaredPromises, readContracts } from '../adapters/lake/contracts.js';
import { changesOf, versionAfter } from '../domain/quality/contract-changes.js';
import type { DataContract } from '../schemas/tables/contract.js';

// Writes the contract of each table as it is declared now, under the version that its changes ask for. A change that breaks one is refused
// unless --major names the table: readers have to be told.
const { values } = parseArgs({ options: { major: { type: 'string', multiple: true, default: [] } } });

await mkdir(contractsFolder, { recursive: true });
const released = new Map((await readContracts(contractsFolder)).map((one) => [one.dataset, one]));
for (const promises of await declaredPromises()) {
  const { dataset } = promises;
  const before = released.get(dataset);
  const changes = before === undefined ? [] : changesOf(before, promises);
  const broken = changes.filter(({ kind }) => kind === 'broken');
  if (broken.length > 0 && !values.major.includes(dataset)) {
    console.error(
      `${broken.map(({ says }) => says).join('\n')}\nThat needs a new major version: npm run release-contracts -- --major ${dataset}`,
    );
    process.exitCode = 1;
    continue;
  }
  const version = before === undefined ? '1.0.0' : versionAfter(before.version, changes);
  const contract: DataContract = { version, ...promises };
  await writeFile(
    path.join(contractsFolder, `${dataset}.json`),
    `${JSON.stringify(contract, undefined, 2)}\n`,
  );
  for (const { says } of changes) console.log(says);
  if (before?.version !== version) console.log(`${dataset} is ${version}`);
}
