import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { BadInput, InvariantBroken, PrerequisiteMissing } from '../../../schemas/errors.js';
import {
  ModelFile,
  ModelVersion,
  registeredModelName,
  type BoosterCard,
  type ModelAlias,
} from '../../../schemas/records/model.js';
import { createFolder, replaceFile } from './whole-files.js';

/** A version with what it is made of. */
export interface RegisteredModel {
  readonly version: ModelVersion;
  readonly model: ModelFile;
}

export interface NewVersion {
  readonly version: Omit<ModelVersion, 'version'>;
  readonly model: ModelFile;
  /** The boosters' files by the names that the model's cards give. */
  readonly boosters: Readonly<Record<string, Uint8Array>>;
}

/**
 * Models in a folder, in MLflow's terms: a registered model has versions, an alias points to one.
 *
 * `<root>/football_baseline_model/versions/<n>/` holds `model.json` ({@link ModelFile}), `version.json` ({@link ModelVersion})
 * and the boosters; `aliases/<alias>.json` a version's number. Versions never change.
 */
export interface ModelRegistry {
  /** Registers a version whole or not at all. A run registers once: a second call for it returns the first version. */
  register(made: NewVersion): Promise<ModelVersion>;
  /** Points an alias to a version, unless it points to a later one: a run tried again moves nothing back. */
  advanceAlias(alias: ModelAlias, version: number): Promise<void>;
  /** Throws {@link PrerequisiteMissing} where the alias points nowhere. */
  byAlias(alias: ModelAlias): Promise<RegisteredModel>;
  /** The booster's bytes. Throws {@link BadInput} where they are not those that were registered. */
  readBooster(version: number, card: BoosterCard): Promise<Uint8Array>;
  /** Oldest first. */
  versions(): Promise<ModelVersion[]>;
  /** The version that a run registered. */
  ofRun(runId: string): Promise<ModelVersion | undefined>;
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

async function readJson<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new BadInput(`A file of the model registry cannot be read: ${parsed.error.message}`, {
    file,
    advice: 'Train again: touchline model train registers a new version.',
  });
}

const AliasFile = ModelVersion.pick({ version: true });

/** The registry in the given folder, which need not exist yet. */
export function openModelRegistry(root: string): ModelRegistry {
  const home = path.join(root, registeredModelName);
  const folderOf = (version: number): string => path.join(home, 'versions', String(version));
  const aliasFile = (alias: ModelAlias): string => path.join(home, 'aliases', `${alias}.json`);
  const versionOf = (version: number) => readJson(path.join(folderOf(version), 'version.json'), ModelVersion);

  const numbers = async (): Promise<number[]> => {
    try {
      const names = await readdir(path.join(home, 'versions'));
      return names
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
        .sort((a, b) => a - b);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  };
  const versions = async (): Promise<ModelVersion[]> => Promise.all((await numbers()).map(versionOf));
  const ofRun = async (runId: string) => (await versions()).find((version) => version.runId === runId);

  const aliasedVersion = async (alias: ModelAlias): Promise<number | undefined> => {
    try {
      return (await readJson(aliasFile(alias), AliasFile)).version;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };

  return {
    versions,
    ofRun,

    async register({ version: described, model, boosters }) {
      const earlier = await ofRun(described.runId);
      if (earlier !== undefined) return earlier;
      for (let number = ((await numbers()).at(-1) ?? 0) + 1; ; number += 1) {
        const version: ModelVersion = { ...described, version: number };
        const files = { ...boosters, 'model.json': asJson(model), 'version.json': asJson(version) };
        if (!(await createFolder(folderOf(number), files))) continue;
        // Two attempts of one run side by side: the lower number stays, the other takes itself away.
        const first = await ofRun(described.runId);
        if (first === undefined)
          throw new InvariantBroken(`Version ${number} vanished while it was registered`);
        if (first.version !== number) await rm(folderOf(number), { recursive: true });
        return first;
      }
    },

    async advanceAlias(alias, version) {
      const current = await aliasedVersion(alias);
      if (current === undefined || current < version)
        await replaceFile(aliasFile(alias), asJson({ version }));
    },

    async byAlias(alias) {
      const number = await aliasedVersion(alias);
      if (number === undefined) {
        throw new PrerequisiteMissing(`No model is registered as ${alias}`, {
          object: registeredModelName,
          advice: 'Train one first: touchline model train.',
        });
      }
      const [version, model] = await Promise.all([
        versionOf(number),
        readJson(path.join(folderOf(number), 'model.json'), ModelFile),
      ]);
      return { version, model };
    },

    async readBooster(version, card) {
      const file = path.join(folderOf(version), card.file);
      const bytes = new Uint8Array(await readFile(file));
      if (sha256(bytes) !== card.sha256) {
        throw new BadInput('The booster is not the one that was registered', {
          file,
          advice: 'Train again: touchline model train registers a new version.',
        });
      }
      return bytes;
    },
  };
}
