import type { Kafka, logCreator } from 'kafkajs';
import { DependencyAway, TouchlineError } from '../../schemas/errors.js';
import { Kafka as KafkaClient, logLevel } from './kafkajs.js';

/** Where the brokers are, and who hears what is amiss. */
export interface StreamPlace {
  readonly brokers: readonly string[];
  readonly log: { warn(message: string): void };
}

/** A client of these brokers; it connects to none of them yet. */
export function openKafka({ brokers, log }: StreamPlace): Kafka {
  const creator: logCreator =
    () =>
    ({ log: entry }) => {
      log.warn(`Kafka: ${entry.message}${typeof entry['error'] === 'string' ? ` (${entry['error']})` : ''}`);
    };
  return new KafkaClient({
    clientId: 'touchline',
    brokers: [...brokers],
    logLevel: logLevel.ERROR,
    logCreator: creator,
    connectionTimeout: 3_000,
  });
}

/**
 * No answer in time. The client's own timer of a request dies with its connection: what is asked while a connection goes down
 * (its broker was killed) is never answered and never fails, and who disconnects waits for it.
 */
export class KafkaSilent extends Error {
  override readonly name = 'KafkaSilent';
}

/** Longer than the client takes, with its retries, to give up a broker that is away. */
const patienceMs = 90_000;
const farewellMs = 5_000;

/** The answer, for which no one waits for ever. @throws KafkaSilent */
export async function answered<T>(answer: Promise<T>, withinMs = patienceMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      answer,
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(new KafkaSilent(`no answer within ${withinMs / 1_000} s`));
        }, withinMs);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** Disconnects a client that is used no longer; one that cannot say farewell is left to its sockets. */
export async function leave(client: { disconnect(): Promise<void> }): Promise<void> {
  await answered(client.disconnect(), farewellMs).catch(() => undefined);
}

/** Runs work that speaks to Kafka; whatever Kafka cannot do is thrown as {@link DependencyAway}, errors of ours as they are. */
export async function reachingKafka<T>(brokers: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isOfKafka(error) ? kafkaAway(brokers, error) : error;
  }
}

const isOfKafka = (error: unknown): error is Error =>
  error instanceof KafkaSilent ||
  (error instanceof Error && error.name.startsWith('KafkaJS') && !(error instanceof TouchlineError));

/** Where the client has tried again in vain, what Kafka said is the cause. */
const isOfNoTopic = (error: unknown): boolean =>
  error instanceof Error &&
  (('type' in error && error.type === 'UNKNOWN_TOPIC_OR_PARTITION') || isOfNoTopic(error.cause));

function kafkaAway(brokers: readonly string[], error: Error): DependencyAway {
  const object = brokers.join(',');
  if (isOfNoTopic(error)) {
    const advice = 'Make the topics as declared: touchline stream apply.';
    return new DependencyAway('Kafka does not have the topic', { object, advice }, error);
  }
  return new DependencyAway(
    `Kafka cannot be reached or refuses: ${error.message}`,
    {
      ...{ object, setting: 'KAFKA_BROKERS' },
      advice: 'See whether the brokers run; touchline stream health tells. The work goes on by itself.',
    },
    error,
  );
}

/** Connects an administrator for the length of the work. */
export async function withAdmin<T>(
  kafka: Kafka,
  work: (admin: ReturnType<Kafka['admin']>) => Promise<T>,
): Promise<T> {
  const admin = kafka.admin();
  try {
    await answered(admin.connect());
    return await answered(work(admin));
  } finally {
    await leave(admin);
  }
}
