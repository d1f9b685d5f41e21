import { spawn } from 'node:child_process';
import os from 'node:os';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DependencyAway, TouchlineError } from '../../schemas/errors.js';
import { fileError } from './absent.js';

/** A program to run. Its arguments can be read by everyone on the machine: what is secret is in its environment. */
export interface ToolCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What it reads; undefined: nothing. Where this fails, so does the program, with its error. */
  readonly input?: AsyncIterable<Buffer>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** A program of Postgres, or tar, ended badly; the message has its own words. */
export class ToolFailed extends TouchlineError {
  readonly remedy = 'retry-later';
}

/** Low enough that the server and the workers go first, where they want the processor. */
const niceness = 19;
const keptOfWords = 4_000;

/** A program that was started. */
export interface RunningTool {
  readonly stdout: Readable;
  /** Resolves when it has ended well, with what it said on stderr. Rejects with {@link ToolFailed}, {@link DependencyAway}, or the signal's reason. */
  readonly ended: Promise<string>;
}

/** Starts a program, behind others in the order of the processor. What it writes has to be read. */
export function startTool({ program, args, environment, input, signal }: ToolCall): RunningTool {
  signal.throwIfAborted();
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', ...environment },
    cwd: '/',
    // A group of its own: pg_basebackup and pg_dump start others, which are ended with them.
    detached: true,
  });
  if (child.pid !== undefined) behindOthers(child.pid);
  const stop = (): void => {
    endGroup(child.pid);
  };
  // Whoever is left of a program that was killed would hold its pipes open, and write on.
  child.once('exit', stop);
  signal.addEventListener('abort', stop, { once: true });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(-keptOfWords);
  });
  const fed = feed(child.stdin, input);
  const exited = new Promise<string>((resolve, reject) => {
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
  const ended = Promise.all([exited, fed]).then(([said]) => said);
  // Whoever reads its output to the end asks afterwards.
  ended.catch(() => undefined);
  // What nobody has begun to read when its program ends is thrown away by Node.
  const stdout = new PassThrough();
  pipeline(child.stdout, stdout).catch(() => undefined);
  return { stdout, ended };
}

/** Gives a program what it reads. One that ends before it has read all of it says itself why. */
async function feed(stdin: Writable, input: AsyncIterable<Buffer> | undefined): Promise<void> {
  try {
    await pipeline(input ?? [], stdin);
  } catch (error) {
    if (!isOfPipe(error)) throw error;
  }
}

const isOfPipe = (error: unknown): boolean =>
  ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(
    fileError(error) ?? '',
  );

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

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // Nobody is left of it.
  }
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
