import { z } from 'zod';
import { BadInput } from '../../../../schemas/errors.js';
import {
  ModelSplit,
  ModelVersion,
  registeredModelName,
  type ModelAlias,
  type ModelStage,
} from '../../../../schemas/records/model.js';
import { sha256 } from '../version-files.js';
import type { NewVersion, Pointers } from '../model-registry.js';
import { ifThere, unlessThere, type MlflowClient } from './client.js';
import { tagList } from './logged.js';
import { isOfRun, runKey, runTag, type FinishedRun } from './runs.js';

/** The tag that holds a version's card: what `version.json` says, and the hashes of its files. It is written with the version, in one request. */
const cardTag = 'touchline.version';
/** MLflow has no stages any more; the word stays (MODEL-6). */
const stageTag = 'stage';
const splitTag = 'touchline.split';

const Tags = z
  .array(z.object({ key: z.string(), value: z.string().default('') }))
  .default([])
  .transform((tags) => new Map(tags.map(({ key, value }) => [key, value] as const)));
const Entry = z.object({
  version: z.string().regex(/^\d+$/).transform(Number),
  source: z.string().default(''),
  tags: Tags,
});
const Entries = z.object({
  model_versions: z.array(Entry).default([]),
  next_page_token: z.string().optional(),
});
const Registered = z.object({
  registered_model: z.object({
    tags: Tags,
    aliases: z.array(z.object({ alias: z.string(), version: z.string().transform(Number) })).default([]),
  }),
});

const Card = z.object({
  version: ModelVersion.omit({ version: true }),
  sha256: z.record(z.string(), z.string()),
});

/** A version as MLflow keeps it. */
export interface KeptVersion {
  readonly version: ModelVersion;
  readonly source: string;
  /** The hashes of its files by name. */
  readonly sha256: Readonly<Record<string, string>>;
  readonly stage: string | undefined;
}

/** Undefined of a version that somebody else registered under the name. */
function keptOf({ version, source, tags }: z.output<typeof Entry>): KeptVersion | undefined {
  const card = tags.get(cardTag);
  if (card === undefined) return undefined;
  const parsed = Card.safeParse(jsonOf(card));
  if (!parsed.success) {
    throw new BadInput(
      `Version ${version} of the model has a card that cannot be read: ${parsed.error.message}`,
      {
        object: `${registeredModelName} ${version}`,
        advice: 'Take that version out of MLflow, and train again: touchline model train.',
      },
    );
  }
  return {
    version: { ...parsed.data.version, version },
    source,
    sha256: parsed.data.sha256,
    stage: tags.get(stageTag),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const pageSize = '200';

/** Versions by number, those of a run or all. Of several that one run registered, side by side, the lowest counts. */
export async function findVersions(client: MlflowClient, runId?: string): Promise<KeptVersion[]> {
  const filter = `name = '${registeredModelName}'${runId === undefined ? '' : ` and ${isOfRun(runId)}`}`;
  const found: KeptVersion[] = [];
  let token: string | undefined;
  do {
    const page = await client.get(
      'model-versions/search',
      { filter, max_results: pageSize, ...(token === undefined ? {} : { page_token: token }) },
      Entries,
    );
    found.push(...page.model_versions.flatMap((entry) => keptOf(entry) ?? []));
    token = page.next_page_token === '' ? undefined : page.next_page_token;
  } while (token !== undefined);
  found.sort((a, b) => a.version.version - b.version.version);
  const runs = new Set<string>();
  return found.filter(({ version }) => !runs.has(version.runId) && runs.add(version.runId));
}

export async function getVersion(client: MlflowClient, version: number): Promise<KeptVersion | undefined> {
  const found = await ifThere(
    client.get(
      'model-versions/get',
      { name: registeredModelName, version: String(version) },
      z.object({ model_version: Entry }),
    ),
  );
  return found === undefined ? undefined : keptOf(found.model_version);
}

/** The registered model's aliases and split. */
export async function readPointers(client: MlflowClient): Promise<Pointers> {
  const found = await ifThere(client.get('registered-models/get', { name: registeredModelName }, Registered));
  if (found === undefined) return { aliases: {}, split: null };
  const { aliases, tags } = found.registered_model;
  const pointed = (name: ModelAlias) => {
    const version = aliases.find(({ alias }) => alias === name)?.version;
    return version === undefined ? {} : { [name]: version };
  };
  const split = ModelSplit.safeParse(jsonOf(tags.get(splitTag) ?? ''));
  return {
    aliases: { ...pointed('staging'), ...pointed('production') },
    split: split.success ? split.data : null,
  };
}

/** Registers the model of a finished run as a new version, with all its tags, in one request. Returns its number. */
export async function createVersion(
  client: MlflowClient,
  { version, model }: NewVersion,
  run: FinishedRun,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<number> {
  await unlessThere(client.post('registered-models/create', { name: registeredModelName }, z.unknown()));
  const hashes = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, sha256(content)]));
  const { logLoss } = version.metrics.withPrices ?? version.metrics.withoutPrices;
  const card = { version, sha256: hashes } satisfies z.input<typeof Card>;
  const metadata = Object.entries(version.metadata ?? {}).map(
    ([key, value]) => [key, Array.isArray(value) ? value.join(',') : String(value)] as const,
  );
  const made = await client.post(
    'model-versions/create',
    {
      name: registeredModelName,
      source: run.source,
      run_id: run.runId,
      tags: tagList({
        model_type: 'XGBoost',
        training_date: version.createdAt,
        performance: `log_loss=${logLoss.toFixed(4)}`,
        library: model.libraries.xgboost,
        ...Object.fromEntries(metadata),
        [stageTag]: 'None',
        [runTag]: runKey(version.runId),
        [cardTag]: JSON.stringify(card),
      }),
    },
    z.object({ model_version: Entry }),
  );
  return made.model_version.version;
}

export const deleteVersion = (client: MlflowClient, version: number): Promise<void> =>
  client.remove('model-versions/delete', { name: registeredModelName, version: String(version) });

export async function setAlias(client: MlflowClient, alias: ModelAlias, version: number): Promise<void> {
  await client.post(
    'registered-models/alias',
    { name: registeredModelName, alias, version: String(version) },
    z.unknown(),
  );
}

export async function setStage(client: MlflowClient, version: number, stage: ModelStage): Promise<void> {
  await client.post(
    'model-versions/set-tag',
    { name: registeredModelName, version: String(version), key: stageTag, value: stage },
    z.unknown(),
  );
}

/** None is a tag too: to set it may be repeated, to take it away may not. */
export async function writeSplit(client: MlflowClient, split: ModelSplit | null): Promise<void> {
  await client.post(
    'registered-models/set-tag',
    { name: registeredModelName, key: splitTag, value: JSON.stringify(split) },
    z.unknown(),
  );
}
