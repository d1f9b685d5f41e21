import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { BadInput, InvariantBroken, PrerequisiteMissing } from '../../../schemas/errors.js';
import {
  ModelFile,
  ModelSplit,
  ModelVersion,
  registeredModelName,
  type ModelAlias,
} from '../../../schemas/records/model.js';
import type { ModelRegistry } from './model-registry.js';
import { createFolder, replaceFile } from './whole-files.js';

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

/**
 * The registry in the given folder, which need not exist yet.
 *
 * `<root>/football_baseline_model/versions/<n>/` holds `model.json` ({@link ModelFile}), `version.json` ({@link ModelVersion})
 * and the boosters; `aliases/<alias>.json` a version's number; `split.json` a {@link ModelSplit}.
 */
export function openFileRegistry(root: string): ModelRegistry {
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

  const readVersion = async (number: number) => {
    const [version, model] = await Promise.all([
      versionOf(number),
      readJson(path.join(folderOf(number), 'model.json'), ModelFile),
    ]);
    return { version, model };
  };
  const aliased = async (alias: ModelAlias): Promise<number> => {
    const number = await aliasedVersion(alias);
    if (number !== undefined) return number;
    throw new PrerequisiteMissing(`No model is registered as ${alias}`, {
      object: registeredModelName,
      advice:
        alias === 'staging'
          ? 'Train one first: touchline model train.'
          : 'Promote one that was trained: touchline model promote <version>.',
    });
  };
  const split = async (): Promise<ModelSplit | null> => {
    try {
      return await readJson(path.join(home, 'split.json'), ModelSplit);
    } catch (error) {
      if (isMissing(error)) return null;
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

    byAlias: async (alias) => readVersion(await aliased(alias)),

    async byVersion(number) {
      if ((await numbers()).includes(number)) return readVersion(number);
      throw new BadInput(`No version ${number} of the model is registered`, {
        object: registeredModelName,
        advice: 'touchline model list shows those that are.',
      });
    },

    serving: async () => ({ production: await aliased('production'), split: await split() }),

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
