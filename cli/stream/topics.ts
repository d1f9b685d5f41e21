import { z } from 'zod';
import type { applyTopics as applyTopicsOf, TopicStep } from '../../adapters/stream/topic-plan.js';
import { topics } from '../../schemas/events/topics.js';
import { command, type CommandContext } from '../command.js';
import { textTable } from '../table.js';
import { withStreams } from './with-streams.js';

const stepText = (step: TopicStep): string => {
  switch (step.kind) {
    case 'create':
      return `create ${step.topic.name}: ${step.topic.partitions} partitions, kept ${step.topic.retentionMs / 3_600_000} h`;
    case 'add-partitions':
      return `grow ${step.name} from ${step.from} to ${step.to} partitions`;
    case 'change':
      return `set ${step.setting} of ${step.name} from ${step.from} to ${step.to}`;
    case 'too-many':
      return `${step.name} has ${step.from} partitions, declared are ${step.to}: Kafka takes none away`;
  }
};
const stepJson = (step: TopicStep) =>
  step.kind === 'create'
    ? { kind: step.kind, name: step.topic.name, partitions: step.topic.partitions }
    : { ...step };
const json = 'An array of {"kind", "name", "partitions" or "setting", "from", "to"}.';

async function planned(context: CommandContext, then: typeof applyTopicsOf): Promise<readonly TopicStep[]> {
  const { withAdmin } = await import('../../adapters/stream/connect.js');
  const { findTopics, planTopics } = await import('../../adapters/stream/topic-plan.js');
  return await withStreams(context, ({ kafka }) =>
    withAdmin(kafka, async (admin) => {
      const steps = planTopics(topics, await findTopics(admin, topics));
      await then(admin, steps);
      return steps;
    }),
  );
}

const asDeclared = 'Kafka has the topics as declared.';
const lines = (steps: readonly TopicStep[]): string => steps.map(stepText).join('\n');

export const streamPlan = command({
  path: ['stream', 'plan'],
  summary: 'what making the topics as declared would change',
  description: 'Compares the declared topics with those that Kafka has. Changes nothing.',
  examples: ['touchline stream plan', 'touchline stream plan --json'],
  json,
  settings: z.object({}),
  async run(_, context) {
    const steps = await planned(context, () => Promise.resolve());
    await context.output.result(steps.map(stepJson), () => (steps.length === 0 ? asDeclared : lines(steps)));
    return 0;
  },
});

export const streamApply = command({
  path: ['stream', 'apply'],
  summary: 'make the topics as declared',
  description:
    'Makes topics that are missing, adds partitions and changes settings; a topic that is nobody’s of Touchline stays as it is. Applied again it changes nothing.',
  examples: ['touchline stream apply'],
  json,
  settings: z.object({}),
  async run(_, context) {
    const { applyTopics } = await import('../../adapters/stream/topic-plan.js');
    const steps = await planned(context, applyTopics);
    await context.output.result(steps.map(stepJson), () => (steps.length === 0 ? asDeclared : lines(steps)));
    return 0;
  },
});

export const streamTopics = command({
  path: ['stream', 'topics'],
  summary: 'the topics that Kafka has',
  description:
    'Of each declared topic that is there its partitions, how long messages are kept and how many it holds.',
  examples: ['touchline stream topics', 'touchline stream topics --json'],
  json: 'An array of {"name", "partitions", "retentionMs", "messages"}.',
  settings: z.object({}),
  async run(_, context) {
    const { withAdmin } = await import('../../adapters/stream/connect.js');
    const { findTopics } = await import('../../adapters/stream/topic-plan.js');
    const found = await withStreams(context, ({ kafka }) =>
      withAdmin(kafka, async (admin) => {
        const existing = await findTopics(admin, topics);
        const inOrder = topics.flatMap((topic) => existing.filter(({ name }) => name === topic.name));
        const described = [];
        for (const { name, partitions, settings } of inOrder) {
          const offsets = await admin.fetchTopicOffsets(name);
          const messages = offsets.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
          described.push({ name, partitions, retentionMs: Number(settings['retention.ms']), messages });
        }
        return described;
      }),
    );
    await context.output.result(found, () =>
      textTable(
        ['topic', 'partitions', 'kept', 'messages'],
        found.map(({ name, partitions, retentionMs, messages }) => [
          ...[name, String(partitions), `${retentionMs / 3_600_000} h`, String(messages)],
        ]),
      ),
    );
    return 0;
  },
});

const Topic = z.string().refine((name) => topics.some((topic) => topic.name === name), {
  error: `A topic is one of ${topics.map(({ name }) => name).join(', ')}`,
});

export const streamRetention = command({
  path: ['stream', 'retention'],
  summary: 'keep messages of a topic for another time',
  description:
    'Changes how long Kafka keeps the messages of a topic, until stream apply sets what is declared again. What is older goes; bronze keeps what was read.',
  arguments: [
    { flags: '<topic>', about: 'whose messages' },
    { flags: '<hours>', about: 'for how long' },
  ],
  examples: ['touchline stream retention odds-stream 1'],
  json: '{"topic", "retentionMs"}',
  settings: z.object({
    topic: Topic,
    hours: z.coerce
      .number()
      .positive()
      .max(24 * 365),
  }),
  async run({ topic, hours }, context) {
    const { withAdmin } = await import('../../adapters/stream/connect.js');
    const { changeSettings } = await import('../../adapters/stream/topic-plan.js');
    const retentionMs = Math.round(hours * 3_600_000);
    await withStreams(context, ({ kafka }) =>
      withAdmin(kafka, (admin) => changeSettings(admin, topic, { 'retention.ms': String(retentionMs) })),
    );
    await context.output.result({ topic, retentionMs }, () => `${topic} keeps messages for ${hours} h.`);
    return 0;
  },
});
