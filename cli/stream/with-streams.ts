import type { Streams } from '../../adapters/stream/open-streams.js';
import { BadInput } from '../../schemas/errors.js';
import type { CommandContext } from '../command.js';

/** Hands the work the configured Kafka. @throws BadInput where there is none. */
export async function withStreams<T>(
  { config, output }: CommandContext,
  work: (streams: Streams) => Promise<T>,
): Promise<T> {
  const { openStreams } = await import('../../adapters/stream/open-streams.js');
  const { reachingKafka } = await import('../../adapters/stream/connect.js');
  const streams = openStreams(config.kafkaBrokers, {
    warn: (message) => {
      output.progress(message);
    },
  });
  if (streams === undefined) {
    throw new BadInput('There is no Kafka', {
      setting: 'KAFKA_BROKERS',
      advice: 'Set it to the address of a broker; npm run -s native -- start kafka starts one.',
    });
  }
  return await reachingKafka(streams.brokers, () => work(streams));
}
