import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import { childEnvironment, projectRoot } from '../../config.js';

/** What an API process works with. */
export interface ApiProcessPlan {
  readonly databaseUrl: string;
  /** Nothing listens there where it is not given. */
  readonly temporalAddress?: string;
  /** The folder whose `data_lake` it reads. */
  readonly home: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A real process of the API, started as `touchline up` starts it. */
export interface TestApiProcess {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** All that it has said so far. */
  said(): string;
  signal(name: NodeJS.Signals): void;
  /** Memory in use after a collection of garbage, in MB. */
  memory(): Promise<Memory>;
  /** Has it keep so many kilobytes on its heap for good, as a leak does; what is in use then. */
  leak(kilobytes: number): Promise<Memory>;
  /** How it ended. */
  readonly ended: Promise<number | null>;
  stop(): Promise<number | null>;
}

const Memory = z.object({ rss: z.number(), heapUsed: z.number() });
export type Memory = z.infer<typeof Memory>;
const Ready = z.object({ url: z.url() });
const nowhere = '127.0.0.1:9';

/** Starts one on a free port and waits until it listens. */
export async function startApiProcess({
  databaseUrl,
  temporalAddress = nowhere,
  home,
  environment = {},
}: ApiProcessPlan): Promise<TestApiProcess> {
  const child = spawn(
    process.execPath,
    [
      '--expose-gc',
      ...['--import', path.join(projectRoot, 'test', 'support', 'tell-memory.js')],
      path.join(projectRoot, 'bin', 'touchline-api.js'),
    ],
    {
      env: childEnvironment({
        ...{ DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress, TOUCHLINE_HOME: home },
        ...{
          API_PORT: '0',
          API_HOST: '',
          REDIS_URL: '',
          LAKE_URL: '',
          MLFLOW_TRACKING_URI: '',
          SCHEDULES: '',
        },
        ...environment,
      }),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  let said = '';
  const hear = (text: string): void => {
    said += text;
  };
  child.stdout?.setEncoding('utf8').on('data', hear);
  child.stderr?.setEncoding('utf8').on('data', hear);
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  const first = await Promise.race([once(child, 'message'), ended]);
  if (!Array.isArray(first)) throw new Error(`The API ended instead of starting:\n${said}`);
  const { url } = Ready.parse(first[0]);
  const memoryAfter = async (word: string): Promise<Memory> => {
    const answer = once(child, 'message');
    child.send(word);
    return Memory.parse((await answer)[0]);
  };
  return {
    ...{ url, port: Number(new URL(url).port), pid: child.pid ?? NaN, ended },
    said: () => said,
    signal: (name) => {
      child.kill(name);
    },
    memory: () => memoryAfter('memory'),
    leak: (kilobytes) => memoryAfter(`keep ${kilobytes}`),
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** A connection to it that speaks no HTTP by itself. */
export interface RawConnection {
  readonly socket: Socket;
  send(bytes: string | Buffer): void;
  /** What it has answered, once it has closed the connection. */
  readonly answer: Promise<string>;
}

/** Opens one. */
export function rawConnection(port: number): RawConnection {
  const socket = connect({ host: '127.0.0.1', port });
  const chunks: Buffer[] = [];
  const answer = new Promise<string>((resolve) => {
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(Buffer.concat(chunks).toString('latin1'));
    });
  });
  return {
    ...{ socket, answer },
    send: (bytes) => {
      socket.write(bytes);
    },
  };
}

/** Sends bytes and waits until it closes the connection. */
export async function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  const connection = rawConnection(port);
  connection.send(bytes);
  return connection.answer;
}
