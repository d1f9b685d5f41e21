import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BadInput, InvariantBroken } from '../../schemas/errors.js';
import { archiveTables } from '../../schemas/tables/archive.js';
import { DataContract, promisesOf, type Promises } from '../../schemas/tables/contract.js';
import { goldTables } from '../../schemas/tables/gold.js';
import { qualifiedName } from '../../schemas/tables/lake-table.js';
import { silverTables } from '../../schemas/tables/silver.js';
import { suites } from '../../schemas/tables/suites.js';
import { readGoldModels } from './gold-model.js';

/** Where the released contracts stand, one file a table: `silver.matches.json`. */
export const contractsFolder = fileURLToPath(new URL('../../contracts/', import.meta.url));
const modelsFolder = fileURLToPath(new URL('../../sql/gold/', import.meta.url));

/** The contracts of a folder, by the name of the table. Throws {@link BadInput} with the file where one is none, or is another table's. */
export async function readContracts(folder: string): Promise<DataContract[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (name) => {
      const file = path.join(folder, name);
      const contract = DataContract.safeParse(parseJson(await readFile(file, 'utf8')));
      if (!contract.success) {
        const issue = contract.error.issues[0];
        throw new BadInput(`This is no data contract: ${issue?.message ?? 'it cannot be read'}`, {
          ...{ file, field: issue?.path.join('.') ?? '' },
        });
      }
      if (`${contract.data.dataset}.json` !== name) {
        throw new BadInput(`The contract of ${contract.data.dataset} lies in a file of another name`, {
          ...{ file, advice: `Name the file ${contract.data.dataset}.json.` },
        });
      }
      return contract.data;
    }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

let released: Promise<readonly DataContract[]> | undefined;

/** The contracts that this version of Touchline was released with. */
export function releasedContracts(): Promise<readonly DataContract[]> {
  released ??= readContracts(contractsFolder);
  return released;
}

/** What is promised of each published table as it is declared now: silver, gold, and what old rows of gold move to. */
export async function declaredPromises(): Promise<Promises[]> {
  const models = new Map((await readGoldModels(modelsFolder)).map((model) => [model.name, model]));
  const suiteOf = (dataset: string) => suites.find(({ table }) => qualifiedName(table) === dataset);
  return [
    ...silverTables.map((table) =>
      promisesOf(table, { owner: table.owner, suite: suiteOf(qualifiedName(table)) }),
    ),
    ...goldTables.map((table) => {
      const model = models.get(table.name);
      if (model === undefined) {
        throw new InvariantBroken('A gold table has no model', { object: qualifiedName(table) });
      }
      return promisesOf(table, {
        ...{ owner: model.owner, suite: suiteOf(qualifiedName(table)) },
        checks: model.checks.map(({ name }) => name),
      });
    }),
    ...archiveTables
      .filter(({ layer }) => layer !== 'bronze')
      .map((table) => promisesOf(table, { owner: table.owner, suite: undefined, archive: true })),
  ];
}
