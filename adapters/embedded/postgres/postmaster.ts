import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { commandLine, endProcess, isRunning, processesIn, type ProcessMark } from '../processes.js';
import type { PostgresPlace } from './place.js';

/** A server that runs on a data folder, as its postmaster.pid says. */
export interface Postmaster {
  readonly mark: ProcessMark;
  /** Undefined while it is only starting. */
  readonly port: number | undefined;
}

/** What the command line of a server on that data folder holds. */
export const serverArguments = (data: string): readonly string[] => ['-D', data];

/** The server on that data folder, if one runs; a postmaster.pid that outlived its server counts for nothing. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const lines = await pidFileLines(data);
  const mark = { pid: Number(lines?.[0]), argumentsInclude: serverArguments(data) };
  if (lines === undefined || !(await isRunning(mark))) return undefined;
  const port = Number(lines[3] ?? '');
  return { mark, port: port > 0 ? port : undefined };
}

const pidFileLines = async (data: string): Promise<string[] | undefined> =>
  (await readFile(pidFile(data), 'utf8').catch(() => undefined))?.split('\n');

const pidFile = (data: string): string => path.join(data, 'postmaster.pid');

/**
 * Clears what a killed server left behind. Its backends may still be at work, and hold the shared memory without which no
 * new server starts; its pid may have been given to another process, which Postgres would take for a running server.
 */
export async function clearLeftovers({ data, native }: PostgresPlace): Promise<void> {
  const program = path.join(native, 'bin', 'postgres');
  for (const pid of await processesIn(data)) {
    const words = await commandLine(pid);
    const title = words?.[0] ?? '';
    const isBackend = title.startsWith('postgres: ') || title === program;
    if (!isBackend) continue;
    await endProcess({ pid, argumentsInclude: [] }, [
      { signal: 'SIGQUIT', graceMs: 3_000 },
      { signal: 'SIGKILL', graceMs: 5_000 },
    ]);
  }
  await rm(pidFile(data), { force: true });
}
