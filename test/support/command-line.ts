import { spawn } from 'node:child_process';
import path from 'node:path';
import { Writable } from 'node:stream';
import { runCommandLine } from '../../cli/program.js';
import { childEnvironment, projectRoot, readConfig } from '../../config.js';
import { withoutSchedules } from './without-schedules.js';

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface RunningCommand {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves when stderr or stdout has said something that matches; rejects where the command ends before. */
  said(pattern: RegExp): Promise<string>;
  signal(name: NodeJS.Signals): void;
}

/** Nothing listens there: what a test does not serve itself is refused, on this machine. */
const nowhere = 'http://127.0.0.1:9';
/** No servers and keys of whoever runs the tests, nothing asked of the network, nothing that runs by the clock. */
const noEnvironment = {
  DATABASE_URL: '',
  TEMPORAL_ADDRESS: '',
  LAKE_URL: '',
  REDIS_URL: '',
  MLFLOW_TRACKING_URI: '',
  SCHEDULES: withoutSchedules,
  FOOTBALL_DATA_URL: nowhere,
  OPENFOOTBALL_URL: nowhere,
  API_FOOTBALL_KEY: '',
  API_FOOTBALL_URL: nowhere,
  ODDS_API_KEY: '',
  ODDS_API_URL: nowhere,
  SCORES_API_KEY: '',
  SCORES_API_URL: '',
  OPEN_METEO_URL: nowhere,
  OPEN_METEO_ARCHIVE_URL: nowhere,
};

/** Starts the command line as a user would, in a process of its own. */
export function startTouchline(
  args: readonly string[],
  environment: Record<string, string> = {},
): RunningCommand {
  const child = spawn(process.execPath, [path.join(projectRoot, 'bin', 'touchline.js'), ...args], {
    env: childEnvironment({ ...noEnvironment, ...environment }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  const heard = (): void => {
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    heard();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    heard();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  return {
    pid: child.pid ?? 0,
    ended,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(`${stdout}\n${stderr}`);
          if (match === null) return;
          listeners.delete(look);
          resolve(match[0]);
        };
        listeners.add(look);
        look();
        void ended.then(({ code }) => {
          reject(
            new Error(
              `The command ended with ${code ?? 'a signal'} and never said ${pattern.source}:\n${stderr}`,
            ),
          );
        });
      }),
    signal: (name) => {
      child.kill(name);
    },
  };
}

/** Runs a command to its end. */
export const touchline = (
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> => startTouchline(args, environment).ended;

/** Runs a command line to its end in this process: it says and does the same there, without the start of a process. */
export async function touchlineHere(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  const [stdout, stderr] = [collected(), collected()];
  const code = await runCommandLine(args, {
    readConfig: () => readConfig(childEnvironment({ ...noEnvironment, ...environment })),
    streams: { stdout: stdout.stream, stderr: stderr.stream },
    interrupted: new AbortController().signal,
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** A stream that keeps what is written to it. */
function collected(): { readonly stream: Writable; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
