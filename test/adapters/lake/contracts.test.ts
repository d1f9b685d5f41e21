import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { contractsFolder, declaredPromises, readContracts } from '../../../adapters/lake/contracts.js';
import { projectRoot } from '../../../config.js';
import { changesOf, objectionsTo } from '../../../domain/quality/contract-changes.js';
import { BadInput } from '../../../schemas/errors.js';
import { DataContract } from '../../../schemas/tables/contract.js';
import { qualifiedName } from '../../../schemas/tables/lake-table.js';
import { lakeTables } from '../../../schemas/tables/lake-tables.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';

const declared = await declaredPromises();
const released = new Map((await readContracts(contractsFolder)).map((one) => [one.dataset, one]));
const datasets = lakeTables.filter(({ layer }) => layer !== 'bronze').map(qualifiedName);

/** The text of a file of ours in each commit that changed it, oldest first; none where there is no history. */
function earlierTexts(file: string): string[] {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const commits = git('log', '--format=%H', '--diff-filter=AM', '--', file).trim().split('\n');
    return commits
      .filter((commit) => commit !== '')
      .toReversed()
      .map((commit) => git('show', `${commit}:${file}`));
  } catch {
    return [];
  }
}

describe('the contracts', () => {
  it('are there for every published table, and for no other', () => {
    expect(declared.map(({ dataset }) => dataset).toSorted()).toEqual(datasets.toSorted());
    expect([...released.keys()].toSorted()).toEqual(datasets.toSorted());
  });

  it.each(declared.map((promises) => [promises.dataset, promises] as const))(
    'say of %s what is declared',
    (dataset, promises) => {
      const contract = released.get(dataset);
      // Where this fails, release what is meant: npm run release-contracts.
      expect(contract && changesOf(contract, promises)).toEqual([]);
      expect(contract).toEqual({ version: contract?.version, ...promises });
    },
  );

  it('name a key of columns that are there, and an owner', () => {
    for (const { dataset, key, partition, owner, columns } of declared) {
      const names = columns.map(({ name }) => name);
      expect(names, dataset).toEqual(expect.arrayContaining(key));
      if (partition !== null) expect(names, dataset).toContain(partition);
      expect(owner, dataset).toMatch(/^[a-z]+$/);
    }
  });

  it('promise of the columns that models and prices are read by what suites hold', () => {
    const column = (dataset: string, name: string) =>
      declared.find((one) => one.dataset === dataset)?.columns.find((one) => one.name === name);
    expect(column('silver.matches', 'home_score')).toMatchObject({ nullable: true, between: [0, 99] });
    expect(column('silver.matches', 'league_id')).toMatchObject({
      ...{ nullable: false, refersTo: 'silver.leagues.id' },
    });
    expect(column('silver.odds', 'price_phase')).toMatchObject({
      ...{ nullable: false, oneOf: ['prematch', 'closing', 'live'] },
    });
    expect(column('gold.match_features', 'cutoff')).toMatchObject({ nullable: false });
  });

  it('have, in every commit that changed them, a version that says how much', async () => {
    for (const name of (await readdir(contractsFolder)).filter((file) => file.endsWith('.json'))) {
      const file = path.join(contractsFolder, name);
      const texts = [...earlierTexts(path.relative(projectRoot, file)), await readFile(file, 'utf8')];
      const versions = texts.map((text) => DataContract.parse(JSON.parse(text)));
      for (const [place, contract] of versions.entries()) {
        const before = versions[place - 1];
        if (before !== undefined) expect(objectionsTo(before, contract)).toEqual([]);
      }
    }
  });
});

describe('a folder of contracts', () => {
  let folder: TestFolder;
  beforeEach(async () => {
    folder = await makeTestFolder();
    return () => folder.remove();
  });
  const write = (name: string, text: string) => writeFile(path.join(folder.path, name), text);

  it('is read by the names of its tables', async () => {
    const contract = released.get('silver.odds');
    await write('silver.odds.json', JSON.stringify(contract));
    await write('README.md', 'not one of them');
    expect(await readContracts(folder.path)).toEqual([contract]);
  });

  it.each([
    ['that is cut off', 'silver.odds.json', '{"version": "1.0'],
    ['without a version', 'silver.odds.json', JSON.stringify({ dataset: 'silver.odds' })],
    ['of another table', 'silver.matches.json', JSON.stringify(released.get('silver.odds'))],
  ])('refuses a file %s, by its name', async (_, name, text) => {
    await write(name, text);
    const failing = readContracts(folder.path);
    await expect(failing).rejects.toThrow(BadInput);
    await expect(failing).rejects.toMatchObject({ subject: { file: path.join(folder.path, name) } });
  });
});
