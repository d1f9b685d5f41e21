import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepEvaluation, newestEvaluation } from '../../../adapters/models/registry/evaluations.js';
import { openFileRegistry, sha256 } from '../../../adapters/models/registry/file-registry.js';
import type { NewVersion } from '../../../adapters/models/registry/model-registry.js';
import { BadInput, PrerequisiteMissing } from '../../../schemas/errors.js';
import { EvaluationReport } from '../../../schemas/jobs/evaluate-model.js';
import { ModelFile, registeredModelName, type BoosterCard } from '../../../schemas/records/model.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';

const booster = new TextEncoder().encode('trees');
const card: BoosterCard = {
  file: 'without-prices.xgb',
  sha256: sha256(booster),
  features: ['home_elo'],
  rounds: 20,
  parameters: { max_depth: 3, eta: 0.1, subsample: 1, colsample_bytree: 1, min_child_weight: 1, lambda: 1 },
};
const model = ModelFile.parse({
  name: registeredModelName,
  featureSet: 'test/1',
  classOrder: ['away', 'draw', 'home'],
  seed: 1,
  divisions: ['SIM'],
  trainedOn: { from: '2021-22', to: '2022-23', matches: 760 },
  withoutPrices: {
    booster: card,
    logistic: { features: ['home_elo'], means: [0], deviations: [1], weights: [0, 0, 0, 0, 0, 0] },
    weights: { booster: 0.5, logistic: 0.5 },
  },
  withPrices: null,
  calibratedOn: ['2022-23'],
  libraries: { xgboost: 'test' },
});
const madeBy = (runId: string): NewVersion => ({
  version: {
    name: registeredModelName,
    runId,
    createdAt: '2024-06-01T00:00:00Z',
    lakeSnapshot: 3,
    metrics: {
      withPrices: null,
      withoutPrices: { n: 380, logLoss: 1, rps: 0.2, brier: 0.6, accuracy: 0.5, ece: 0.02 },
    },
  },
  model,
  boosters: { [card.file]: booster },
});

let folder: TestFolder;
beforeEach(async () => {
  folder = await makeTestFolder();
});
afterEach(() => folder.remove());

describe('the model registry', () => {
  it('numbers versions from 1 and keeps what it was given', async () => {
    const registry = openFileRegistry(folder.path);
    expect((await registry.register(madeBy('run/1'))).version).toBe(1);
    expect((await registry.register(madeBy('run/2'))).version).toBe(2);
    await registry.advanceAlias('staging', 2);
    await registry.advanceAlias('staging', 1);
    const found = await registry.byAlias('staging');
    expect(found.version.runId).toBe('run/2');
    expect(found.model).toEqual(model);
    expect(await registry.readBooster(2, card)).toEqual(booster);
  });

  it('gives a run that registers again the version it has', async () => {
    const registry = openFileRegistry(folder.path);
    await registry.register(madeBy('run/1'));
    expect((await registry.register(madeBy('run/1'))).version).toBe(1);
    expect(await registry.versions()).toHaveLength(1);
  });

  it('gives every run of twelve at once a number of its own, without a gap', async () => {
    const registry = openFileRegistry(folder.path);
    const runs = Array.from({ length: 12 }, (_, index) => `run/${index}`);
    const made = await Promise.all(runs.map((run) => registry.register(madeBy(run))));
    expect(made.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
      runs.map((_, index) => index + 1),
    );
    expect(await readdir(path.join(folder.path, registeredModelName, 'versions'))).toHaveLength(12);
  });

  it('ignores what a killed registration left half written', async () => {
    const registry = openFileRegistry(folder.path);
    await registry.register(madeBy('run/1'));
    await writeFile(path.join(folder.path, registeredModelName, 'versions', '.2.torn'), 'half');
    expect((await registry.register(madeBy('run/2'))).version).toBe(2);
  });

  it('says what to do where nothing was trained', async () => {
    await expect(openFileRegistry(folder.path).byAlias('staging')).rejects.toThrow(PrerequisiteMissing);
  });

  it('says which version serves once one is in production, and what to do before', async () => {
    const registry = openFileRegistry(folder.path);
    await registry.register(madeBy('run/1'));
    await expect(registry.serving()).rejects.toThrow(PrerequisiteMissing);
    await registry.advanceAlias('production', 1);
    expect(await registry.serving()).toEqual({ production: 1, split: null });
    expect((await registry.byVersion(1)).model).toEqual(model);
    await expect(registry.byVersion(2)).rejects.toThrow(BadInput);
  });

  it('refuses a booster whose bytes changed', async () => {
    const registry = openFileRegistry(folder.path);
    await registry.register(madeBy('run/1'));
    await writeFile(path.join(folder.path, registeredModelName, 'versions', '1', card.file), 'other trees');
    await expect(registry.readBooster(1, card)).rejects.toThrow(BadInput);
  });
});

describe('evaluations', () => {
  const report = (runId: string, evaluatedAt: string) =>
    EvaluationReport.parse({
      runId,
      evaluatedAt,
      lakeSnapshot: 3,
      testSeasons: ['2022-23'],
      divisions: ['SIM'],
      trainFrom: '2020-21',
      seed: 1,
      rows: [],
    });

  it('are shown newest first, and kept once a run', async () => {
    expect(await newestEvaluation(folder.path)).toBeUndefined();
    await keepEvaluation(folder.path, report('a', '2024-06-02T10:00:00.000Z'));
    await keepEvaluation(folder.path, report('b', '2024-06-01T10:00:00.000Z'));
    await keepEvaluation(folder.path, report('a', '2024-06-03T10:00:00.000Z'));
    expect((await newestEvaluation(folder.path))?.evaluatedAt).toBe('2024-06-02T10:00:00.000Z');
  });
});
