import type { IHeaders, Kafka } from 'kafkajs';
import type { Meters } from '../metrics/meters.js';
import { answered, KafkaSilent, leave } from './connect.js';
import { CompressionTypes, Partitioners } from './kafkajs.js';

/** A message on its way. */
export interface OutgoingMessage {
  readonly topic: string;
  /** What has one key is in one partition, in order; null where the order is of no matter. */
  readonly key: string | Buffer | null;
  readonly value: string | Buffer;
  readonly headers?: IHeaders;
  /** What the data are, for the counter. */
  readonly dataType: string;
}

/** Gathers messages for Kafka and sends them in order. */
export interface StreamProducer {
  /** Resolves when the brokers have it (acks=all). While they are away it waits; closing ends that, and it fails. */
  send(message: OutgoingMessage): Promise<void>;
  close(): Promise<void>;
}

/** STRM-5; the client has no such options. */
const batchBytes = 16_384;
const lingerMs = 5;

interface Waiting {
  readonly message: OutgoingMessage;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Connects an idempotent producer: acks=all, gzip, one request in flight. Messages are gathered to 16 KiB or for 5 ms. The client's own retries stay
 * as they are: with fewer a message that was sent twice would be kept twice. Where a request fails for good, it fails with all that wait behind it.
 */
export async function batchingProducer(
  kafka: Kafka,
  meters: Pick<Meters, 'add' | 'set'>,
): Promise<StreamProducer> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  try {
    await answered(producer.connect());
  } catch (error) {
    await leave(producer);
    throw error;
  }
  const waiting: Waiting[] = [];
  let failWhatIsSent: (error: Error) => void = () => undefined;
  const hasLeft = new Promise<never>((_, reject) => {
    failWhatIsSent = reject;
  });
  hasLeft.catch(() => undefined);
  const sizes = new Map<string, { batches: number; bytes: number }>();
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let sending = false;

  const take = (): Waiting[] => {
    let taken = 0;
    let size = 0;
    while (taken < waiting.length && size < batchBytes) size += sizeOf(waiting[taken++]?.message);
    bytes -= size;
    return waiting.splice(0, taken);
  };
  const sendOne = async (batch: readonly Waiting[]): Promise<void> => {
    const byTopic = new Map<string, OutgoingMessage[]>();
    for (const { message } of batch) {
      const ofTopic = byTopic.get(message.topic);
      if (ofTopic === undefined) byTopic.set(message.topic, [message]);
      else ofTopic.push(message);
    }
    const sent = producer.sendBatch({
      acks: -1,
      compression: CompressionTypes.GZIP,
      topicMessages: [...byTopic].map(([topic, messages]) => ({
        topic,
        messages: messages.map(({ key, value, headers }) => ({
          key,
          value,
          ...(headers === undefined ? {} : { headers }),
        })),
      })),
    });
    await Promise.race([answered(sent), hasLeft]);
    for (const [topic, messages] of byTopic) note(topic, messages);
  };
  const note = (topic: string, messages: readonly OutgoingMessage[]): void => {
    const size = sizes.get(topic) ?? { batches: 0, bytes: 0 };
    size.batches += 1;
    for (const message of messages) {
      size.bytes += sizeOf(message);
      meters.add('kafka_messages_produced_total', { topic, data_type: message.dataType });
    }
    sizes.set(topic, size);
    meters.set('kafka_producer_batch_size_avg', { topic }, size.bytes / size.batches);
  };
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    // Also while another flush sends: a timer that has fired and stays here would keep the next message waiting for ever.
    timer = undefined;
    if (sending) return;
    sending = true;
    while (waiting.length > 0) {
      const batch = take();
      try {
        await sendOne(batch);
        for (const { done } of batch) done();
      } catch (error) {
        // What comes after it must not overtake it.
        for (const { failed } of [...batch, ...waiting.splice(0)]) failed(error);
        bytes = 0;
      }
    }
    sending = false;
  };
  return {
    send: (message) =>
      new Promise((resolve, reject) => {
        waiting.push({ message, done: resolve, failed: reject });
        bytes += sizeOf(message);
        if (bytes >= batchBytes) void flush();
        else timer ??= setTimeout(() => void flush(), lingerMs);
      }),
    async close() {
      await leave(producer);
      const tooLate = new KafkaSilent('the producer was closed before the brokers had it');
      failWhatIsSent(tooLate);
      for (const { failed } of waiting.splice(0)) failed(tooLate);
    },
  };
}

const sizeOf = (message: OutgoingMessage | undefined): number =>
  message === undefined ? 0 : message.value.length + (message.key?.length ?? 0);
