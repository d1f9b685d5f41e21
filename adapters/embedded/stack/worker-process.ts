import { spawn } from 'node:child_process';
import { z } from 'zod';
import { DependencyAway } from '../../../schemas/errors.js';
import type { TaskQueue } from '../../../schemas/jobs/task-queues.js';
import { endProcess, type ProcessMark } from '../processes.js';
import { lastLogLines, openServerLog } from '../server-log.js';

/** How the worker is started; it says that it is ready over its IPC channel, and ends when that channel closes. */
export interface WorkerCommand {
  /** The task queues it polls; its arguments name them too. */
  readonly queues: readonly TaskQueue[];
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A worker that polls its queues. */
export interface WorkerProcess {
  readonly mark: ProcessMark;
  /** Where it serves its metrics. */
  readonly metrics: string;
  stop(): Promise<void>;
}

/** What a worker says once it polls. */
const Ready = z.object({ ready: z.literal(true), metrics: z.url() });
type Ready = z.infer<typeof Ready>;

const readyWithinMs = 120_000;

/**
 * Starts a worker and waits until it polls. Its output goes to `logs/worker.log`. It is tied to this process: where this one
 * is killed, the closed channel tells the worker to end.
 */
export async function startWorker(home: string, worker: WorkerCommand): Promise<WorkerProcess> {
  const log = await openServerLog(home, 'worker');
  try {
    const child = spawn(worker.command, worker.args, {
      env: worker.environment,
      // Ctrl-C is for the supervisor alone, which ends the worker in its turn.
      detached: true,
      stdio: ['ignore', log.descriptor, log.descriptor, 'ipc'],
    });
    const outcome = await new Promise<Ready | 'ended' | 'silent' | Error>((resolve) => {
      const timer = setTimeout(() => {
        resolve('silent');
      }, readyWithinMs);
      const settle = (end: Ready | 'ended' | Error): void => {
        clearTimeout(timer);
        resolve(end);
      };
      child.once('message', (message) => {
        settle(Ready.parse(message));
      });
      child.once('exit', () => {
        settle('ended');
      });
      child.once('error', settle);
    });
    const mark = { pid: child.pid ?? 0, argumentsInclude: worker.args };
    if (typeof outcome === 'object' && 'ready' in outcome) {
      return { mark, metrics: outcome.metrics, stop: () => endWorker(mark) };
    }
    if (child.pid !== undefined) await endWorker(mark);
    throw new DependencyAway(
      `The worker ${outcome === 'silent' ? 'does not get ready' : 'ended instead of starting'}: ${lastLogLines(await log.tail())}`,
      { file: log.file, advice: 'Look into that log for the cause.' },
      outcome instanceof Error ? outcome : undefined,
    );
  } finally {
    await log.close();
  }
}

const endWorker = (mark: ProcessMark): Promise<void> =>
  endProcess(mark, [
    { signal: 'SIGTERM', graceMs: 20_000 },
    { signal: 'SIGKILL', graceMs: 5_000 },
  ]);
