import type { Kafka } from 'kafkajs';
import { openKafka, type StreamPlace } from './connect.js';

/** Kafka, where a deployment has it. */
export interface Streams {
  readonly brokers: readonly string[];
  readonly kafka: Kafka;
}

/** Undefined where there are no brokers: nothing is streamed then. */
export const openStreams = (
  brokers: readonly string[] | undefined,
  log: StreamPlace['log'],
): Streams | undefined =>
  brokers === undefined ? undefined : { brokers, kafka: openKafka({ brokers, log }) };

/** Why a job of the streams has nothing to do. */
export const withoutBrokers = 'There is no Kafka: KAFKA_BROKERS is not set';
