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

/** Runs work that speaks to Kafka; whatever Kafka cannot do is thrown as {@link DependencyAway}, errors of ours as they are. */
export async function reachingKafka<T>(brokers: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Error && error.name.startsWith('KafkaJS') && !(error instanceof TouchlineError)
      ? kafkaAway(brokers, error)
      : error;
  }
}

const kafkaAway = (brokers: readonly string[], error: Error): DependencyAway =>
  new DependencyAway(
    `Kafka cannot be reached or refuses: ${error.message}`,
    {
      object: brokers.join(','),
      setting: 'KAFKA_BROKERS',
      advice: 'See whether the brokers run; touchline stream health tells. The work goes on by itself.',
    },
    error,
  );

/** Connects an administrator for the length of the work. */
export async function withAdmin<T>(
  kafka: Kafka,
  work: (admin: ReturnType<Kafka['admin']>) => Promise<T>,
): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
