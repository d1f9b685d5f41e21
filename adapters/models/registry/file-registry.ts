import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { InvariantBroken } from '../../../schemas/errors.js';
import { HeldOut } from '../../../schemas/records/held-out.js';
import {
  ModelFile,
  ModelSplit,
  ModelVersion,
  registeredModelName,
  type ModelAlias,
} from '../../../schemas/records/model.js';
import type { ModelRegistry, Pointers } from './model-registry.js';
import {
  answersByPointers,
  asJson,
  checkedBooster,
  heldOutFileName,
  modelFileName,
  noVersion,
  readVersionJson,
  stageOf,
  versionFileName,
  versionFiles,
} from './version-files.js';
import { createFolder, replaceFile } from './whole-files.js';

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

const readJson = async <Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.output<Schema>> =>
  readVersionJson(await readFile(file, 'utf8'), schema, file);

async function readJsonIfThere<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  try {
    return await readJson(file, schema);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** What an alias points to, and what it pointed to before. */
const AliasFile = ModelVersion.pick({ version: true }).extend({
  before: z.array(z.number().int().positive()).default([]),
});
type AliasFile = z.infer<typeof AliasFile>;

export { sha256 } from './version-files.js';

/**
 * The registry in the given folder, which need not exist yet.
 *
 * `<root>/football_baseline_model/versions/<n>/` holds `model.json` ({@link ModelFile}), `version.json` ({@link ModelVersion}), `MLmodel`, `held-out.json`
 * ({@link HeldOut}) and the boosters; `aliases/<alias>.json` a version's number; `split.json` a {@link ModelSplit}.
 */
export function openFileRegistry(root: string): ModelRegistry {
  const home = path.join(root, registeredModelName);
  const folderOf = (version: number): string => path.join(home, 'versions', String(version));
  const aliasFile = (alias: ModelAlias): string => path.join(home, 'aliases', `${alias}.json`);
  const splitFile = path.join(home, 'split.json');
  const versionOf = (version: number) =>
    readJson(path.join(folderOf(version), versionFileName), ModelVersion);

  const numbers = async (): Promise<number[]> =>
    (await namesIn(path.join(home, 'versions')))
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  const versions = async (): Promise<ModelVersion[]> => Promise.all((await numbers()).map(versionOf));
  const ofRun = async (runId: string) => (await versions()).find((version) => version.runId === runId);
  const pointedTo = (alias: ModelAlias) => readJsonIfThere(aliasFile(alias), AliasFile);
  const point = async (alias: ModelAlias, version: number, current: AliasFile | undefined): Promise<void> => {
    const before = current === undefined ? [] : [...new Set([...current.before, current.version])];
    await replaceFile(aliasFile(alias), asJson({ version, before } satisfies AliasFile));
  };
  const split = async (): Promise<ModelSplit | null> =>
    (await readJsonIfThere(splitFile, ModelSplit)) ?? null;
  const setSplit = async (next: ModelSplit | null): Promise<void> => {
    if (next === null) await rm(splitFile, { force: true });
    else await replaceFile(splitFile, asJson(next));
  };

  const readVersion = async (number: number) => {
    const [version, model] = await Promise.all([
      versionOf(number),
      readJson(path.join(folderOf(number), modelFileName), ModelFile),
    ]);
    return { version, model };
  };
  const byVersion = async (number: number) => {
    if ((await numbers()).includes(number)) return readVersion(number);
    throw noVersion(number);
  };
  const pointers = async (): Promise<Pointers> => {
    const [staging, production, shared] = await Promise.all([
      pointedTo('staging'),
      pointedTo('production'),
      split(),
    ]);
    return {
      aliases: {
        ...(staging === undefined ? {} : { staging: staging.version }),
        ...(production === undefined ? {} : { production: production.version }),
      },
      split: shared,
    };
  };

  return {
    versions,
    ofRun,
    setSplit,

    async register(made) {
      const { runId } = made.version;
      const earlier = await ofRun(runId);
      if (earlier !== undefined) return earlier;
      for (let number = ((await numbers()).at(-1) ?? 0) + 1; ; number += 1) {
        const version: ModelVersion = { ...made.version, version: number };
        const files = { ...versionFiles(made), [versionFileName]: asJson(version) };
        if (!(await createFolder(folderOf(number), files))) continue;
        // Two attempts of one run side by side: the lower number stays, the other takes itself away.
        const first = await ofRun(runId);
        if (first === undefined)
          throw new InvariantBroken(`Version ${number} vanished while it was registered`);
        if (first.version !== number) await rm(folderOf(number), { recursive: true });
        return first;
      }
    },

    async advanceAlias(alias, version) {
      const current = await pointedTo(alias);
      if (current === undefined || current.version < version) await point(alias, version, current);
    },

    async moveProduction(version) {
      if (!(await numbers()).includes(version)) throw noVersion(version);
      const current = await pointedTo('production');
      if (current?.version !== version) await point('production', version, current);
      if ((await split())?.version === version) await setSplit(null);
    },

    pointers,
    byVersion,
    ...answersByPointers(pointers, byVersion),

    async readBooster(version, card) {
      const file = path.join(folderOf(version), card.file);
      return checkedBooster(new Uint8Array(await readFile(file)), card, file);
    },

    async readHeldOut(version) {
      if (!(await numbers()).includes(version)) throw noVersion(version);
      return (await readJsonIfThere(path.join(folderOf(version), heldOutFileName), HeldOut)) ?? null;
    },

    async stages() {
      const [all, production, { aliases }] = await Promise.all([
        numbers(),
        pointedTo('production'),
        pointers(),
      ]);
      const hasServed = (version: number): boolean => production?.before.includes(version) ?? false;
      return new Map(all.map((version) => [version, stageOf(version, aliases, hasServed)] as const));
    },
  };
}
