import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { BadInput, PrerequisiteMissing } from '../../../schemas/errors.js';
import {
  registeredModelName,
  type BoosterCard,
  type ModelAlias,
  type ModelStage,
} from '../../../schemas/records/model.js';
import { mlModelFile } from './mlmodel.js';
import type { ModelRegistry, NewVersion, Pointers } from './model-registry.js';

export const modelFileName = 'model.json';
export const versionFileName = 'version.json';
export const heldOutFileName = 'held-out.json';

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');
export const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The files of a version by name, its `version.json` apart: the same in every registry (MODEL-12). */
export const versionFiles = ({ model, boosters, heldOut }: NewVersion) => ({
  ...boosters,
  [modelFileName]: asJson(model),
  MLmodel: mlModelFile(model),
  ...(heldOut === undefined ? {} : { [heldOutFileName]: `${JSON.stringify(heldOut)}\n` }),
});

/** Reads a file of a version. Throws {@link BadInput}, naming where it lies, where it is none. */
export function readVersionJson<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  file: string,
): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(String(error), file);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unreadable(parsed.error.message, file);
}

const trainAgain = 'Train again: touchline model train registers a new version.';

const unreadable = (why: string, file: string): BadInput =>
  new BadInput(`A file of the model registry cannot be read: ${why}`, { file, advice: trainAgain });

/** The bytes, where they are those that were registered. Throws {@link BadInput} where they are not. */
export function checkedBooster(
  bytes: Uint8Array,
  card: Pick<BoosterCard, 'sha256'>,
  file: string,
): Uint8Array {
  if (sha256(bytes) === card.sha256) return bytes;
  throw new BadInput('The booster is not the one that was registered', { file, advice: trainAgain });
}

const noAlias = (alias: ModelAlias): PrerequisiteMissing =>
  new PrerequisiteMissing(`No model is registered as ${alias}`, {
    object: registeredModelName,
    advice:
      alias === 'staging'
        ? 'Train one first: touchline model train.'
        : 'Promote one that was trained: touchline model promote <version>.',
  });

export const noVersion = (version: number): BadInput =>
  new BadInput(`No version ${version} of the model is registered`, {
    object: registeredModelName,
    advice: 'touchline model list shows those that are.',
  });

/** The questions that every registry answers by where it points. */
export function answersByPointers(
  pointers: () => Promise<Pointers>,
  byVersion: ModelRegistry['byVersion'],
): Pick<ModelRegistry, 'byAlias' | 'serving'> {
  return {
    async byAlias(alias) {
      const version = (await pointers()).aliases[alias];
      if (version === undefined) throw noAlias(alias);
      return await byVersion(version);
    },
    async serving() {
      const { aliases, split } = await pointers();
      if (aliases.production === undefined) throw noAlias('production');
      return { production: aliases.production, split };
    },
  };
}

/** Where a version stands: its alias says so; without one, whether it ever served. */
export function stageOf(
  version: number,
  aliases: Pointers['aliases'],
  hasServed: (version: number) => boolean,
): ModelStage {
  if (aliases.production === version) return 'Production';
  if (hasServed(version)) return 'Archived';
  return aliases.staging === version ? 'Staging' : 'None';
}
