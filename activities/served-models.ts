import type { Meters } from '../adapters/metrics/meters.js';
import type { ModelRegistry, RegisteredModel } from '../adapters/models/registry/model-registry.js';
import { residentBooster, type ResidentBooster } from '../adapters/models/xgboost/resident.js';
import type { AskableModel } from '../domain/model/ask-model.js';
import { servedVersion } from '../domain/model/served-version.js';
import { unknownFeature } from '../domain/model/model-match.js';
import { PrerequisiteMissing } from '../schemas/errors.js';
import type { OnlineService } from '../schemas/features/online.js';
import type { BoosterFile } from '../schemas/records/booster.js';
import type { BoosterCard, ModelFile, ServingVersions } from '../schemas/records/model.js';
import type { ModelChoice } from '../schemas/records/prediction.js';
import { whyUnusable } from './model-usable.js';

/** A version of the model that is ready to answer. */
export interface LoadedModel extends AskableModel, RegisteredModel {}

interface HeldModel extends LoadedModel {
  release(): void;
}

/** The versions that answer for a choice, all of them loaded. */
export interface LoadedVersions {
  /** The one that answers for a match: by its id alone. */
  of(matchId: number): LoadedModel;
  readonly all: readonly LoadedModel[];
}

export interface ServedModels {
  /**
   * The versions that answer now. The first time they are loaded; later they are at hand, and what the registry says since is loaded in the background and then takes their
   * place: nobody waits for a new version, and one that cannot be loaded takes nobody's place.
   * @throws PrerequisiteMissing where the choice has no version, or one of other features, such as the service does not tell, or another library
   */
  serving(choice: ModelChoice): Promise<LoadedVersions>;
  /** Asks the registry after the call, and waits for what it names. Throws as `serving` does. */
  refresh(choice: ModelChoice): Promise<LoadedVersions>;
  /** Gives the memory of every version back. */
  close(): void;
}

export interface ServedModelsOptions {
  readonly registry: Pick<ModelRegistry, 'serving' | 'byAlias' | 'byVersion' | 'readBooster'>;
  /** What versions are served from. */
  readonly service: Pick<OnlineService, 'id' | 'columns'>;
  readonly meters: Meters;
  readonly log: { warn(message: string): void };
  /** For so long the registry is not asked again. */
  readonly freshMs?: number;
  readonly loadBooster?: (file: BoosterFile) => Promise<ResidentBooster>;
}

