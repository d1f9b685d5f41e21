import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { once } from 'node:events';
import type { KafkaPrograms } from '../tools/kafka.js';

const run = promisify(execFile);

/** Where a broker of one node listens, and what it keeps where. */
export interface BrokerPlace {
  /** Its folder: `server.properties` and `log`. */
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly controllerPort: number;
  /** The port that clients are told; the broker's own where nothing stands before it. */
  readonly advertisedPort: number;
}

/** KRaft, one node. Topics are made from their declaration alone (STRM-1), so a misspelt one is an error and not a topic. */
const properties = ({ data, host, port, controllerPort, advertisedPort }: BrokerPlace): string =>
  [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@${host}:${controllerPort}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    `listeners=PLAINTEXT://${host}:${port},CONTROLLER://${host}:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://${host}:${advertisedPort}`,
    `log.dirs=${path.join(data, 'log')}`,
    'auto.create.topics.enable=false',
    'num.partitions=1',
    'offsets.topic.num.partitions=1',
    'offsets.topic.replication.factor=1',
    'transaction.state.log.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'share.coordinator.state.topic.num.partitions=1',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'log.segment.bytes=67108864',
    '',
  ].join('\n');

const propertiesFile = (data: string): string => path.join(data, 'server.properties');

/** Writes the broker's settings, formats its folder where that has not been done, and says how it is run. */
export async function prepareBroker(
  { java, classPath }: KafkaPrograms,
  place: BrokerPlace,
): Promise<{ readonly program: string; readonly args: readonly string[] }> {
  await mkdir(place.data, { recursive: true });
  await writeFile(propertiesFile(place.data), properties(place));
  const isFormatted = await access(path.join(place.data, 'log', 'meta.properties')).then(
    () => true,
    () => false,
  );
  if (!isFormatted) {
    const id = randomBytes(16).toString('base64url');
    await run(java, [
      ...['-cp', classPath, 'kafka.tools.StorageTool'],
      // An id may begin with a hyphen, which would be an option by itself.
      ...['format', '--ignore-formatted', `--cluster-id=${id}`, '-c', propertiesFile(place.data)],
    ]);
  }
  return {
    program: java,
    args: [
      ...['-Xmx512m', '-XX:+UseSerialGC', '-cp', classPath],
      ...['kafka.Kafka', propertiesFile(place.data), '--override', `broker.rack=port-${place.port}`],
    ],
  };
}

/** Words of the command line of the broker of that folder. */
export const brokerWords = (data: string): readonly string[] => ['kafka.Kafka', propertiesFile(data)];

/** The port of a broker, from its command line. */
export function brokerPort(words: readonly string[]): number {
  const told = words.find((word) => word.startsWith('broker.rack=port-'));
  return Number(told?.slice('broker.rack=port-'.length) ?? Number.NaN);
}

/** ApiVersions, version 0, of a client without a name: the least that a broker answers. */
const apiVersions = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);

/** Whether a broker answers there: one that starts listens before it can answer. */
export async function brokerAnswers(host: string, port: number): Promise<boolean> {
  const socket = createConnection({ host, port });
  socket.setTimeout(5_000, () => socket.destroy());
  try {
    await once(socket, 'connect');
    socket.write(apiVersions);
    const heard: unknown[] = await once(socket, 'data');
    const [answer] = heard;
    // Length, correlation id, then the error code.
    return answer instanceof Buffer && answer.length >= 10 && answer.readInt16BE(8) === 0;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
