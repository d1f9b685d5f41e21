import { spawn } from 'node:child_process';
import os from 'node:os';
import type { Readable } from 'node:stream';
import { DependencyAway, TouchlineError } from '../../schemas/errors.js';

/** A program to run. Its arguments can be read by everyone on the machine: what is secret is in its environment. */
export interface ToolCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** A program of Postgres, or tar, ended badly; the message has its own words. */
export class ToolFailed extends TouchlineError {
  readonly remedy = 'retry-later';
}

/** Low enough that the server and the workers go first, where they want the processor. */
const niceness = 10;
const keptOfWords = 4_000;

/** A program that was started. */
export interface RunningTool {
  readonly stdout: Readable;
  /** Resolves when it has ended well, with what it said on stderr. Rejects with {@link ToolFailed}, {@link DependencyAway}, or the signal's reason. */
  readonly ended: Promise<string>;
}

/** Starts a program, behind others in the order of the processor. What it writes has to be read. */
export function startTool({ program, args, environment, signal }: ToolCall): RunningTool {
  signal.throwIfAborted();
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', ...environment },
    cwd: '/',
  });
  if (child.pid !== undefined) behindOthers(child.pid);
  const stop = (): void => {
    child.kill('SIGTERM');
  };
  signal.addEventListener('abort', stop, { once: true });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(-keptOfWords);
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', (error) => {
      reject(new ToolFailed(`${program} cannot be run: ${error.message}`, { file: program }, error));
    });
    child.once('close', (code, killedBy) => {
      if (code === 0) resolve(words);
      else if (signal.aborted) reject(endedBy(signal, program));
      else reject(whyItFailed(program, words.trim() || `ended with ${killedBy ?? String(code)}`));
    });
  }).finally(() => {
    signal.removeEventListener('abort', stop);
  });
  // Whoever reads its output to the end asks afterwards.
  ended.catch(() => undefined);
  return { stdout: child.stdout, ended };
}

function endedBy({ reason }: AbortSignal, program: string): Error {
  return reason instanceof Error
    ? reason
    : new ToolFailed(`${program} was ended: ${String(reason)}`, { file: program });
}

/** Runs a program to its end; what it writes to stdout is thrown away. */
export async function runTool(call: ToolCall): Promise<string> {
  const { stdout, ended } = startTool(call);
  stdout.resume();
  return await ended;
}

function behindOthers(pid: number): void {
  try {
    os.setPriority(pid, niceness);
  } catch {
    // It has ended already.
  }
}

const away =
  /could not connect|connection to server .* failed|server closed the connection|terminating connection|the database system is/i;

function whyItFailed(program: string, words: string): TouchlineError {
  const name = program.split('/').at(-1) ?? program;
  if (
    away.test(words) &&
    !/password authentication failed|must be superuser|permission denied/i.test(words)
  ) {
    return new DependencyAway(`${name} lost Postgres: ${words}`, { object: 'Postgres' });
  }
  return new ToolFailed(`${name} failed: ${words}`, {
    object: name,
    advice: 'Mend what it says; the next run tries again.',
  });
}
