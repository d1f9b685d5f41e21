import { execFile } from 'node:child_process';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvariantBroken } from '../../schemas/errors.js';

const run = promisify(execFile);

/**
 * What tells a process of ours from another that got the same pid: all of these words occur in its command line, each as
 * a whole argument.
 */
export interface ProcessMark {
  readonly pid: number;
  readonly argumentsInclude: readonly string[];
}

const pollEveryMs = 50;

/** The arguments of a running process; undefined where there is none of that pid (or it has ended and waits for its parent). */
export async function commandLine(pid: number): Promise<readonly string[] | undefined> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return text === '' ? undefined : text.replace(/\0+$/, '').split('\0');
  }
  const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  // ps joins the arguments with blanks: an argument with a blank in it cannot be told apart there.
  return stdout.trim() === '' ? undefined : stdout.trim().split(' ');
}

/** Whether that process runs and is the one meant: pids are given out again, above all in containers. */
export async function isRunning(mark: ProcessMark): Promise<boolean> {
  const words = await commandLine(mark.pid);
  return words !== undefined && hasAll(words, mark.argumentsInclude);
}

function hasAll(words: readonly string[], wanted: readonly string[]): boolean {
  const line = ` ${words.join(' ')} `;
  return wanted.every((word) => words.includes(word) || line.includes(` ${word} `));
}

/** One signal, and how long the process may take before the next. */
export interface SignalStep {
  readonly signal: NodeJS.Signals;
  readonly graceMs: number;
}

/**
 * Ends a process by the given signals, one after the other until it is gone. Its command line is looked at before each, so
 * that no process of another is ever hit. Does nothing where it does not run.
 */
export async function endProcess(mark: ProcessMark, steps: readonly SignalStep[]): Promise<void> {
  for (const { signal, graceMs } of steps) {
    if (!(await isRunning(mark))) return;
    sendSignal(mark.pid, signal);
    if (await isGoneWithin(mark, graceMs)) return;
  }
  throw new InvariantBroken(`Process ${mark.pid} does not end`, { object: mark.argumentsInclude.join(' ') });
}

/** Waits until the process is gone; false where it still runs after `graceMs`. */
export async function isGoneWithin(mark: ProcessMark, graceMs: number): Promise<boolean> {
  const deadline = performance.now() + graceMs;
  while (await isRunning(mark)) {
    if (performance.now() > deadline) return false;
    await sleep(pollEveryMs);
  }
  return true;
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
    throw error;
  }
}

/** Running processes whose command line has all of these words, each as a whole argument. */
export async function findProcesses(
  argumentsInclude: readonly string[],
): Promise<readonly { readonly mark: ProcessMark; readonly words: readonly string[] }[]> {
  const found = await Promise.all(
    (await allPids()).map(async (pid) => {
      const words = await commandLine(pid);
      const mark = { pid, argumentsInclude };
      return words !== undefined && hasAll(words, argumentsInclude) ? [{ mark, words }] : [];
    }),
  );
  return found.flat();
}

async function allPids(): Promise<readonly number[]> {
  if (process.platform === 'linux') {
    return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  }
  const { stdout } = await run('ps', ['-ax', '-o', 'pid=']);
  return stdout.trim().split(/\s+/).map(Number);
}

/** Pids of processes whose working directory is that folder. Linux only; elsewhere none are found. */
export async function processesIn(folder: string): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  const found = await Promise.all(
    (await allPids()).map(async (pid) => {
      const directory = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      return directory === folder ? [pid] : [];
    }),
  );
  return found.flat();
}
