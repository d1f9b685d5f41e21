import { spawn } from 'node:child_process';
import type { z } from 'zod';
import { DependencyAway } from '../../../schemas/errors.js';
import { endProcess, type ProcessMark } from '../processes.js';
import { lastLogLines, openServerLog } from '../server-log.js';

/** How a process of ours is started; it says that it is ready over its IPC channel, and ends when that channel closes. */
export interface ChildCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A process that is ready. */
export interface Child<Ready> {
  readonly mark: ProcessMark;
  /** What it said of itself then. */
  readonly said: Ready;
  stop(): Promise<void>;
}

const readyWithinMs = 120_000;

/**
 * Starts a process and waits until it is ready. Its output goes to a log in `logs/`. It is tied to this process: where this one
 * is killed, the closed channel tells it to end.
 */
export async function startChild<Ready extends z.ZodType>(
  home: string,
  { name, called }: { readonly name: 'worker' | 'api'; readonly called: string },
  { command, args, environment }: ChildCommand,
  ready: Ready,
): Promise<Child<z.output<Ready>>> {
  const log = await openServerLog(home, name);
  try {
    const child = spawn(command, args, {
      env: environment,
      // Ctrl-C is for the supervisor alone, which ends this in its turn.
      detached: true,
      stdio: ['ignore', log.descriptor, log.descriptor, 'ipc'],
    });
    const outcome = await new Promise<{ readonly said: z.output<Ready> } | 'ended' | 'silent' | Error>(
      (resolve) => {
        const timer = setTimeout(() => {
          resolve('silent');
        }, readyWithinMs);
        const settle = (end: { readonly said: z.output<Ready> } | 'ended' | Error): void => {
          clearTimeout(timer);
          resolve(end);
        };
        child.once('message', (message) => {
          settle({ said: ready.parse(message) });
        });
        child.once('exit', () => {
          settle('ended');
        });
        child.once('error', settle);
      },
    );
    const mark = { pid: child.pid ?? 0, argumentsInclude: args };
    if (typeof outcome === 'object' && 'said' in outcome) {
      return { mark, said: outcome.said, stop: () => endChild(mark) };
    }
    if (child.pid !== undefined) await endChild(mark);
    throw new DependencyAway(
      `${called} ${outcome === 'silent' ? 'does not get ready' : 'ended instead of starting'}: ${lastLogLines(await log.tail())}`,
      { file: log.file, advice: 'Look into that log for the cause.' },
      outcome instanceof Error ? outcome : undefined,
    );
  } finally {
    await log.close();
  }
}

const endChild = (mark: ProcessMark): Promise<void> =>
  endProcess(mark, [
    { signal: 'SIGTERM', graceMs: 20_000 },
    { signal: 'SIGKILL', graceMs: 5_000 },
  ]);
