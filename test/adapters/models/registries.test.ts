import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openFileRegistry } from '../../../adapters/models/registry/file-registry.js';
import { openMlflowRegistry } from '../../../adapters/models/registry/mlflow-registry.js';
import type { ModelRegistry } from '../../../adapters/models/registry/model-registry.js';
import { BadInput, PrerequisiteMissing } from '../../../schemas/errors.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';
import { startTestMlflow, type TestMlflow } from '../../support/mlflow.js';
import {
  boosterBytes,
  boosterCard,
  heldOutOf,
  modelFile,
  versionOfRun,
} from '../../support/registered-model.js';
import { emptyMlflow } from '../../support/empty-mlflow.js';

let mlflow: TestMlflow;
beforeAll(async () => {
  mlflow = await startTestMlflow();
}, 600_000);
afterAll(() => mlflow.stop());

let folder: TestFolder;
const registries: readonly {
  readonly kind: string;
  /** A registry that holds nothing. */
  readonly open: () => Promise<ModelRegistry>;
}[] = [
  { kind: 'files', open: () => Promise.resolve(openFileRegistry(folder.path)) },
  {
    kind: 'MLflow',
    async open() {
      await emptyMlflow(mlflow.url);
      return openMlflowRegistry(mlflow.url);
    },
  },
];

describe.each(registries)('the registry of models in $kind', ({ open }) => {
  let registry: ModelRegistry;
  beforeEach(async () => {
    folder = await makeTestFolder();
    registry = await open();
  });
  afterEach(() => folder.remove());

  it('is empty before the first training, and says what to do', async () => {
    expect(await registry.versions()).toEqual([]);
    expect(await registry.ofRun('run/1')).toBeUndefined();
    expect(await registry.pointers()).toEqual({ aliases: {}, split: null });
    await expect(registry.byAlias('staging')).rejects.toThrow(PrerequisiteMissing);
    await expect(registry.serving()).rejects.toThrow(PrerequisiteMissing);
    await expect(registry.byVersion(1)).rejects.toThrow(BadInput);
    await expect(registry.moveProduction(1)).rejects.toThrow(BadInput);
    await expect(registry.readHeldOut(1)).rejects.toThrow(BadInput);
  });

  it('numbers versions from 1 and keeps all that it was given, to the byte', async () => {
    const heldOut = heldOutOf(3, { model: 1.01, bookmakers: null, baseRate: 1.08 });
    const first = versionOfRun('run/1', heldOut);
    expect(await registry.register(first)).toEqual({ ...first.version, version: 1 });
    expect((await registry.register(versionOfRun("run/2's"))).version).toBe(2);
    expect(await registry.versions()).toEqual([
      { ...first.version, version: 1 },
      { ...versionOfRun("run/2's").version, version: 2 },
    ]);
    expect(await registry.byVersion(1)).toEqual({
      version: { ...first.version, version: 1 },
      model: modelFile,
    });
    const bytes = await registry.readBooster(1, boosterCard);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(boosterCard.sha256);
    expect(bytes).toEqual(boosterBytes);
    expect(await registry.readHeldOut(1)).toEqual(heldOut);
    expect(await registry.readHeldOut(2)).toBeNull();
    expect((await registry.ofRun("run/2's"))?.version).toBe(2);
  });

  it('refuses a booster that is another than its card says', async () => {
    await registry.register(versionOfRun('run/1'));
    const other = { ...boosterCard, sha256: boosterCard.sha256.replace(/^./, 'x') };
    await expect(registry.readBooster(1, other)).rejects.toThrow(BadInput);
  });

  it('gives a run that registers again the version it has, also side by side', async () => {
    const made = await Promise.all(Array.from({ length: 4 }, () => registry.register(versionOfRun('run/1'))));
    const [first] = made;
    expect(new Set(made.map(({ version }) => version)).size).toBe(1);
    expect(await registry.register(versionOfRun('run/1'))).toEqual(first);
    expect(await registry.versions()).toEqual([first]);
  });

  it('gives every run of twelve at once a number of its own, without a gap', async () => {
    const runs = Array.from({ length: 12 }, (_, index) => `run/${index}`);
    const made = await Promise.all(runs.map((run) => registry.register(versionOfRun(run))));
    const numbers = runs.map((_, index) => index + 1);
    expect(made.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual(numbers);
    expect((await registry.versions()).map(({ version }) => version)).toEqual(numbers);
  });

  it('moves staging forwards alone, and production as it is told; who served is archived', async () => {
    for (const run of ['run/1', 'run/2', 'run/3']) await registry.register(versionOfRun(run));
    await registry.advanceAlias('staging', 2);
    await registry.advanceAlias('staging', 1);
    expect((await registry.byAlias('staging')).version.runId).toBe('run/2');
    const stages = async () => [...(await registry.stages())].map(([, stage]) => stage);
    expect(await stages()).toEqual(['None', 'Staging', 'None']);

    await registry.moveProduction(2);
    expect(await registry.serving()).toEqual({ production: 2, split: null });
    await registry.advanceAlias('staging', 3);
    expect(await stages()).toEqual(['None', 'Production', 'Staging']);
    await registry.moveProduction(3);
    await registry.moveProduction(3);
    expect(await stages()).toEqual(['None', 'Archived', 'Production']);
    await registry.moveProduction(2);
    expect(await registry.serving()).toEqual({ production: 2, split: null });
    expect(await stages()).toEqual(['None', 'Production', 'Archived']);
    expect((await registry.byAlias('production')).version.runId).toBe('run/2');
  });

  it('has a second version serve a share, until it is told otherwise or that version serves all', async () => {
    for (const run of ['run/1', 'run/2']) await registry.register(versionOfRun(run));
    await registry.moveProduction(1);
    await registry.setSplit({ version: 2, share: 0.25 });
    expect(await registry.serving()).toEqual({ production: 1, split: { version: 2, share: 0.25 } });
    await registry.setSplit(null);
    await registry.setSplit(null);
    expect(await registry.serving()).toEqual({ production: 1, split: null });
    await registry.setSplit({ version: 2, share: 0.5 });
    await registry.moveProduction(2);
    expect(await registry.serving()).toEqual({ production: 2, split: null });
  });
});
