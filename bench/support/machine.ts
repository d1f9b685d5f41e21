import { execFileSync } from 'node:child_process';
import os from 'node:os';

/** One line that says what a figure was measured on: processor, cores, memory, system, Node. */
export function machine(): string {
  const model = os.cpus()[0]?.model ?? 'unknown processor';
  const memory = Math.round(os.totalmem() / 2 ** 30);
  const load = os.loadavg()[0]?.toFixed(1) ?? '?';
  return `${model}, ${os.availableParallelism()} cores, ${memory} GiB, ${os.type()} ${os.release()}, Node ${process.versions.node}; load at the start ${load}`;
}

/** The commit that was measured, with a mark where the tree had changes. */
export function revision(projectRoot: string): string {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' with changes';
  return git('rev-parse', '--short', 'HEAD') + changed;
}
