import { randomUUID } from 'node:crypto';
import type { Admin, IHeaders, Kafka } from 'kafkajs';
import { deadLetterTopic } from '../../schemas/events/topics.js';
import type { OutgoingMessage, StreamProducer } from './batching-producer.js';
import { answered, leave } from './connect.js';
import type { StreamMessage } from './consume.js';

/** A message that could not be handled. */
export interface DeadLetter {
  readonly topic: string;
  readonly partition: number;
  readonly message: StreamMessage;
  readonly cause: string;
  /** How often it was tried. */
  readonly attempts: number;
}

/** What says, beside the original headers, where a letter comes from and why it is dead. */
const ours = {
  cause: 'touchline-cause',
  attempts: 'touchline-attempts',
  topic: 'touchline-topic',
  partition: 'touchline-partition',
  offset: 'touchline-offset',
  publishedAt: 'touchline-published-at',
} as const;
const isOurs = new Set<string>(Object.values(ours));

/** The letter as it goes to `<topic>.dlq`: key, value and headers as they were, and why. */
export const deadLetter = ({ topic, partition, message, cause, attempts }: DeadLetter): OutgoingMessage => ({
  topic: deadLetterTopic(topic),
  key: message.key,
  value: message.value ?? '',
  dataType: 'dead_letter',
  headers: {
    ...message.headers,
    [ours.cause]: cause.slice(0, 2_000),
    [ours.attempts]: String(attempts),
    [ours.topic]: topic,
    [ours.partition]: String(partition),
    [ours.offset]: String(message.offset),
    [ours.publishedAt]: new Date(message.timestamp).toISOString(),
  },
});

/** A letter as it lies in `<topic>.dlq`. */
export interface LyingLetter {
  /** Its place among the dead letters. */
  readonly offset: number;
  readonly cause: string;
  readonly attempts: number;
  /** Where it was: topic, partition and offset. */
  readonly from: { readonly topic: string; readonly partition: number; readonly offset: number };
  readonly publishedAt: string;
  readonly key: Buffer | null;
  readonly value: Buffer;
  /** As the message had them. */
  readonly headers: IHeaders;
}

/**
 * The dead letters of a topic, the oldest first. A letter that was written twice, since its consumer was killed between writing it and saying so, is told
 * once, in its later place.
 */
export async function readDeadLetters(kafka: Kafka, admin: Admin, topic: string): Promise<LyingLetter[]> {
  const name = deadLetterTopic(topic);
  const [ends] = await admin.fetchTopicOffsets(name);
  if (ends === undefined || Number(ends.high) <= Number(ends.low)) return [];
  const until = Number(ends.high);
  const letters = new Map<string, LyingLetter>();
  // A group of its own, since the client reads in no other way; it commits nothing.
  const groupId = `touchline-dlq-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false });
  await answered(consumer.connect());
  try {
    await consumer.subscribe({ topics: [name], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        reject(payload.error);
      });
      consumer
        .run({
          autoCommit: false,
          eachBatch: ({ batch }) => {
            for (const { offset, key, value, headers = {} } of batch.messages) {
              const letter = lying(topic, Number(offset), { key, value, headers });
              const place = `${letter.from.topic}/${letter.from.partition}/${letter.from.offset}`;
              letters.delete(place);
              letters.set(place, letter);
            }
            if (Number(batch.lastOffset()) + 1 >= until) resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await leave(consumer);
    await admin.deleteGroups([groupId]).catch(() => undefined);
  }
  return [...letters.values()];
}

function lying(
  topic: string,
  offset: number,
  { key, value, headers }: { key: Buffer | null; value: Buffer | null; headers: IHeaders },
): LyingLetter {
  const said = (name: string): string => {
    const header = headers[name];
    return String(Array.isArray(header) ? header[0] : (header ?? ''));
  };
  return {
    ...{ offset, key, value: value ?? Buffer.alloc(0) },
    cause: said(ours.cause),
    attempts: Number(said(ours.attempts)),
    from: {
      topic: said(ours.topic) || topic,
      partition: Number(said(ours.partition)),
      offset: Number(said(ours.offset)),
    },
    publishedAt: said(ours.publishedAt),
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !isOurs.has(name))),
  };
}

/** Publishes letters again where they came from, as they were. */
export async function publishAgain(producer: StreamProducer, letters: readonly LyingLetter[]): Promise<void> {
  await Promise.all(
    letters.map(({ from, key, value, headers }) =>
      producer.send({ topic: from.topic, key, value, headers, dataType: 'retried' }),
    ),
  );
}

/** Takes the dead letters of a topic away, up to and with the one in that place. */
export async function dropDeadLetters(admin: Admin, topic: string, upTo: number): Promise<void> {
  await admin.deleteTopicRecords({
    topic: deadLetterTopic(topic),
    partitions: [{ partition: 0, offset: String(upTo + 1) }],
  });
}
