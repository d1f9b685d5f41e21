import { spawn } from 'node:child_process';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { refuseTakenPort } from '../../adapters/embedded/ports.js';
import {
  endProcess,
  findProcesses,
  isRunning,
  processesIn,
  type ProcessMark,
} from '../../adapters/embedded/processes.js';
import { lastLogLines, openServerLog } from '../../adapters/embedded/server-log.js';
import type { ToolOptions } from '../../adapters/embedded/tools/python-packages.js';
import { childEnvironment } from '../../config.js';
import { DependencyAway, InvariantBroken } from '../../schemas/errors.js';

/** How a server is called. */
export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** A server of the stack that is started without Docker. */
export interface NativeService {
  readonly name: 'alertmanager' | 'kafka' | 'mlflow' | 'prometheus' | 'redis' | 'seaweedfs';
  readonly port: number;
  /** The variable that Touchline finds it by; undefined: it looks for Touchline. */
  readonly variable: string | undefined;
  url(port: number): string;
  /** What else Touchline has to be told of the server of that folder; no secrets, but the files that hold them. */
  exports: ((data: string) => Readonly<Record<string, string>>) | undefined;
  /** `data` is its folder. Fetches the program where it is not there yet. */
  command(data: string, port: number, tools: ToolOptions): Promise<ServerCommand>;
  /** Words of the command line of the server of that folder, by which it is known again. */
  words(data: string): readonly string[];
  /** The port in the command line of a server. */
  portIn(words: readonly string[]): number;
  /** Words of processes that it starts and that outlive a kill -9 of it; they run in its folder. */
  readonly helpers: readonly string[] | undefined;
  answers(port: number): Promise<boolean>;
  /** Files outside its folder that it leaves where it ends. */
  leaves?(port: number): readonly string[];
}

/** Of a server that is told its port by `--port`. */
export const portOption = (words: readonly string[]): number => Number(words[words.indexOf('--port') + 1]);

/** A service in its place. */
export interface Placed {
  readonly service: NativeService;
  readonly data: string;
  readonly port: number;
}

/** A server that runs; undefined where none does. */
export async function find({
  service,
  data,
}: Placed): Promise<{ mark: ProcessMark; port: number } | undefined> {
  const [found] = await findProcesses(service.words(data));
  if (found === undefined) return undefined;
  return { mark: found.mark, port: service.portIn(found.words) };
}

const readyWithinMs = 120_000;
const lookEveryMs = 100;

/** Starts the server where it does not run, and waits until it answers. It outlives this process. Says which it was. */
export async function start(
  placed: Placed,
  { home, tools }: { readonly home: string; readonly tools: ToolOptions },
): Promise<{ readonly url: string; readonly pid: number; readonly started: boolean }> {
  const { service, data, port } = placed;
  const running = await find(placed);
  if (running !== undefined) {
    await untilItAnswers(service, running.mark, running.port, () => Promise.resolve(''));
    return { url: service.url(running.port), pid: running.mark.pid, started: false };
  }
  await endHelpers(placed);
  await refuseTakenPort(port, service.name);
  await mkdir(data, { recursive: true });
  const { program, args, environment } = await service.command(data, port, tools);
  const log = await openServerLog(home, service.name);
  try {
    const server = spawn(program, args, {
      ...{ cwd: data, detached: true, stdio: ['ignore', log.descriptor, log.descriptor] },
      env: childEnvironment({ ...environment }),
    });
    server.unref();
    const pid = await new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.once('spawn', () => {
        if (server.pid !== undefined) resolve(server.pid);
      });
    });
    const mark = { pid, argumentsInclude: service.words(data) };
    await untilItAnswers(service, mark, port, () => log.tail()).catch(async (error: unknown) => {
      await stop(placed);
      throw error;
    });
    return { url: service.url(port), pid, started: true };
  } finally {
    await log.close();
  }
}

async function untilItAnswers(
  service: NativeService,
  mark: ProcessMark,
  port: number,
  tail: () => Promise<string>,
): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  while (!(await service.answers(port))) {
    const ended = !(await isRunning(mark));
    if (ended || performance.now() > deadline) {
      throw new DependencyAway(
        `${service.name} ${ended ? 'ended instead of starting' : 'does not answer'}: ${lastLogLines(await tail())}`,
        { object: service.url(port), advice: `Look into logs/${service.name}.log of the home.` },
      );
    }
    await sleep(lookEveryMs);
  }
}

const shutdown = [
  { signal: 'SIGTERM', graceMs: 20_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
] as const;

/** Ends the server cleanly, and what it left behind. Says whether there was one. */
export async function stop(placed: Placed): Promise<boolean> {
  const running = await find(placed);
  if (running !== undefined) {
    await endProcess(running.mark, shutdown);
    for (const file of placed.service.leaves?.(running.port) ?? []) await rm(file, { force: true });
  }
  await endHelpers(placed);
  if ((await find(placed)) !== undefined) {
    throw new InvariantBroken(`Two servers ran on ${placed.data}; stop again`, {
      object: placed.service.name,
    });
  }
  return running !== undefined;
}

/** Ends what a server of this folder left behind: another home may have one on the same port, and its helpers look the same but for where they run. */
async function endHelpers({ service, data }: Placed): Promise<void> {
  const here = await processesIn(await realpath(data).catch(() => data));
  for (const { mark } of service.helpers === undefined ? [] : await findProcesses(service.helpers))
    if (here.includes(mark.pid)) await endProcess(mark, shutdown);
}

const listening = '--web.listen-address=';

/** How the servers of Prometheus are told where to listen, and where one listens by the words that it was started with. */
export const webListening = {
  word: (address: string): string => `${listening}${address}`,
  portIn: (words: readonly string[]): number =>
    Number(
      words
        .find((word) => word.startsWith(listening))
        ?.split(':')
        .at(-1),
    ),
} as const;
