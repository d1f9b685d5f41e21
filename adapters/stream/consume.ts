import type { EachBatchPayload, IHeaders, Kafka } from 'kafkajs';
import { answered, leave } from './connect.js';

/** A message as the broker has it. */
export interface StreamMessage {
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
  /** When it was published, in epoch milliseconds. */
  readonly timestamp: number;
}

/** Messages of one partition, in order. */
export interface StreamBatch {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly StreamMessage[];
  /** The offset that the next message will have. */
  readonly endOffset: number;
  /** To be called at least every few seconds by work that takes long; throws where the partition has another reader by now. */
  readonly heartbeat: () => Promise<void>;
}

export interface Consuming {
  readonly group: string;
  readonly topics: readonly string[];
  /** Ends it; the batch in work is finished. */
  readonly signal: AbortSignal;
  /** Partitions that are handled side by side. */
  readonly sideBySide: number;
  /** Messages that are handled together; undefined: all that came with one fetch. */
  readonly batchSize?: number | undefined;
  /** Brings a batch to its end: what it returns from is not told again, but after a crash. What it throws is tried again. */
  readonly handle: (batch: StreamBatch) => Promise<void>;
}

/** STRM-6, 8. */
const sessionTimeoutMs = 30_000;
const heartbeatMs = 3_000;
const pollMs = 1_000;
/** What one fetch may bring of a partition: some thousand prices. */
const bytesOfPartition = 1_048_576;

/**
 * Reads topics as a member of a group, from the earliest message for a group that is new, until the signal is aborted. Offsets are committed by hand,
 * after a batch was handled. While brokers are away it waits and joins again.
 * @throws what Kafka answers where it cannot be joined at all.
 */
export async function consumeTopics(
  kafka: Kafka,
  { group, topics, signal, sideBySide, batchSize, handle }: Consuming,
): Promise<void> {
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: heartbeatMs,
    maxWaitTimeInMs: pollMs,
    maxBytesPerPartition: bytesOfPartition,
    allowAutoTopicCreation: false,
    retry: { restartOnFailure: () => Promise.resolve(true) },
  });
  const ended = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });
  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { batch } = payload;
    const messages = batch.messages.map(({ offset, key, value, headers = {}, timestamp }) => ({
      ...{ offset: Number(offset), key, value, headers },
      timestamp: Number(timestamp),
    }));
    const size = batchSize ?? messages.length;
    for (let from = 0; from < messages.length; from += size) {
      if (!payload.isRunning() || payload.isStale() || signal.aborted) return;
      const part = messages.slice(from, from + size);
      await handle({
        ...{ topic: batch.topic, partition: batch.partition, messages: part },
        endOffset: Number(batch.highWatermark),
        heartbeat: () => payload.heartbeat(),
      });
      const last = part.at(-1);
      if (last === undefined) return;
      payload.resolveOffset(String(last.offset));
      await payload.commitOffsetsIfNecessary({
        topics: [
          {
            topic: batch.topic,
            partitions: [{ partition: batch.partition, offset: String(last.offset + 1) }],
          },
        ],
      });
      await payload.heartbeat();
    }
  };
  try {
    await answered(consumer.connect());
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: sideBySide,
      eachBatch,
    });
    await ended;
  } finally {
    await leave(consumer);
  }
}
