import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLine } from '../../adapters/embedded/processes.js';
import { startPostgres, type PostgresServer } from '../../adapters/embedded/postgres.js';
import { startTemporal, type TemporalPorts, type TemporalServer } from '../../adapters/embedded/temporal.js';
import { ensureTemporal } from '../../adapters/embedded/tools/temporal.js';
import { readConfig } from '../../config.js';
import { instant } from '../../schemas/values.js';
import { startApiProcess, type TestApiProcess } from './api-process.js';
import { openFilledHouse } from './filled-house.js';
import { makeTestFolder } from './folder.js';
import { copyMigratedPostgres } from './migrated-home.js';
import { startTestRedis } from './redis.js';

/** One way in which a server goes away, and how it comes back: where it was, with what it had. */
export interface Outage {
  /** Resolves once it answers nothing more. */
  readonly leave: () => Promise<void>;
  readonly back: () => Promise<void>;
}

/** A real process of the API over a filled house, and servers that can be taken away from it: one that is killed refuses, one that hangs does not even do that. */
export interface OutageStack {
  readonly api: TestApiProcess;
  /** Ids of matches by kick-off: those ahead, the next first. */
  readonly ahead: readonly number[];
  readonly outages: Readonly<Record<`${'postgres' | 'temporal' | 'redis'} ${'killed' | 'hangs'}`, Outage>>;
  stop(): Promise<void>;
}

const namespace = 'outages';

/** Starts one. */
export async function startOutageStack(
  environment: Readonly<Record<string, string>> = {},
): Promise<OutageStack> {
  const folder = await makeTestFolder();
  await copyMigratedPostgres(folder.path);
  const program = await ensureTemporal(readConfig());
  // Where they were at first is where the process of the API looks for them.
  const startDatabase = (port?: number): Promise<PostgresServer> =>
    startPostgres({
      ...{ home: folder.path, settings: { fsync: 'off' }, binaries: readConfig().postgresBinaries },
      ...(port === undefined ? {} : { port }),
    });
  const startWorkflows = (ports?: TemporalPorts): Promise<TemporalServer> =>
    startTemporal({ home: folder.path, program, namespace, ...(ports === undefined ? {} : { ports }) });

  const [first, firstTemporal, redis] = await Promise.all([
    startDatabase(),
    startWorkflows(),
    startTestRedis(),
  ]);
  let postgres = first;
  let temporal = firstTemporal;
  const house = await openFilledHouse(postgres.url, folder.path, instant(Date.now()));
  await house.lake.close();
  const api = await startApiProcess({
    ...{ databaseUrl: postgres.url, temporalAddress: temporal.address, home: folder.path },
    environment: { REDIS_URL: redis.url, TEMPORAL_NAMESPACE: namespace, ...environment },
  });
  let frozen: readonly number[] = [];
  const thaw = (): Promise<void> => {
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
    return Promise.resolve();
  };
  return {
    ...{ api, ahead: house.ahead },
    outages: {
      'postgres killed': {
        async leave() {
          const processes = await processesOf(postgres);
          process.kill(postgres.pid, 'SIGKILL');
          // What serves a connection outlives the server by a moment, and answers.
          for (const pid of processes) while ((await commandLine(pid)) !== undefined) await sleep(20);
        },
        async back() {
          postgres = await startDatabase(postgres.port);
        },
      },
      'postgres hangs': {
        async leave() {
          frozen = await processesOf(postgres);
          await freeze(frozen);
        },
        back: thaw,
      },
      'temporal killed': {
        leave() {
          process.kill(temporal.mark.pid, 'SIGKILL');
          return Promise.resolve();
        },
        async back() {
          temporal = await startWorkflows(temporal.ports);
        },
      },
      'temporal hangs': {
        async leave() {
          frozen = [temporal.mark.pid];
          await freeze(frozen);
        },
        back: thaw,
      },
      'redis killed': { leave: () => redis.kill(), back: () => redis.start() },
      'redis hangs': {
        leave() {
          redis.freeze();
          return Promise.resolve();
        },
        back() {
          redis.thaw();
          return Promise.resolve();
        },
      },
    },
    async stop() {
      await api.stop();
      await redis.stop();
      await temporal.stop();
      await postgres.stop();
      await folder.remove();
    },
  };
}

/** Stops processes, and waits until each of their threads stands still: one that is at work when it is told may still answer. */
async function freeze(pids: readonly number[]): Promise<void> {
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  const moves = async (): Promise<boolean> =>
    (await Promise.all(pids.map(statesOfThreads))).flat().some((state) => state !== 'T');
  while (await moves()) await sleep(5);
}

async function statesOfThreads(pid: number): Promise<string[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const stats = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => '')),
  );
  // The state stands behind the name, which may hold brackets.
  return stats.flatMap((stat) => /^.*\) (\S)/s.exec(stat)?.[1] ?? []);
}

/** The postmaster and its children: each of them would go on for itself. */
async function processesOf({ pid }: PostgresServer): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return [pid, ...children.trim().split(' ').map(Number)];
}

/** What a request came to, and how long it took. */
export interface TimedAnswer {
  readonly path: string;
  readonly status: number;
  readonly body: string;
  /** When it was sent and when the last byte of its answer came, on the clock of `performance`. */
  readonly sent: number;
  readonly answered: number;
}

/** Asks once. */
export async function timedAnswer(url: string, path: string): Promise<TimedAnswer> {
  const sent = performance.now();
  const response = await fetch(`${url}${path}`);
  const body = await response.text();
  return { path, status: response.status, body, sent, answered: performance.now() };
}

/** Requests without pause, side by side, until it is stopped. */
export interface SteadyLoad {
  /** What came of them so far, as they were answered. */
  answers(): readonly TimedAnswer[];
  stop(): Promise<readonly TimedAnswer[]>;
}

/** Asks for each of the paths, one request of each at a time. */
export function steadyLoad(url: string, paths: readonly string[]): SteadyLoad {
  const stopping = new AbortController();
  const answers: TimedAnswer[] = [];
  const asking = paths.map(async (path) => {
    while (!stopping.signal.aborted) {
      answers.push(await timedAnswer(url, path));
      await sleep(5);
    }
  });
  return {
    answers: () => answers,
    async stop() {
      stopping.abort();
      await Promise.all(asking);
      return answers;
    },
  };
}
