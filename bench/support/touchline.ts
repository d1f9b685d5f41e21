import { spawn } from 'node:child_process';
import path from 'node:path';
import { childEnvironment, projectRoot } from '../../config.js';
import { withoutSchedules } from '../../test/support/without-schedules.js';

/** How a command of Touchline ended. */
export interface CommandRun {
  readonly seconds: number;
  readonly exitCode: number | null;
  readonly stdout: string;
}

/** Runs `touchline <args>` in a home of its own, as a user would. What it says on stderr is shown. */
export async function touchline(home: string, args: readonly string[]): Promise<CommandRun> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [path.join(projectRoot, 'bin', 'touchline.js'), ...args], {
    cwd: projectRoot,
    env: childEnvironment({ TOUCHLINE_HOME: home, SCHEDULES: withoutSchedules }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { seconds: (performance.now() - startedAt) / 1000, exitCode, stdout };
}

/** As {@link touchline}, and throws unless it ended with 0. */
export async function touchlineDone(home: string, args: readonly string[]): Promise<CommandRun> {
  const run = await touchline(home, args);
  if (run.exitCode !== 0)
    throw new Error(`touchline ${args.join(' ')} ended with ${run.exitCode}:\n${run.stdout}`);
  return run;
}
