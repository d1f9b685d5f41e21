import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BadInput, DependencyAway } from '../../schemas/errors.js';
import { findFreePorts, refuseTakenPort } from './ports.js';
import { endProcess, findProcesses, isRunning, type ProcessMark } from './processes.js';
import { lastLogLines, openServerLog, type ServerLog } from './server-log.js';
import { taskPriorities } from './tools/temporal.js';

/** How to run the embedded Temporal of one home. */
export interface TemporalOptions {
  /** Absolute. The database goes to `temporal/`, the log to `logs/temporal.log`. */
  readonly home: string;
  /** The `temporal` executable. */
  readonly program: string;
  readonly namespace: string;
  /** The ports of 127.0.0.1 to listen on. Default: free ones. A server that runs already keeps its own. */
  readonly ports?: TemporalPorts;
}

export interface TemporalPorts {
  readonly grpc: number;
  readonly ui: number;
}

/** A dev server that answers. It outlives this process unless it is stopped. */
export interface TemporalServer {
  /** `host:port` of gRPC. */
  readonly address: string;
  /** Where a browser finds the UI. */
  readonly ui: string;
  readonly ports: TemporalPorts;
  readonly mark: ProcessMark;
  stop(): Promise<void>;
}

const host = '127.0.0.1';
const attempts = 5;
const pollEveryMs = 50;
const readyWithinMs = 60_000;
const shutdown = [
  { signal: 'SIGTERM', graceMs: 10_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
] as const;

/**
 * Starts Temporal's dev server on the home's database file (made on first use), or adopts the server that runs on that
 * file already: two of them on one file would not notice each other. Callers hold the home's lock.
 *
 * Throws {@link BadInput} where a port is taken, {@link DependencyAway} where the server does not come up, with the last
 * lines of its log.
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  await mkdir(path.dirname(databaseFile(options.home)), { recursive: true });
  const running = await adopt(options);
  if (running !== undefined) return running;
  for (let attempt = 1; ; attempt += 1) {
    const started = await launch(options);
    if (!(started instanceof DependencyAway)) return started;
    // Another process may have taken a port between its finding and the start.
    if (attempt >= attempts || options.ports !== undefined) throw started;
  }
}

/** Ends the dev server of a home whose supervisor is gone. Says whether there was one. */
export async function stopTemporalOf(home: string): Promise<boolean> {
  const found = await findProcesses(marksOf(home));
  for (const { mark } of found) await endProcess(mark, shutdown);
  return found.length > 0;
}

const databaseFile = (home: string): string => path.join(home, 'temporal', 'temporal.db');

/** What the command line of the dev server of that home holds. */
const marksOf = (home: string): readonly string[] => ['start-dev', '--db-filename', databaseFile(home)];

async function adopt({ home, namespace }: TemporalOptions): Promise<TemporalServer | undefined> {
  const [first, ...others] = await findProcesses(marksOf(home));
  if (first === undefined) return undefined;
  const ports = { grpc: portAfter(first.words, '--port'), ui: portAfter(first.words, '--ui-port') };
  const isTheNamespace = first.words.includes(namespace);
  if (others.length === 0 && isTheNamespace && (await becomesReady(first.mark, ports, namespace))) {
    return serverOf(first.mark, ports);
  }
  await stopTemporalOf(home);
  return undefined;
}

const portAfter = (words: readonly string[], name: string): number => Number(words[words.indexOf(name) + 1]);

async function launch(options: TemporalOptions): Promise<TemporalServer | DependencyAway> {
  const { home, program, namespace } = options;
  const ports = options.ports ?? (await freePorts());
  await refuseTakenPort(ports.grpc, 'Temporal');
  await refuseTakenPort(ports.ui, 'the Temporal UI');
  const log = await openServerLog(home, 'temporal');
  try {
    const pid = await spawnServer(options, ports, log);
    const mark = { pid, argumentsInclude: marksOf(home) };
    if (await becomesReady(mark, ports, namespace)) return serverOf(mark, ports);
    const ended = !(await isRunning(mark));
    await endProcess(mark, shutdown);
    return new DependencyAway(
      `Temporal ${ended ? 'ended instead of starting' : 'does not answer'}: ${lastLogLines(await log.tail())}`,
      { file: log.file, object: program, advice: 'Look into that log for the cause.' },
    );
  } finally {
    await log.close();
  }
}

async function freePorts(): Promise<TemporalPorts> {
  const [grpc, ui] = await findFreePorts(2);
  if (grpc === undefined || ui === undefined) throw new BadInput('No two free ports were found');
  return { grpc, ui };
}

async function spawnServer(
  { home, program, namespace }: TemporalOptions,
  ports: TemporalPorts,
  log: ServerLog,
): Promise<number> {
  const server = spawn(
    program,
    [
      ...['server', 'start-dev', '--headless=false', '--ip', host, '--log-level', 'warn'],
      ...['--port', String(ports.grpc), '--ui-port', String(ports.ui), '--namespace', namespace],
      ...['--db-filename', databaseFile(home)],
      // Three times as fast as the default, and still whole after kill -9 of the server.
      ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
      ...taskPriorities,
    ],
    { cwd: home, detached: true, stdio: ['ignore', log.descriptor, log.descriptor] },
  );
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new DependencyAway(
          'Temporal could not be started',
          { file: program, advice: 'Run that file with --version to see why.' },
          error,
        ),
      );
    });
    server.once('spawn', () => {
      if (server.pid !== undefined) resolve(server.pid);
    });
  });
}

/** Asks the UI's API for the namespace's workflows: then UI, frontend and namespace are all there. */
async function becomesReady(mark: ProcessMark, ports: TemporalPorts, namespace: string): Promise<boolean> {
  const deadline = performance.now() + readyWithinMs;
  while (performance.now() < deadline) {
    const answered = await fetch(`${uiOf(ports)}/api/v1/namespaces/${namespace}/workflows`).then(
      async (response) => {
        await response.body?.cancel();
        return response.ok;
      },
      () => false,
    );
    if (!(await isRunning(mark))) return false;
    if (answered) return true;
    await sleep(pollEveryMs);
  }
  return false;
}

const uiOf = ({ ui }: TemporalPorts): string => `http://${host}:${ui}`;

const serverOf = (mark: ProcessMark, ports: TemporalPorts): TemporalServer => ({
  address: `${host}:${ports.grpc}`,
  ui: uiOf(ports),
  ports,
  mark,
  stop: () => endProcess(mark, shutdown),
});
