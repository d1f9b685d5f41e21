import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { brokerAnswers, prepareBroker } from '../../adapters/embedded/kafka/broker.js';
import { findFreePorts } from '../../adapters/embedded/ports.js';
import { ensureKafka } from '../../adapters/embedded/tools/kafka.js';
import { readConfig } from '../../config.js';
import { makeTestFolder } from './folder.js';
import { startWire, type Wire } from './wire.js';

/** A real Kafka broker of this test's own, and the wire by which its clients reach it. */
export interface TestKafka {
  /** What clients are told: `127.0.0.1:20345`. */
  readonly brokers: string;
  /** Between the clients and the broker. */
  readonly wire: Wire;
  /** Starts it again on its port, with what it had. */
  start(): Promise<void>;
  /** Ends it with -9. */
  kill(): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

const host = '127.0.0.1';
const readyWithinMs = 120_000;

/** Starts one on free ports, in a folder of its own. */
export async function startTestKafka(): Promise<TestKafka> {
  const folder = await makeTestFolder();
  const programs = await ensureKafka(readConfig());
  const [port = 0, controllerPort = 0] = await findFreePorts(2);
  const wire = await startWire({ host, port });
  const place = { data: folder.path, host, port, controllerPort, advertisedPort: wire.port };
  let server: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const { program, args } = await prepareBroker(programs, place);
    const started = spawn(program, args, { stdio: 'ignore', cwd: folder.path });
    server = started;
    const deadline = performance.now() + readyWithinMs;
    while (!(await brokerAnswers(host, port))) {
      if (started.exitCode !== null || performance.now() > deadline) throw new Error('Kafka does not start');
      await sleep(50);
    }
  };
  const kill = async (): Promise<void> => {
    if (server?.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };

  await start();
  return {
    brokers: `${host}:${wire.port}`,
    wire,
    start,
    kill,
    async stop() {
      await kill();
      await wire.close();
      await folder.remove();
    },
  };
}