/** Keeps the versions that answer in memory, by their number, and drops those that answer for no choice any more (PRED-1). */
export function servedModels({
  registry,
  service,
  meters,
  log,
  freshMs = 10_000,
  loadBooster = residentBooster,
}: ServedModelsOptions): ServedModels {
  interface Standing {
    readonly versions: LoadedVersions;
    readonly since: number;
  }
  const columns = new Set(service.columns.map(({ name }) => name));
  const loaded = new Map<number, Promise<HeldModel>>();
  const standing = new Map<ModelChoice, Standing>();
  const underWay = new Map<ModelChoice, Promise<LoadedVersions>>();
  const following = new Map<ModelChoice, Promise<LoadedVersions>>();

  async function load(number: number): Promise<HeldModel> {
    const began = performance.now();
    const registered = await registry.byVersion(number);
    const unusable = whyUnusable(registered);
    if (unusable !== undefined) {
      throw new PrerequisiteMissing(`No prediction is made: ${unusable}`, {
        object: registered.model.name,
        advice: 'Train again: touchline model train registers a new version.',
      });
    }
    const { model, version } = registered;
    const unknown = unknownFeature(featuresOf(model), columns);
    if (unknown !== undefined) {
      throw new PrerequisiteMissing(
        `No prediction is made: version ${version.version} reads ${unknown}, which ${service.id} does not tell`,
        {
          object: model.name,
          advice: 'Train again: touchline model train registers a new version.',
        },
      );
    }
    const boosterOf = async (card: BoosterCard) => loadBooster(await registry.readBooster(number, card));
    const withoutPrices = await boosterOf(model.withoutPrices.booster);
    const withPrices = await whenAll(withoutPrices, async () =>
      model.withPrices === null ? null : boosterOf(model.withPrices.booster),
    );
    meters.observe(
      'football_model_load_duration_seconds',
      { model_name: model.name, model_version: String(version.version) },
      (performance.now() - began) / 1_000,
    );
    return {
      ...registered,
      boosters: {
        withoutPrices: (matrix) => withoutPrices.predict(matrix),
        withPrices: withPrices === null ? null : (matrix) => withPrices.predict(matrix),
      },
      release() {
        withoutPrices.release();
        withPrices?.release();
      },
    };
  }

  const versionAt = (number: number): Promise<HeldModel> => {
    const there = loaded.get(number);
    if (there !== undefined) return there;
    const loading = load(number);
    loaded.set(number, loading);
    // What could not be loaded is tried again by whoever asks next.
    loading.catch(() => loaded.delete(number));
    return loading;
  };

  function dropSuperseded(): void {
    const answering = new Set(
      [...standing.values()].flatMap(({ versions }) => versions.all.map(({ version }) => version.version)),
    );
    if (underWay.size > 0) return;
    for (const [number, model] of loaded) {
      if (answering.has(number)) continue;
      loaded.delete(number);
      void model.then(
        (held) => {
          held.release();
        },
        () => undefined,
      );
    }
  }

  async function ask(choice: ModelChoice): Promise<LoadedVersions> {
    const serving = await versionsOf(registry, choice);
    const numbers = [
      ...new Set([serving.production, ...(serving.split === null ? [] : [serving.split.version])]),
    ];
    const models = new Map(
      await Promise.all(numbers.map(async (number) => [number, await versionAt(number)] as const)),
    );
    const versions: LoadedVersions = {
      all: [...models.values()],
      of(matchId) {
        const model = models.get(servedVersion(matchId, serving));
        if (model === undefined) throw new RangeError('A version that serves is not loaded');
        return model;
      },
    };
    standing.set(choice, { versions, since: performance.now() });
    return versions;
  }

  const begin = (choice: ModelChoice): Promise<LoadedVersions> => {
    const begun = ask(choice).finally(() => {
      if (underWay.get(choice) === begun) underWay.delete(choice);
      dropSuperseded();
    });
    underWay.set(choice, begun);
    return begun;
  };

  /** An ask that is under way may have read the registry before what the caller knows of was decided: all who come meanwhile share the one after it. */
  const refresh = (choice: ModelChoice): Promise<LoadedVersions> => {
    const asking = underWay.get(choice);
    if (asking === undefined) return begin(choice);
    const there = following.get(choice);
    if (there !== undefined) return there;
    const askAgain = (): Promise<LoadedVersions> => {
      following.delete(choice);
      return begin(choice);
    };
    const next = asking.then(askAgain, askAgain);
    following.set(choice, next);
    return next;
  };

  return {
    async serving(choice) {
      const now = standing.get(choice);
      if (now === undefined) return underWay.get(choice) ?? begin(choice);
      if (performance.now() - now.since > freshMs && !underWay.has(choice)) {
        begin(choice).catch((error: unknown) => {
          // Whoever is answered meanwhile is answered by what is there.
          standing.set(choice, { ...now, since: performance.now() });
          log.warn(`The model that serves stays as it is: ${String(error)}`);
        });
      }
      return now.versions;
    },
    refresh,
    close() {
      standing.clear();
      dropSuperseded();
    },
  };
}

/** All that a model reads of a match. */
const featuresOf = ({ withPrices, withoutPrices }: ModelFile): string[] => [
  ...withoutPrices.booster.features,
  ...withoutPrices.logistic.features,
  ...(withPrices?.booster.features ?? []),
];

/** Loads what belongs to a booster that is loaded already: where that fails, nobody would ever give the memory of the first back. */
async function whenAll<T>(first: ResidentBooster, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    first.release();
    throw error;
  }
}

/** The versions that a choice names. `serving` is production with its split; staging alone where nothing was ever promoted. */
async function versionsOf(
  registry: ServedModelsOptions['registry'],
  choice: ModelChoice,
): Promise<ServingVersions> {
  const only = async (alias: 'staging' | 'production'): Promise<ServingVersions> => ({
    production: (await registry.byAlias(alias)).version.version,
    split: null,
  });
  if (choice === 'staging') return only(choice);
  if (choice === 'production') return registry.serving();
  try {
    return await registry.serving();
  } catch (error) {
    if (error instanceof PrerequisiteMissing) return only('staging');
    throw error;
  }
}
