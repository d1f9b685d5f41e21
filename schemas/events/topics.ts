import { z } from 'zod';

/** A topic of Kafka as it is to be (STRM-1): a cluster that differs is brought to it by `touchline stream apply`. */
export interface TopicDeclaration {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
  /** As the broker keeps batches: as their producer compressed them. */
  readonly compression: 'producer';
  readonly cleanup: 'delete';
  readonly description: string;
}

/** The kinds of data that are streamed, as the envelope names them (STRM-2). */
export const streamedTypes = ['match', 'odds', 'scores'] as const;
export type StreamedType = (typeof streamedTypes)[number];

/** Collectors that can publish what they store (COL-16). */
export const StreamedCollector = z.enum(['fixtures', 'odds', 'scores']);
export type StreamedCollector = z.output<typeof StreamedCollector>;

export const typeOfCollector = {
  fixtures: 'match',
  odds: 'odds',
  scores: 'scores',
} as const satisfies Readonly<Record<StreamedCollector, StreamedType>>;

const hours = 3_600_000;
const days = 24 * hours;

/** What messages of each kind are published on, and read from. */
export const dataTopics = {
  match: 'matches-stream',
  odds: 'odds-stream',
  scores: 'scores-stream',
} as const satisfies Readonly<Record<StreamedType, string>>;
export type DataTopic = (typeof dataTopics)[StreamedType];

/** What became of data on its way to silver (STRM-12). */
export const processedTopic = 'processed-data-stream';

/** The topics that consumers read. */
export const consumedTopics: readonly DataTopic[] = streamedTypes.map((type) => dataTopics[type]);

const topic = (
  name: string,
  partitions: number,
  retentionMs: number,
  description: string,
): TopicDeclaration => ({
  ...{ name, partitions, retentionMs, description },
  compression: 'producer',
  cleanup: 'delete',
});

/** Where messages of a topic go that cannot be handled. */
export const deadLetterTopic = (name: string): string => `${name}.dlq`;

const data = [
  topic(dataTopics.match, 3, 24 * hours, 'Match data, by the collector of fixtures'),
  topic(dataTopics.odds, 6, 12 * hours, 'Prices, by the collector of odds'),
  topic(dataTopics.scores, 3, 6 * hours, 'Scores, by the collector of live scores'),
];

/** Every topic of Touchline. */
export const topics: readonly TopicDeclaration[] = [
  ...data,
  topic(processedTopic, 3, 7 * days, 'What became of data on its way to silver'),
  ...data.map(({ name }) =>
    topic(deadLetterTopic(name), 1, 30 * days, `Messages of ${name} that could not be handled, and why`),
  ),
];

/** The group that brings messages to bronze (STRM-6). */
export const consumerGroup = 'football-prediction-consumers';

/** The type of data that a topic carries; undefined of one that is not consumed. */
export const typeOfTopic = (name: string): StreamedType | undefined =>
  streamedTypes.find((type) => dataTopics[type] === name);
