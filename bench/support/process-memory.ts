import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The largest resident memory that a process had, in MB, shared pages included. */
export interface ProcessPeak {
  readonly name: string;
  readonly pid: number;
  readonly peakMb: number;
}

const everyMs = 200;

/** A short name for a command line: `postgres: checkpointer`, `node worker.ts`, `temporal`. */
function nameOf(commandLine: string): string {
  const words = commandLine.replaceAll('\0', ' ').trim();
  const postgres = /^postgres: .*/.exec(words)?.[0];
  if (postgres !== undefined)
    return postgres
      .replace(/\d+\.\d+\.\d+\.\d+\(\d+\)/, '')
      .replace(/ (idle|SELECT|INSERT|COPY|BEGIN|COMMIT|UPDATE|DELETE).*$/, '');
  const [program = '', ...rest] = words.split(' ');
  const script = rest.find((word) => /\.(ts|js|mjs)$/.test(word) && !word.includes('node_modules'));
  const base = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
  return script === undefined ? base(program) : `${base(program)} ${base(script)}`;
}

/**
 * Watches every process of a home: those whose environment holds `TOUCHLINE_HOME=<home>`, which children inherit, and those whose
 * working directory lies in it (Postgres writes its titles over its environment). Reads the kernel's own high-water mark, so a
 * peak between two looks is not missed. Linux only.
 */
export function watchMemory(home: string): { readonly stop: () => Promise<readonly ProcessPeak[]> } {
  const peaks = new Map<number, ProcessPeak>();
  const watching = new AbortController();

  const look = async (): Promise<void> => {
    const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
    await Promise.all(
      pids.map(async (pid) => {
        const peak = await peakOf(pid, home);
        if (peak !== undefined && peak.peakMb >= (peaks.get(pid)?.peakMb ?? 0)) peaks.set(pid, peak);
      }),
    );
  };
  const loop = (async (): Promise<void> => {
    while (!watching.signal.aborted) {
      await look();
      await sleep(everyMs, undefined, { signal: watching.signal }).catch(() => undefined);
    }
  })();

  return {
    stop: async () => {
      watching.abort();
      await loop;
      return [...peaks.values()].sort((a, b) => b.peakMb - a.peakMb);
    },
  };
}

async function peakOf(pid: number, home: string): Promise<ProcessPeak | undefined> {
  try {
    if (!(await belongsTo(pid, home))) return undefined;
    const status = await readFile(`/proc/${pid}/status`, 'latin1');
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    if (kilobytes === undefined) return undefined;
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'latin1');
    return { name: nameOf(commandLine), pid, peakMb: Math.round(Number(kilobytes) / 1024) };
  } catch {
    // The process ended, or belongs to somebody else.
    return undefined;
  }
}

async function belongsTo(pid: number, home: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1');
  if (environment.split('\0').includes(`TOUCHLINE_HOME=${home}`)) return true;
  const workingDirectory = await readlink(`/proc/${pid}/cwd`);
  return !path.relative(home, workingDirectory).startsWith('..');
}
