import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';

/**
 * Makes the folder of a run of the suite, which its files and the processes that they start take for the system's temporary one.
 * However the run ends, by Ctrl-C too, the processes that it left and the folder end with it.
 */
export default function setUpRun({ config }: TestProject): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'touchline-run-'));
  // The account that runs Postgres for root passes through.
  chmodSync(folder, 0o711);
  config.env = { ...config.env, TMPDIR: folder };
  process.once('exit', () => {
    for (const pid of processesOf(folder)) kill(pid);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
}

/** Pids of the processes that were started in the run or work on its files. Linux only; elsewhere none are found. */
function processesOf(folder: string): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => ['environ', 'cmdline'].some((file) => textOf(`/proc/${pid}/${file}`).includes(folder)))
    .map(Number);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It has ended, or is another user's.
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
