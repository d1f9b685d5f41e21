import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { contractsFolder } from '../../adapters/lake/contracts.js';
import { DataContract } from '../../schemas/tables/contract.js';
import { touchlineHere } from '../support/command-line.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';

const json = async (...words: readonly string[]): Promise<unknown> => {
  const { stdout } = await touchlineHere(['contracts', ...words, '--json']);
  return JSON.parse(stdout);
};
const Checked = z.object({ contracts: z.number(), objections: z.array(z.string()) });

describe('the contracts, without a house,', () => {
  it('are listed, and shown in full', async () => {
    const lines = z.array(z.looseObject({ dataset: z.string() })).parse(await json('list'));
    expect(lines.map(({ dataset }) => dataset)).toContain('gold.match_features');
    const shown = DataContract.parse(await json('show', 'silver.odds'));
    expect(shown).toEqual(JSON.parse(await readFile(path.join(contractsFolder, 'silver.odds.json'), 'utf8')));
    const { stdout } = await touchlineHere(['contracts', 'show', 'silver.odds']);
    expect(stdout).toMatch(
      /^price_phase +VARCHAR +never null; prematch \| closing \| live +prematch, closing or live\.$/m,
    );
    const unknown = await touchlineHere(['contracts', 'show', 'silver.odd']);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain('silver.odds');
  });

  it('are what is declared', async () => {
    const { code, stdout } = await touchlineHere(['contracts', 'check']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^The tables are declared as \d+ contracts say\.$/m);
  });
});

describe('contracts that readers have', () => {
  let folder: TestFolder;
  beforeEach(async () => {
    folder = await makeTestFolder();
    await cp(contractsFolder, folder.path, { recursive: true });
    return () => folder.remove();
  });
  const file = () => path.join(folder.path, 'silver.odds.json');
  const had = async (change: (contract: DataContract) => DataContract): Promise<void> => {
    const contract = DataContract.parse(JSON.parse(await readFile(file(), 'utf8')));
    await writeFile(file(), JSON.stringify(change(contract)));
  };
  const check = async () => {
    const { code, stdout } = await touchlineHere(['contracts', 'check', '--released', folder.path, '--json']);
    return { code, ...Checked.parse(JSON.parse(stdout)) };
  };

  it('are kept where nothing changed', async () => {
    expect(await check()).toMatchObject({ code: 0, objections: [] });
  });

  it('are broken where a column is gone without a new major version, and the sentence names it', async () => {
    const column = { name: 'stake', type: 'DOUBLE', nullable: true, description: 'Stake.' };
    await had((contract) => ({ ...contract, columns: [...contract.columns, column] }));
    const { code, objections } = await check();
    expect(code).toBe(1);
    expect(objections).toEqual([
      expect.stringMatching(/^silver\.odds\.stake is gone; the version .* does not say so/),
    ]);
  });

  it('ask for a minor version where a column is new', async () => {
    await had((contract) => ({ ...contract, columns: contract.columns.slice(1) }));
    const { code, objections } = await check();
    expect(code).toBe(1);
    expect(objections).toEqual([
      expect.stringMatching(/^silver\.odds\.id is new; .* \d+\.[1-9]\d*\.0 or later would$/),
    ]);
  });
});
