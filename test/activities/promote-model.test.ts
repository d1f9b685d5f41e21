import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  promoteModel,
  rollBackModel,
  splitModel,
  type PromotionRule,
} from '../../activities/promote-model.js';
import { openFileRegistry } from '../../adapters/models/registry/file-registry.js';
import type { ModelRegistry } from '../../adapters/models/registry/model-registry.js';
import { readDecisions, recordDecision } from '../../adapters/postgres/model-promotions.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { BadInput, DependencyAway, PrerequisiteMissing, PromotionRefused } from '../../schemas/errors.js';
import { registeredModelName, type ModelSplit } from '../../schemas/records/model.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { heldOutOf, versionOfRun } from '../support/registered-model.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

let folder: TestFolder;
let database: OpenDatabase;
let registry: ModelRegistry;
beforeEach(async () => {
  folder = await makeTestFolder();
  registry = openFileRegistry(folder.path);
  database = openDatabase(await postgres.freshDatabase(), { applicationName: 'promote', max: 6 });
});
afterEach(async () => {
  await database.db.destroy();
  await folder.remove();
});

let runs = 0;
/** Registers a version that said so much of 400 matches. */
async function train(model: number, bookmakers: number | null = 1, matches = 400): Promise<number> {
  runs += 1;
  const heldOut = heldOutOf(matches, { model, bookmakers, baseRate: 1.07 });
  const { version } = await registry.register(versionOfRun(`train/${runs}`, heldOut));
  await registry.advanceAlias('staging', version);
  return version;
}
const promote = (version: number, rule: PromotionRule = { kind: 'gate' }, on = registry) =>
  promoteModel(database.pool, on, { version, rule, by: 'ada', why: 'so' });
const rollBack = (on = registry) => rollBackModel(database.pool, on, { by: 'ada', why: 'worse' });
const split = (to: ModelSplit | null, on = registry) =>
  splitModel(database.pool, on, { split: to, by: 'ada', why: 'to see' });
const history = async () =>
  (await readDecisions(database.pool, registeredModelName)).map(({ action, from, to }) => [action, from, to]);
const stages = async () => [...(await registry.stages())].map(([, stage]) => stage);

