import { z } from 'zod';
import type { TimedLag } from '../../adapters/stream/lag.js';
import { BadInput } from '../../schemas/errors.js';
import { consumedTopics, consumerGroup } from '../../schemas/events/topics.js';
import { command } from '../command.js';
import { textTable } from '../table.js';
import { withDatabase } from '../with-database.js';
import { withStreams } from './with-streams.js';

const lagFields = '"topic", "partition", "next", "end", "messages", "seconds"';
const lagJson = ({ topic, partition, next, end, messages, seconds }: TimedLag) => ({
  ...{ topic, partition, next, end, messages, seconds },
});
const lagTable = (lags: readonly TimedLag[]): string =>
  textTable(
    ['topic', 'partition', 'next', 'end', 'messages', 'seconds'],
    lags.map(({ topic, partition, next, end, messages, seconds }) => [
      ...[topic, String(partition), String(next), String(end), String(messages), seconds.toFixed(0)],
    ]),
  );

export const streamLag = command({
  path: ['stream', 'lag'],
  summary: 'how far readers are behind',
  description: `Of each partition what the group ${consumerGroup} reads next, how many messages come after, and how old the next one is.`,
  examples: ['touchline stream lag', 'touchline stream lag --json'],
  json: `An array of {${lagFields}}.`,
  settings: z.object({}),
  async run(_, context) {
    const { lagBy, timed } = await import('../../adapters/stream/lag.js');
    const { withAdmin } = await import('../../adapters/stream/connect.js');
    const lags = await withStreams(context, ({ kafka }) =>
      withAdmin(kafka, async (admin) => {
        const now = Date.now();
        const found: TimedLag[] = [];
        for (const lag of await lagBy(admin, consumerGroup, consumedTopics)) {
          found.push(await timed(admin, lag, now));
        }
        return found;
      }),
    );
    await context.output.result(lags.map(lagJson), () =>
      lags.length === 0 ? 'Kafka has no topic of the streams: touchline stream apply.' : lagTable(lags),
    );
    return 0;
  },
});

export const streamGroup = command({
  path: ['stream', 'group'],
  summary: 'who reads the streams',
  description: `The state of the group ${consumerGroup}, its readers and the partitions that each of them has.`,
  examples: ['touchline stream group', 'touchline stream group --json'],
  json: '{"group", "state", "members": [{"id", "host", "reads": [{"topic", "partitions"}]}]}',
  settings: z.object({}),
  async run(_, context) {
    const { describeGroup } = await import('../../adapters/stream/describe-group.js');
    const { withAdmin } = await import('../../adapters/stream/connect.js');
    const described = await withStreams(context, ({ kafka }) =>
      withAdmin(kafka, (admin) => describeGroup(admin, consumerGroup)),
    );
    const { group, state, members } = described;
    const rows = members.flatMap(({ id, host, reads }) =>
      reads.map(({ topic, partitions }) => [id, host, topic, partitions.join(', ')]),
    );
    await context.output.result(described, () =>
      [
        `${group}: ${state}, ${members.length} ${members.length === 1 ? 'reader' : 'readers'}`,
        ...(rows.length === 0 ? [] : [textTable(['reader', 'host', 'topic', 'partitions'], rows)]),
      ].join('\n'),
    );
    return 0;
  },
});

export const streamHealth = command({
  path: ['stream', 'health'],
  summary: 'whether Kafka answers, and nobody is behind',
  description:
    'Looks at brokers, topics, the lag of the group and what waits in the outbox. Its exit code is 1 where something is not well.',
  options: [{ flags: '--max-lag <seconds>', about: 'a lag of more is not well', otherwise: '600' }],
  examples: ['touchline stream health', 'touchline stream health --max-lag 60 --json'],
  json: `{"reachable", "lags": [{${lagFields}}], "outbox": {"waiting", "oldestSeconds"}, "problems"}`,
  settings: z.object({ maxLag: z.coerce.number().positive().default(600) }),
  async run({ maxLag }, context) {
    const { streamHealth: look } = await import('../../activities/check-streams.js');
    const health = await withStreams(context, (streams) =>
      withDatabase(context, { role: 'reader', name: 'stream-health' }, ({ pool }) =>
        look({ pool, streams }, maxLag),
      ),
    );
    await context.output.result({ ...health, lags: health.lags.map(lagJson) }, () =>
      health.problems.length === 0
        ? `Kafka answers; ${health.outbox.waiting} rows wait to be published, nobody is behind.`
        : health.problems.join('\n'),
    );
    return health.problems.length === 0 ? 0 : 1;
  },
});

const places = 'A place is earliest, latest or an instant: 2026-11-28T09:00:00Z';
const Place = z
  .string({ error: places })
  .refine((text) => /^(earliest|latest)$/.test(text) || !Number.isNaN(Date.parse(text)), { error: places });

export const streamReset = command({
  path: ['stream', 'reset'],
  summary: 'have a topic read again, or left out',
  description: [
    `Sets what the group ${consumerGroup} reads next of a topic. Nobody may be reading: cancel a continuous run and pause the schedule`,
    'consume-kafka-streams first. What bronze has is read again to no effect.',
  ].join(' '),
  arguments: [{ flags: '<topic>', about: 'which topic' }],
  options: [{ flags: '--to <place>', about: 'earliest, latest, or the first message since an instant' }],
  examples: [
    'touchline stream reset odds-stream --to earliest',
    'touchline stream reset scores-stream --to 2026-11-28T09:00:00Z',
  ],
  json: '{"topic", "partitions": [{"partition", "offset"}]}',
  settings: z.object({ topic: z.enum([...consumedTopics]), to: Place }),
  async run({ topic, to }, context) {
    const { withAdmin } = await import('../../adapters/stream/connect.js');
    const partitions = await withStreams(context, ({ kafka }) =>
      withAdmin(kafka, async (admin) => {
        const { groups } = await admin.describeGroups([consumerGroup]);
        if (groups.some(({ members }) => members.length > 0)) {
          throw new BadInput(`${consumerGroup} is being read`, {
            object: topic,
            advice: 'End the readers first: touchline runs, touchline schedules pause consume-kafka-streams.',
          });
        }
        const offsets =
          to === 'earliest' || to === 'latest'
            ? (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => ({
                partition,
                offset: to === 'earliest' ? low : high,
              }))
            : await admin.fetchTopicOffsetsByTimestamp(topic, Date.parse(to));
        await admin.setOffsets({ groupId: consumerGroup, topic, partitions: offsets });
        return offsets
          .map(({ partition, offset }) => ({ partition, offset: Number(offset) }))
          .toSorted((a, b) => a.partition - b.partition);
      }),
    );
    await context.output.result({ topic, partitions }, () =>
      partitions.map(({ partition, offset }) => `${topic}/${partition} is read from ${offset}`).join('\n'),
    );
    return 0;
  },
});
