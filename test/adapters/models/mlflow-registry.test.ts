import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openMlflowRegistry } from '../../../adapters/models/registry/mlflow-registry.js';
import { experimentName } from '../../../adapters/models/registry/mlflow/runs.js';
import { rememberingRegistry } from '../../../adapters/models/registry/remembering-registry.js';
import { BadInput, DependencyAway, KeyRefused } from '../../../schemas/errors.js';
import { registeredModelName } from '../../../schemas/records/model.js';
import { startCuttingProxy, type CuttingProxy } from '../../support/cutting-proxy.js';
import { askMlflow, emptyMlflow } from '../../support/empty-mlflow.js';
import { startLocalServer } from '../../support/local-server.js';
import { startTestMlflow, type TestMlflow } from '../../support/mlflow.js';
import { boosterBytes, boosterCard, heldOutOf, versionOfRun } from '../../support/registered-model.js';

let mlflow: TestMlflow;
let proxy: CuttingProxy;
beforeAll(async () => {
  mlflow = await startTestMlflow();
  proxy = await startCuttingProxy(mlflow.url);
}, 600_000);
afterAll(async () => {
  await proxy.close();
  await mlflow.stop();
});
beforeEach(() => emptyMlflow(mlflow.url));
afterEach(() => {
  proxy.mend();
});

const made = versionOfRun('train/1', heldOutOf(5, { model: 1, bookmakers: 0.97, baseRate: 1.07 }));
/** One attempt, as of an activity that is killed. */
const oneAttempt = () => openMlflowRegistry(proxy.url, { pausesMs: [] });

const experiment = async (): Promise<string> =>
  /"experiment_id":"(\d+)"/.exec(
    JSON.stringify(await askMlflow(mlflow.url, `experiments/get-by-name?experiment_name=${experimentName}`)),
  )?.[1] ?? '';
const statuses = async (): Promise<string[]> => {
  const found = await askMlflow(mlflow.url, 'runs/search', { experiment_ids: [await experiment()] });
  return [...JSON.stringify(found).matchAll(/"status":"(\w+)"/g)].map(([, status]) => status ?? '').sort();
};

describe('a registration in MLflow', () => {
  it('is a run with every parameter, metric and file, and a version whose source is that run', async () => {
    await oneAttempt().register(made);
    const runs = JSON.stringify(
      await askMlflow(mlflow.url, 'runs/search', { experiment_ids: [await experiment()] }),
    );
    for (const [key, value] of Object.entries({
      ...{
        seed: '1',
        divisions: 'SIM',
        train_from: '2021-22',
        lake_snapshot: '3',
        feature_service: 'match_prediction',
      },
      ...{ 'without_prices.max_depth': '3', 'without_prices.rounds': '20', 'recipe.ridge': '100' },
    })) {
      expect(runs).toContain(`{"key":"${key}","value":"${value}"}`);
    }
    for (const [key, value] of Object.entries({
      log_loss: '1',
      precision_weighted: '0.4',
      recall_weighted: '0.5',
    })) {
      expect(runs).toContain(`{"key":"${key}","value":${value},`);
    }
    const version = JSON.stringify(
      await askMlflow(mlflow.url, `model-versions/get?name=${registeredModelName}&version=1`),
    );
    const run = /"run_id":"(\w+)"/.exec(runs)?.[1] ?? '';
    expect(version).toContain(
      `"source":"mlflow-artifacts:/${await experiment()}/${run}/artifacts/football_prediction_model"`,
    );
    for (const tag of ['model_type', 'training_date', 'performance', 'stage', 'feature_service']) {
      expect(version).toContain(`{"key":"${tag}",`);
    }
    const files = JSON.stringify(
      await askMlflow(mlflow.url, `artifacts/list?run_id=${run}&path=football_prediction_model`),
    );
    for (const file of ['MLmodel', 'held-out.json', 'model.json', 'version.json', boosterCard.file]) {
      expect(files).toContain(`"path":"football_prediction_model/${file}"`);
    }
  });

  it('is finished by the next attempt, once, wherever the one before was killed', async () => {
    await oneAttempt().register(versionOfRun('train/first'));
    const before = proxy.requests();
    await oneAttempt().register(versionOfRun('train/second'));
    const steps = proxy.requests() - before;
    expect(steps).toBeGreaterThan(8);
    for (let step = 1; step <= steps; step += 1) {
      for (const cut of ['request', 'answer'] as const) {
        const runId = `train/${step}/${cut}`;
        proxy.cutAt(step, cut);
        await expect(oneAttempt().register(versionOfRun(runId)), runId).rejects.toThrow(DependencyAway);
        proxy.mend();
        const version = await oneAttempt().register(versionOfRun(runId));
        expect(await oneAttempt().ofRun(runId)).toEqual(version);
        expect(await oneAttempt().readBooster(version.version, boosterCard)).toEqual(boosterBytes);
      }
    }
    const versions = await oneAttempt().versions();
    expect(new Set(versions.map(({ runId }) => runId)).size).toBe(versions.length);
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1));
    // What was left unfinished says so, and is the source of nothing.
    expect(new Set(await statuses())).toEqual(new Set(['FINISHED', 'KILLED']));
    expect((await statuses()).filter((status) => status === 'FINISHED')).toHaveLength(versions.length);
  });

  it('goes on where it was when the server is killed in its midst and comes again', async () => {
    let killed = Promise.resolve();
    proxy.before(/ \/api\/2\.0\/mlflow-artifacts\/artifacts\/.*\.xgb$/, async () => {
      await mlflow.kill();
      killed = mlflow.start();
    });
    const registry = openMlflowRegistry(proxy.url, { pausesMs: Array.from({ length: 200 }, () => 250) });
    const version = await registry.register(made);
    await killed;
    expect(version).toEqual({ ...made.version, version: 1 });
    expect(await registry.versions()).toEqual([version]);
    expect(await registry.readHeldOut(1)).toEqual(made.heldOut);
    expect(await statuses()).toEqual(['FINISHED', 'KILLED']);
  });

  it('passes over what somebody else registered under the name', async () => {
    await askMlflow(mlflow.url, 'registered-models/create', { name: registeredModelName });
    await askMlflow(mlflow.url, 'model-versions/create', {
      name: registeredModelName,
      source: 's3://elsewhere/model',
    });
    expect(await oneAttempt().versions()).toEqual([]);
    await expect(oneAttempt().byVersion(1)).rejects.toThrow(BadInput);
    expect((await oneAttempt().register(made)).version).toBe(2);
  });
});

