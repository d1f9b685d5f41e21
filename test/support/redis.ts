import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../adapters/embedded/ports.js';
import { ensureRedis } from '../../adapters/embedded/tools/redis.js';
import { readConfig } from '../../config.js';
import { makeTestFolder } from './folder.js';

/** A real Redis of this test's own. */
export interface TestRedis {
  readonly url: string;
  /** Starts it again on its port, with what it had written down. */
  start(): Promise<void>;
  /** Ends it with -9. */
  kill(): Promise<void>;
  /** It answers nothing more, and closes nothing, until it is thawed. */
  freeze(): void;
  thaw(): void;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

const host = '127.0.0.1';
const readyWithinMs = 30_000;

/** Starts one on a free port, in a folder of its own; each write is on disk before it is answered, or once a second, as Redis does by itself. */
export async function startTestRedis(onDisk: 'always' | 'everysec' = 'always'): Promise<TestRedis> {
  const folder = await makeTestFolder();
  const program = await ensureRedis(readConfig());
  const port = await findFreePort();
  let server: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const started = spawn(
      program,
      [
        ...['--port', String(port), '--bind', host, '--dir', folder.path, '--save', ''],
        ...['--appendonly', 'yes', '--appendfsync', onDisk],
      ],
      { stdio: 'ignore' },
    );
    server = started;
    const deadline = performance.now() + readyWithinMs;
    while (!(await answers(port))) {
      if (started.exitCode !== null || performance.now() > deadline) throw new Error('Redis does not start');
      await sleep(20);
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
    url: `redis://${host}:${port}/0`,
    start,
    kill,
    freeze: () => server?.kill('SIGSTOP'),
    thaw: () => server?.kill('SIGCONT'),
    async stop() {
      await kill();
      await folder.remove();
    },
  };
}

/** Whether a PING is answered: while a Redis loads what it had, it listens and says so. */
async function answers(port: number): Promise<boolean> {
  const socket = createConnection({ host, port });
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    return String(await once(socket, 'data')).startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
