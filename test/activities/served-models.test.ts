import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servedModels } from '../../activities/served-models.js';
import { onlineServices } from '../../activities/online-services.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { openFileRegistry } from '../../adapters/models/registry/file-registry.js';
import type { ModelRegistry } from '../../adapters/models/registry/model-registry.js';
import { residentBooster } from '../../adapters/models/xgboost/resident.js';
import { seenBy } from '../../domain/model/model-match.js';
import { DependencyAway, InvariantBroken, PrerequisiteMissing } from '../../schemas/errors.js';
import type { OnlineService } from '../../schemas/features/online.js';
import { modelService } from '../../schemas/features/services.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { madeUpModel } from '../support/made-up-model.js';

let folder: TestFolder;
let registry: ModelRegistry;
let service: OnlineService;
beforeAll(async () => {
  folder = await makeTestFolder();
  const [declared] = await onlineServices([modelService]);
  if (declared === undefined) throw new Error('There is no such service');
  service = declared;
  registry = openFileRegistry(folder.path);
  for (const seed of [1, 2]) await registry.register(await madeUpModel(['E0'], { seed }));
  await registry.moveProduction(1);
});
afterAll(() => folder.remove());

const quiet = { warn: () => undefined };

describe('the registry', () => {
  it('is asked after the call: what was promoted while another asked is not missed, and all who came meanwhile share one answer', async () => {
    const gates: (() => void)[] = [];
    const models = servedModels({
      ...{ service, meters: createMeters(), log: quiet },
      registry: {
        ...registry,
        async serving() {
          const read = await registry.serving();
          await new Promise<void>((resolve) => gates.push(resolve));
          return read;
        },
      },
    });
    const numbers = async (asked: ReturnType<typeof models.refresh>) =>
      (await asked).all.map(({ version }) => version.version);
    try {
      const first = numbers(models.refresh('production'));
      await expect.poll(() => gates.length).toBe(1);
      await registry.moveProduction(2);
      const after = [1, 2].map(() => numbers(models.refresh('production')));
      gates.shift()?.();
      expect(await first).toEqual([1]);
      await expect.poll(() => gates.length).toBe(1);
      gates.shift()?.();
      expect(await Promise.all(after)).toEqual([[2], [2]]);
      expect(gates).toEqual([]);
    } finally {
      await registry.moveProduction(1);
      models.close();
    }
  });
});

describe('a version that is loaded', () => {
  it('in part gives the memory back of what was loaded, and is loaded whole by whoever asks next', async () => {
    let [held, asked] = [0, 0];
    const models = servedModels({
      ...{ service, meters: createMeters(), log: quiet },
      registry: {
        ...registry,
        readBooster: (version, card) => {
          asked += 1;
          return asked === 2
            ? Promise.reject(new DependencyAway('The registry is away'))
            : registry.readBooster(version, card);
        },
      },
      async loadBooster(file) {
        const booster = await residentBooster(file);
        held += 1;
        return {
          predict: (matrix) => booster.predict(matrix),
          release() {
            booster.release();
            held -= 1;
          },
        };
      },
    });
    await expect(models.serving('production')).rejects.toThrow(DependencyAway);
    expect(held).toBe(0);
    await models.serving('production');
    expect(held).toBe(2);
    models.close();
    await expect.poll(() => held).toBe(0);
  });
});

describe('a feature that nothing is known by', () => {
  it('is no 0, unless it names a division', () => {
    const { feature } = seenBy((name) => (name === 'home_elo' ? 1_500 : undefined), 'E0');
    expect([feature('home_elo'), feature('division_E0'), feature('division_E1')]).toEqual([1_500, 1, 0]);
    expect(() => feature('home_elos')).toThrow(InvariantBroken);
    expect(() => feature('')).toThrow(/No match has a feature/);
  });

  it('keeps a version that reads it from being loaded', async () => {
    const whole = await registry.byVersion(1);
    const { withoutPrices } = whole.model;
    const { logistic } = withoutPrices;
    const misspelt = { ...logistic, features: logistic.features.with(0, 'home_elos') };
    const models = servedModels({
      ...{ service, meters: createMeters(), log: quiet },
      registry: {
        ...registry,
        byVersion: () =>
          Promise.resolve({
            ...whole,
            model: { ...whole.model, withoutPrices: { ...withoutPrices, logistic: misspelt } },
          }),
      },
    });
    const asked = models.serving('production');
    await expect(asked).rejects.toThrow(PrerequisiteMissing);
    await expect(asked).rejects.toThrow(/version 1 reads home_elos, which match_prediction_v2 does not tell/);
    models.close();
  });
});
