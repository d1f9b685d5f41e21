import { z } from 'zod';
import type { LyingLetter } from '../../adapters/stream/dead-letters.js';
import { consumedTopics } from '../../schemas/events/topics.js';
import { command } from '../command.js';
import { textTable } from '../table.js';
import { withStreams } from './with-streams.js';

const letterJson = (letter: LyingLetter) => ({
  ...{ offset: letter.offset, cause: letter.cause, attempts: letter.attempts, from: letter.from },
  publishedAt: letter.publishedAt,
  key: letter.key?.toString() ?? null,
  value: letter.value.toString(),
});

export const streamDlq = command({
  path: ['stream', 'dlq'],
  summary: 'messages that could not be handled: list, retry, drop',
  description: [
    'list shows the dead letters of a topic with their cause and where they were. retry publishes them again as they were and takes them away: do it once',
    'the cause is mended. drop takes them away. --up-to leaves those after a place.',
  ].join(' '),
  arguments: [
    { flags: '<action>', about: 'list, retry or drop' },
    { flags: '<topic>', about: 'whose dead letters' },
  ],
  options: [{ flags: '--up-to <offset>', about: 'the last letter that is meant', otherwise: 'all of them' }],
  examples: [
    'touchline stream dlq list odds-stream',
    'touchline stream dlq retry odds-stream --up-to 12',
    'touchline stream dlq drop scores-stream --json',
  ],
  json: 'An array of {"offset", "cause", "attempts", "from", "publishedAt", "key", "value"}: the letters that were listed, retried or dropped.',
  settings: z.object({
    action: z.enum(['list', 'retry', 'drop']),
    topic: z.enum([...consumedTopics]),
    upTo: z.coerce.number().int().min(0).default(Number.MAX_SAFE_INTEGER),
  }),
  async run({ action, topic, upTo }, context) {
    const { dropDeadLetters, publishAgain, readDeadLetters } =
      await import('../../adapters/stream/dead-letters.js');
    const { batchingProducer } = await import('../../adapters/stream/batching-producer.js');
    const { createMeters } = await import('../../adapters/metrics/meters.js');
    const { withAdmin } = await import('../../adapters/stream/connect.js');
    const letters = await withStreams(context, ({ kafka }) =>
      withAdmin(kafka, async (admin) => {
        const meant = (await readDeadLetters(kafka, admin, topic)).filter(({ offset }) => offset <= upTo);
        const last = meant.at(-1);
        if (action === 'list' || last === undefined) return meant;
        if (action === 'retry') {
          const producer = await batchingProducer(kafka, createMeters());
          try {
            await publishAgain(producer, meant);
          } finally {
            await producer.close();
          }
        }
        await dropDeadLetters(admin, topic, last.offset);
        return meant;
      }),
    );
    const done = { list: 'dead letters', retry: 'published again', drop: 'dropped' }[action];
    await context.output.result(letters.map(letterJson), () =>
      letters.length === 0
        ? `${topic} has no dead letters.`
        : [
            textTable(
              ['letter', 'from', 'published', 'cause'],
              letters.map(({ offset, from, publishedAt, cause }) => [
                ...[String(offset), `${from.partition}/${from.offset}`, publishedAt, cause],
              ]),
            ),
            `${letters.length} ${done}.`,
          ].join('\n'),
    );
    return 0;
  },
});
