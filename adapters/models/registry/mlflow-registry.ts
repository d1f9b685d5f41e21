import { setTimeout as sleep } from 'node:timers/promises';
import { BadInput, DependencyAway } from '../../../schemas/errors.js';
import { HeldOut } from '../../../schemas/records/held-out.js';
import { ModelFile, type ModelAlias, type ModelVersion } from '../../../schemas/records/model.js';
import { mlflowClient } from './mlflow/client.js';
import { finishedRun, servedPath } from './mlflow/runs.js';
import {
  createVersion,
  deleteVersion,
  findVersions,
  getVersion,
  readPointers,
  setAlias,
  setStage,
  writeSplit,
  type KeptVersion,
} from './mlflow/versions.js';
import type { ModelRegistry, NewVersion } from './model-registry.js';
import {
  answersByPointers,
  asJson,
  checkedBooster,
  heldOutFileName,
  modelFileName,
  noVersion,
  readVersionJson,
  sha256,
  stageOf,
  versionFileName,
  versionFiles,
} from './version-files.js';

/**
 * How long a registration waits before it goes on where it was: of several at once MLflow lets some fail for its database, and a server that is started
 * again takes half a minute. A fit is too dear to be thrown away for less.
 */
const usualPauses: readonly number[] = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 16_000];

/**
 * The registry of an MLflow tracking server that serves artefacts. A training is a run of the experiment `football_prediction_baseline`, with its files
 * below `football_prediction_model`; the version's source is that run. Who serves is said by aliases; the tag `stage` says it for those who read tags.
 */
export function openMlflowRegistry(
  trackingUri: string,
  { pausesMs = usualPauses }: { readonly pausesMs?: readonly number[] } = {},
): ModelRegistry {
  const client = mlflowClient(trackingUri);
  const ofRun = async (runId: string) => (await findVersions(client, runId))[0]?.version;

  async function kept(version: number): Promise<KeptVersion> {
    const found = await getVersion(client, version);
    if (found === undefined) throw noVersion(version);
    return found;
  }
  async function readFile({ source, sha256: hashes }: KeptVersion, name: string): Promise<Uint8Array> {
    const file = `${servedPath(source)}/${name}`;
    const bytes = await client.download(file);
    const registered = hashes[name];
    if (registered === undefined || registered === sha256(bytes)) return bytes;
    throw new BadInput('A file of the model is not the one that was registered', {
      file,
      advice: 'Train again: touchline model train registers a new version.',
    });
  }
  const readVersion = async (version: number) => {
    const found = await kept(version);
    const text = new TextDecoder().decode(await readFile(found, modelFileName));
    return {
      version: found.version,
      model: readVersionJson(text, ModelFile, `${found.source}/${modelFileName}`),
    };
  };
  const pointers = () => readPointers(client);

  async function registerOnce(made: NewVersion): Promise<ModelVersion> {
    const { runId } = made.version;
    const earlier = await ofRun(runId);
    if (earlier !== undefined) return earlier;
    const files = filesOf(made);
    const number = await createVersion(client, made, await finishedRun(client, made, files), files);
    const first = await ofRun(runId);
    // Two attempts of one run side by side: the lower number stays, the other takes itself away.
    if (first !== undefined && first.version < number) await deleteVersion(client, number);
    return first ?? { ...made.version, version: number };
  }

  /** Written before the alias moves: until then the version stands where its alias says, and after it where this does. */
  async function leaves(alias: ModelAlias, former: number | undefined): Promise<void> {
    const found = former === undefined ? undefined : await getVersion(client, former);
    // A version that was trained and then promoted keeps its stage when the next one is trained.
    if (former === undefined || found?.stage !== stageOfAlias[alias]) return;
    await setStage(client, former, alias === 'production' ? 'Archived' : 'None');
  }

  return {
    ofRun,
    versions: async () => (await findVersions(client)).map(({ version }) => version),

    async register(made) {
      for (const pause of pausesMs) {
        try {
          return await registerOnce(made);
        } catch (error) {
          if (!(error instanceof DependencyAway)) throw error;
        }
        await sleep(pause * (1 + Math.random()));
      }
      return await registerOnce(made);
    },

    async advanceAlias(alias, version) {
      const former = (await pointers()).aliases[alias];
      if (former !== undefined && former >= version) return;
      await leaves(alias, former);
      await setAlias(client, alias, version);
      await setStage(client, version, stageOfAlias[alias]);
    },

    async moveProduction(version) {
      await kept(version);
      const { aliases, split } = await pointers();
      if (aliases.production !== version) await leaves('production', aliases.production);
      await setAlias(client, 'production', version);
      await setStage(client, version, 'Production');
      if (split?.version === version) await writeSplit(client, null);
    },

    setSplit: (split) => writeSplit(client, split),
    pointers,
    byVersion: readVersion,
    ...answersByPointers(pointers, readVersion),

    async readBooster(version, card) {
      const found = await kept(version);
      const file = `${servedPath(found.source)}/${card.file}`;
      return checkedBooster(await client.download(file), card, file);
    },

    async readHeldOut(version) {
      const found = await kept(version);
      if (found.sha256[heldOutFileName] === undefined) return null;
      const text = new TextDecoder().decode(await readFile(found, heldOutFileName));
      return readVersionJson(text, HeldOut, `${found.source}/${heldOutFileName}`);
    },

    async stages() {
      const [all, { aliases }] = await Promise.all([findVersions(client), pointers()]);
      const served = new Set(
        all
          .filter(({ stage }) => stage === 'Archived' || stage === 'Production')
          .map(({ version }) => version.version),
      );
      return new Map(
        all.map(
          ({ version: { version } }) =>
            [version, stageOf(version, aliases, (one) => served.has(one))] as const,
        ),
      );
    },
  };
}

const stageOfAlias = { staging: 'Staging', production: 'Production' } as const;

/** All files of a version. Its number is MLflow's, so `version.json` is without it here. */
const filesOf = (made: NewVersion) => ({ ...versionFiles(made), [versionFileName]: asJson(made.version) });