describe('the gate before production', () => {
  it('lets the first version pass that is not worse than the bookmakers by more than the margin, and no other', async () => {
    const [worse, good] = [await train(1.0051), await train(1.0049)];
    await expect(promote(worse)).rejects.toThrow(
      /worse than the bookmakers by more than 0\.0050 \(log loss 1\.0051 against 1\.0000, \+0\.0051 ± 0\.0000 over 400 matches\)/,
    );
    await expect(promote(worse)).rejects.toMatchObject({
      name: 'PromotionRefused',
      remedy: 'fix-input',
      subject: {
        object: `${registeredModelName} ${worse}`,
        advice: expect.stringContaining('--override') as unknown,
      },
    });
    expect(await history()).toEqual([]);
    const { gate, from } = await promote(good);
    expect([from, gate?.passed]).toEqual([null, true]);
    expect(await registry.serving()).toEqual({ production: good, split: null });
  });

  it('lets a version pass that beats the one in production on the matches that both spoke of, and archives that', async () => {
    const [first, equal, better] = [await train(1), await train(1), await train(0.999)];
    await promote(first);
    await expect(promote(equal)).rejects.toThrow(
      /does not beat version 1 in production \(log loss 1\.0000 against 1\.0000/,
    );
    expect((await promote(better)).gate?.figures.production).toMatchObject({ version: first, matches: 400 });
    expect(await stages()).toEqual(['Archived', 'None', 'Production']);
    expect(await history()).toEqual([
      ['promote', null, first],
      ['promote', first, better],
    ]);
  });

  it('asks for the base rate where hardly a match had prices', async () => {
    const [worse, good] = [await train(1.08, null), await train(1.06, null)];
    await expect(promote(worse)).rejects.toThrow(/hardly a match had prices/);
    expect((await promote(good)).gate?.figures.baseline).toMatchObject({ of: 'base-rate', matches: 400 });
  });

  it('refuses what it cannot judge: too few matches, none in common, nothing kept, features of another version', async () => {
    await expect(promote(await train(0.9, 1, 299))).rejects.toThrow(/299 matches/);
    const { version } = await registry.register(versionOfRun('kept nothing'));
    await expect(promote(version)).rejects.toThrow(/kept nothing/);
    const foreign = versionOfRun('foreign', heldOutOf(400, { model: 0.9, bookmakers: 1, baseRate: 1.07 }));
    const other = await registry.register({ ...foreign, model: { ...foreign.model, featureSet: 'other/9' } });
    await expect(promote(other.version)).rejects.toThrow(/reads other\/9/);
    await expect(promote(99)).rejects.toThrow(BadInput);

    await promote(version, { kind: 'override' });
    await expect(promote(await train(0.9))).rejects.toThrow(
      /cannot be compared with version 2 in production/,
    );
  });

  it('is overridden by a person, with what it said', async () => {
    const worse = await train(1.2);
    const { gate } = await promote(worse, { kind: 'override' });
    expect(gate?.passed).toBe(false);
    const [decision] = await readDecisions(database.pool, registeredModelName);
    expect(decision).toMatchObject({ action: 'promote', to: worse, by: 'ada', why: 'so' });
    expect(decision?.gate).toMatchObject({
      passed: false,
      objections: [expect.stringContaining('bookmakers')],
    });
    expect((await registry.serving()).production).toBe(worse);
  });
});

it('a version in production that is none of ours cannot be compared, and is overridden', async () => {
  const first = await train(1);
  // As one that somebody registered in MLflow beside us: the alias is there, and no card of ours.
  const noneOfOurs: ModelRegistry = {
    ...registry,
    pointers: async () => {
      const { aliases, split: shared } = await registry.pointers();
      return { aliases: { production: 77, ...aliases }, split: shared };
    },
  };
  await expect(promote(first, { kind: 'gate' }, noneOfOurs)).rejects.toThrow(
    /cannot be compared with version 77 in production/,
  );
  expect(await promote(first, { kind: 'override' }, noneOfOurs)).toMatchObject({ from: 77, to: first });
  expect((await registry.serving()).production).toBe(first);
});

describe('what serves', () => {
  it('goes back step by step, and on from there', async () => {
    const versions = [await train(1), await train(0.99), await train(0.98)];
    for (const version of versions) await promote(version);
    expect(await rollBack()).toEqual({ from: 3, to: 2 });
    expect(await rollBack()).toEqual({ from: 2, to: 1 });
    await expect(rollBack()).rejects.toThrow(PrerequisiteMissing);
    await promote(3);
    expect(await rollBack()).toEqual({ from: 3, to: 1 });
    expect(await stages()).toEqual(['Production', 'Archived', 'Archived']);
    expect((await history()).filter(([action]) => action === 'rollback')).toHaveLength(3);
  });

  it('is told anew without another decision', async () => {
    await promote(await train(1));
    expect(await promote(1)).toEqual({ from: 1, to: 1, gate: null });
    expect(await history()).toHaveLength(1);
  });

  it('leaves a share to another version, on record, until that serves all', async () => {
    await expect(split({ version: 1, share: 0.1 })).rejects.toThrow(PrerequisiteMissing);
    await promote(await train(1));
    const second = await train(0.99);
    await expect(split({ version: 1, share: 0.1 })).rejects.toThrow(BadInput);
    await expect(split({ version: 9, share: 0.1 })).rejects.toThrow(BadInput);
    await split({ version: second, share: 0.1 });
    expect(await registry.serving()).toEqual({ production: 1, split: { version: second, share: 0.1 } });
    expect(await split(null)).toEqual({ before: { version: second, share: 0.1 }, after: null });
    await split({ version: second, share: 0.2 });
    await promote(second);
    expect(await registry.serving()).toEqual({ production: second, split: null });
    expect((await history()).filter(([action]) => action === 'split')).toEqual([
      ['split', null, second],
      ['split', second, null],
      ['split', null, second],
    ]);
  });

  it('that nobody of the house decided is found and written down, and can be gone back to', async () => {
    for (const loss of [1, 0.99, 0.98]) await train(loss);
    await registry.moveProduction(1);
    await promote(2);
    await registry.moveProduction(3);
    expect(await rollBack()).toEqual({ from: 3, to: 2 });
    expect(await rollBack()).toEqual({ from: 2, to: 1 });
    expect(await history()).toEqual([
      ['found', null, 1],
      ['promote', 1, 2],
      ['found', 2, 3],
      ['rollback', 3, 2],
      ['rollback', 2, 1],
    ]);
  });

  it('is decided by one after the other: each compares with what the one before left', async () => {
    const losses = [1, 0.999, 0.998, 0.997, 0.996, 0.995];
    for (const loss of losses) await train(loss);
    const outcomes = await Promise.allSettled(losses.map((_, index) => promote(index + 1)));
    const promoted = (await history()).map(([, from, to]) => [from, to]);
    // Whatever the order, every decision begins where the one before ended, and the best is in production.
    expect(promoted.slice(1).map(([from]) => from)).toEqual(promoted.slice(0, -1).map(([, to]) => to));
    expect((await registry.serving()).production).toBe(6);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(PromotionRefused);
    }
  });

  it('is decided by nobody while the registry is away: nothing is written', async () => {
    await train(1);
    const away: ModelRegistry = { ...registry, pointers: gone };
    await expect(promote(1, { kind: 'gate' }, away)).rejects.toThrow(DependencyAway);
    expect(await history()).toEqual([]);
    await expect(registry.serving()).rejects.toThrow(PrerequisiteMissing);
  });
});

