import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { DependencyAway } from '../../schemas/errors.js';
import type { TopicDeclaration } from '../../schemas/events/topics.js';
import { ConfigResourceTypes, ConfigSource } from './kafkajs.js';

/** A topic as a cluster has it. */
export interface FoundTopic {
  readonly name: string;
  readonly partitions: number;
  /** By the names of Kafka. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What brings a cluster to the declaration. */
export type TopicStep =
  | { readonly kind: 'create'; readonly topic: TopicDeclaration }
  /** Keys go to other partitions from then on: what was published before stays where it is. */
  | { readonly kind: 'add-partitions'; readonly name: string; readonly from: number; readonly to: number }
  | {
      readonly kind: 'change';
      readonly name: string;
      readonly setting: string;
      readonly from: string;
      readonly to: string;
    }
  /** Kafka takes no partition away: a person has to decide. */
  | { readonly kind: 'too-many'; readonly name: string; readonly from: number; readonly to: number };

/** The settings of a topic, by the names of Kafka. */
export const settingsOf = (topic: TopicDeclaration): Readonly<Record<string, string>> => ({
  'retention.ms': String(topic.retentionMs),
  'cleanup.policy': topic.cleanup,
  'compression.type': topic.compression,
});

/** What is to be done so that the cluster has the topics as declared, in the order of the declaration. */
export function planTopics(
  declared: readonly TopicDeclaration[],
  found: readonly FoundTopic[],
): readonly TopicStep[] {
  return declared.flatMap((topic): TopicStep[] => {
    const { name, partitions: to } = topic;
    const existing = found.find((one) => one.name === name);
    if (existing === undefined) return [{ kind: 'create', topic }];
    const { partitions: from, settings } = existing;
    const partitions: TopicStep[] =
      from === to ? [] : [{ kind: from < to ? 'add-partitions' : 'too-many', name, from, to }];
    const changes = Object.entries(settingsOf(topic)).flatMap(([setting, wanted]): TopicStep[] => {
      const has = settings[setting] ?? '';
      return has === wanted ? [] : [{ kind: 'change', name, setting, from: has, to: wanted }];
    });
    return [...partitions, ...changes];
  });
}

/** The declared topics that the cluster has, as it has them. */
export async function findTopics(
  admin: Admin,
  declared: readonly TopicDeclaration[],
): Promise<readonly FoundTopic[]> {
  const existing = new Set(await admin.listTopics());
  const names = declared.map(({ name }) => name).filter((name) => existing.has(name));
  if (names.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
  });
  return topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.length,
    settings: Object.fromEntries(
      (resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? []).map(
        ({ configName, configValue }) => [configName, configValue],
      ),
    ),
  }));
}

/** Does the steps; those that only a person can do are left. Run again after a crash it does what is left. */
export async function applyTopics(admin: Admin, steps: readonly TopicStep[]): Promise<void> {
  const created = steps.flatMap((step) => (step.kind === 'create' ? [step.topic] : []));
  if (created.length > 0) {
    await admin.createTopics({
      waitForLeaders: false,
      topics: created.map((topic) => ({
        topic: topic.name,
        numPartitions: topic.partitions,
        // As many copies as the brokers do by themselves.
        replicationFactor: -1,
        configEntries: Object.entries(settingsOf(topic)).map(([name, value]) => ({ name, value })),
      })),
    });
  }
  await untilLed(
    admin,
    created.map(({ name }) => name),
  );
  const grown = steps.flatMap((step) =>
    step.kind === 'add-partitions' ? [{ topic: step.name, count: step.to }] : [],
  );
  if (grown.length > 0) await admin.createPartitions({ topicPartitions: grown });
  for (const name of new Set(steps.flatMap((step) => (step.kind === 'change' ? [step.name] : [])))) {
    await changeSettings(
      admin,
      name,
      Object.fromEntries(
        steps.flatMap((step) =>
          step.kind === 'change' && step.name === name ? [[step.setting, step.to]] : [],
        ),
      ),
    );
  }
}

const toldWithinMs = 30_000;
const lookEveryMs = 100;

/** The controller has made a topic some time before the brokers know of it and lead its partitions. */
async function untilLed(admin: Admin, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await untilToldBy(`The brokers do not lead the new topic ${name}`, name, async () => {
      await admin.fetchTopicOffsets(name);
      return true;
    });
  }
}

/** Looks until it is so; what cannot be asked yet is not so yet. @throws DependencyAway after half a minute */
async function untilToldBy(otherwise: string, object: string, isTold: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + toldWithinMs;
  for (;;) {
    const found = await isTold().catch((error: unknown) => ({ error }));
    if (found === true) return;
    if (performance.now() > deadline) {
      const advice = 'Apply again: what is there stays.';
      throw new DependencyAway(otherwise, { object, advice }, found === false ? undefined : found.error);
    }
    await sleep(lookEveryMs);
  }
}

/** Kafka's older call replaces all settings of a topic, so those that were set and are not named are said again. */
export async function changeSettings(
  admin: Admin,
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const found = await settingsTold(admin, name);
  const kept = found
    .filter(({ isDefault, configSource }) => !isDefault && configSource === ConfigSource.TOPIC_CONFIG)
    .map(({ configName, configValue }): [string, string] => [configName, configValue]);
  const all = { ...Object.fromEntries(kept), ...settings };
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: ConfigResourceTypes.TOPIC,
        name,
        configEntries: Object.entries(all).map(([key, value]) => ({ name: key, value })),
      },
    ],
  });
  // The controller has a setting some time before the brokers do.
  await untilToldBy(`The brokers do not have the settings of ${name}`, name, async () => {
    const told = new Map((await settingsTold(admin, name)).map((one) => [one.configName, one.configValue]));
    return Object.entries(settings).every(([setting, value]) => told.get(setting) === value);
  });
}

async function settingsTold(admin: Admin, name: string) {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name }],
  });
  return resources[0]?.configEntries ?? [];
}
