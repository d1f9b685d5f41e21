import path from 'node:path';
import { z } from 'zod';
import { objectionsTo } from '../domain/quality/contract-changes.js';
import { BadInput } from '../schemas/errors.js';
import type { DataContract, Promises } from '../schemas/tables/contract.js';
import { command } from './command.js';
import { contractText } from './contracts/text.js';
import { grouped, textTable } from './table.js';

const released = async (): Promise<readonly DataContract[]> =>
  (await import('../adapters/lake/contracts.js')).releasedContracts();

export const contractsList = command({
  path: ['contracts', 'list'],
  isDefault: true,
  summary: 'what is promised of each table of the lake',
  description: [
    'Lists the data contracts: one a published table, with its version, who answers for it, and how late it may be. The contracts are files in contracts/. The',
    'hourly check holds the lake against them (touchline quality check).',
  ].join('\n'),
  examples: ['touchline contracts', 'touchline contracts list --json'],
  json: 'An array of {"dataset", "version", "owner", "freshnessHours", "columns", "filled", "rules"}: counts of columns, of those that are never null, of rules.',
  settings: z.object({}),
  async run(_, context) {
    const lines = (await released()).map(({ dataset, version, owner, freshness, columns, rules }) => ({
      ...{ dataset, version, owner, freshnessHours: freshness?.hours ?? null },
      ...{ columns: columns.length, filled: columns.filter(({ nullable }) => !nullable).length },
      rules: rules.length,
    }));
    await context.output.result(lines, () =>
      textTable(
        ['table', 'version', 'owner', 'late by at most', 'columns', 'never null', 'rules'],
        lines.map((line) => [
          ...[line.dataset, line.version, line.owner],
          ...[line.freshnessHours === null ? 'no limit' : `${line.freshnessHours} h`],
          ...[line.columns, line.filled, line.rules],
        ]),
      ),
    );
    return 0;
  },
});

export const contractsShow = command({
  path: ['contracts', 'show'],
  summary: 'the contract of a table',
  description:
    'Shows what a reader may take for granted of a table: its columns with types and values, its key, its rules, how late it may be.',
  arguments: [{ flags: '<table>', about: 'a table of the lake, as silver.matches' }],
  examples: ['touchline contracts show silver.odds', 'touchline contracts show gold.match_features --json'],
  json: 'The contract as its file in contracts/ has it.',
  settings: z.object({ table: z.string().min(1) }),
  async run({ table }, context) {
    const contracts = await released();
    const contract = contracts.find(({ dataset }) => dataset === table);
    if (contract === undefined) {
      throw new BadInput(`There is no contract of ${table}`, {
        object: table,
        advice: `Name one of ${contracts.map(({ dataset }) => dataset).join(', ')}.`,
      });
    }
    await context.output.result(contract, () => contractText(contract));
    return 0;
  },
});

/** What stands against the contracts of this tree after released ones: what they leave out, and what their versions do not say. */
function objections(before: readonly DataContract[], next: readonly DataContract[]): string[] {
  const after = new Map(next.map((contract) => [contract.dataset, contract]));
  return before.flatMap((contract) => {
    const now = after.get(contract.dataset);
    return now === undefined
      ? [`${contract.dataset} has a released contract and is no more`]
      : objectionsTo(contract, now);
  });
}

/** The declarations under the version that their contract has: a change that was not released does not show in it. */
function asReleased(declared: readonly Promises[], contracts: readonly DataContract[]): DataContract[] {
  const versions = new Map(contracts.map(({ dataset, version }) => [dataset, version]));
  return declared.flatMap((promises) => {
    const version = versions.get(promises.dataset);
    return version === undefined ? [] : [{ version, ...promises }];
  });
}

export const contractsCheck = command({
  path: ['contracts', 'check'],
  summary: 'whether the declared tables keep the released contracts',
  description: [
    'Compares what is declared of each table (schemas/tables, the headers of sql/gold) with its contract in contracts/: every change has to be released, by',
    'npm run release-contracts. With --released also the contracts with those of another folder, as of the version before: adding is a minor version, what is',
    'taken back, retyped or moved to other values is a major one. Ends with 1 where something stands against it. Reads no lake.',
  ].join('\n'),
  options: [
    { flags: '--released <dir>', about: 'the contracts that readers have', otherwise: 'none beside' },
  ],
  examples: ['touchline contracts check', 'touchline contracts check --released /tmp/main/contracts --json'],
  json: '{"contracts": the number compared, "objections": [sentences]}.',
  settings: z.object({ released: z.string().min(1).optional() }),
  async run({ released: folder }, context) {
    const { declaredPromises, readContracts } = await import('../adapters/lake/contracts.js');
    const contracts = await released();
    const declared = await declaredPromises();
    const known = new Set(contracts.map(({ dataset }) => dataset));
    const found = [
      ...declared
        .filter(({ dataset }) => !known.has(dataset))
        .map(({ dataset }) => `${dataset} is declared and has no contract`),
      ...objections(contracts, asReleased(declared, contracts)),
      ...(folder === undefined ? [] : objections(await readContracts(path.resolve(folder)), contracts)),
    ];
    await context.output.result({ contracts: contracts.length, objections: found }, () =>
      found.length === 0
        ? `The tables are declared as ${grouped(contracts.length)} contracts say.`
        : [...found, 'Release what is meant: npm run release-contracts.'].join('\n'),
    );
    return found.length === 0 ? 0 : 1;
  },
});