describe('an MLflow that does not do as it should', () => {
  it('is away where it does not answer, and that is to be tried again', async () => {
    const registry = openMlflowRegistry('http://127.0.0.1:9', { pausesMs: [] });
    await expect(registry.register(made)).rejects.toMatchObject({
      name: 'DependencyAway',
      remedy: 'retry-later',
      subject: { setting: 'MLFLOW_TRACKING_URI' },
    });
  });

  it('lets nobody in without the password, which its address may hold', async () => {
    const server = await startLocalServer();
    server.answer((_, response) => {
      response.writeHead(401).end();
    });
    const registry = openMlflowRegistry(server.url.replace('//', '//ada:s%C3%A9cret@'));
    await expect(registry.versions()).rejects.toThrow(KeyRefused);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${Buffer.from('ada:sécret').toString('base64')}`,
    ]);
    await server.close();
  });

  it('has its refusals told as what is to be corrected, and not tried again', async () => {
    const registry = openMlflowRegistry(mlflow.url);
    await expect(registry.advanceAlias('staging', 7)).rejects.toMatchObject({
      name: 'MlflowRefusal',
      remedy: 'fix-input',
      code: 'RESOURCE_DOES_NOT_EXIST',
    });
  });
});

describe('whoever predicts, while MLflow is away', () => {
  it('goes on with the versions that served last, and hears of a new one once it is back', async () => {
    const writer = openMlflowRegistry(mlflow.url);
    for (const run of ['train/1', 'train/2']) await writer.register(versionOfRun(run));
    await writer.moveProduction(1);
    const warnings: string[] = [];
    let now = 0;
    const registry = rememberingRegistry(oneAttempt(), {
      warn: (line) => warnings.push(line),
      now: () => now,
    });
    const served = await registry.byVersion((await registry.serving()).production);
    await registry.readBooster(1, boosterCard);

    proxy.cutAt(1, 'request');
    const asked = proxy.requests();
    for (let prediction = 0; prediction < 3; prediction += 1) {
      expect(await registry.serving()).toEqual({ production: 1, split: null });
      expect(await registry.byAlias('production')).toEqual(served);
      expect(await registry.readBooster(1, boosterCard)).toEqual(boosterBytes);
    }
    // A server that hangs would cost each of these its time.
    expect(proxy.requests() - asked).toBe(1);
    expect(warnings).toEqual([expect.stringContaining('away')]);
    await expect(registry.byVersion(2)).rejects.toThrow(DependencyAway);

    proxy.mend();
    await writer.moveProduction(2);
    now += 60_000;
    expect((await registry.serving()).production).toBe(2);
    expect((await registry.byVersion(2)).version.runId).toBe('train/2');
  });
});