const gone = () => Promise.reject(new DependencyAway('The registry is away'));

/** Where the registry can break once a decision stands: before its alias moves, and after. */
const breaks: readonly (readonly [when: string, of: (whole: ModelRegistry) => ModelRegistry])[] = [
  ['before the registry moved', (whole) => ({ ...whole, moveProduction: gone, setSplit: gone })],
  [
    'after the registry moved',
    (whole) => ({
      ...whole,
      moveProduction: (version) => whole.moveProduction(version).then(gone),
      setSplit: (next) => whole.setSplit(next).then(gone),
    }),
  ],
];

describe.each(breaks)('a decision that was interrupted %s', (_, broken) => {
  it('goes back once, however often it is asked again', async () => {
    for (const loss of [1, 0.99, 0.98]) await promote(await train(loss));
    await expect(rollBack(broken(registry))).rejects.toThrow(/on record/);
    await expect(rollBack(broken(registry))).rejects.toThrow(DependencyAway);
    expect(await rollBack()).toEqual({ from: 3, to: 2 });
    expect((await registry.serving()).production).toBe(2);
    expect(await rollBack()).toEqual({ from: 2, to: 1 });
    expect((await history()).slice(3)).toEqual([
      ['rollback', 3, 2],
      ['rollback', 2, 1],
    ]);
  });

  it('keeps who overrode the gate, why, and what it said', async () => {
    const worse = await train(1.2);
    await expect(promote(worse, { kind: 'override' }, broken(registry))).rejects.toThrow(DependencyAway);
    const again = promoteModel(database.pool, registry, {
      ...{ version: worse, rule: { kind: 'gate' }, by: 'grace', why: 'again' },
    });
    expect(await again).toMatchObject({ from: null, to: worse, gate: { passed: false } });
    expect((await registry.serving()).production).toBe(worse);
    expect(await readDecisions(database.pool, registeredModelName)).toMatchObject([
      { action: 'promote', to: worse, by: 'ada', why: 'so', gate: { passed: false }, outcome: 'done' },
    ]);
  });

  it('is carried out before another, and before one that is refused', async () => {
    const [first, second, worse] = [await train(1), await train(0.99), await train(1.2)];
    await promote(first);
    await expect(split({ version: second, share: 0.2 }, broken(registry))).rejects.toThrow(DependencyAway);
    await expect(promote(worse)).rejects.toThrow(PromotionRefused);
    expect(await registry.serving()).toEqual({ production: first, split: { version: second, share: 0.2 } });
    await expect(promote(second, { kind: 'gate' }, broken(registry))).rejects.toThrow(DependencyAway);
    await expect(promote(worse)).rejects.toThrow(/does not beat version 2 in production/);
    expect((await registry.serving()).production).toBe(second);
  });

  it('is overtaken by a hand in the registry, which is found', async () => {
    for (const loss of [1, 0.99, 0.98]) await train(loss);
    await promote(1);
    await expect(promote(2, { kind: 'gate' }, broken(registry))).rejects.toThrow(DependencyAway);
    await registry.moveProduction(3);
    expect(await rollBack()).toEqual({ from: 3, to: 1 });
    expect(await history()).toEqual([
      ['promote', null, 1],
      ['promote', 1, 2],
      ['found', 1, 3],
      ['rollback', 3, 1],
    ]);
  });
});

it('a decision whose commit was answered by nobody is carried out once', async () => {
  for (const loss of [1, 0.99]) await promote(await train(loss));
  // The decision is committed and its command killed before anything else.
  await inTransaction(database.pool, ({ client }) =>
    recordDecision(client, {
      ...{ model: registeredModelName, action: 'rollback', from: 2, to: 1, by: 'ada', why: 'worse' },
    }),
  );
  expect(await rollBack()).toEqual({ from: 2, to: 1 });
  expect((await registry.serving()).production).toBe(1);
  await expect(rollBack()).rejects.toThrow(PrerequisiteMissing);
});

it('a registry that moved while the commit behind it was lost is told again, and nothing goes back', async () => {
  for (const loss of [1, 0.99]) await promote(await train(loss));
  const lost: ModelRegistry = {
    ...registry,
    async moveProduction(version) {
      await registry.moveProduction(version);
      // The connection breaks under the transaction that would end the decision.
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and state = 'idle in transaction'`,
      );
    },
  };
  await expect(rollBack(lost)).rejects.toThrow(DependencyAway);
  expect((await registry.serving()).production).toBe(1);
  expect(await rollBack()).toEqual({ from: 2, to: 1 });
  expect((await registry.serving()).production).toBe(1);
});
