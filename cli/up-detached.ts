import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLogLines, openServerLog } from '../adapters/embedded/server-log.js';
import { readStatus, type StackStatus } from '../adapters/embedded/stack/status.js';
import type { Config } from '../config.js';
import { DependencyAway } from '../schemas/errors.js';

const lookEveryMs = 100;

/** Starts `touchline up` in a process of its own, whose output goes to `logs/up.log`, and waits until everything runs. */
export async function upDetached(config: Config, interrupted: AbortSignal): Promise<StackStatus> {
  const log = await openServerLog(config.home, 'up');
  try {
    const child = spawn(process.execPath, [path.join(config.projectRoot, 'bin', 'touchline.js'), 'up'], {
      detached: true,
      stdio: ['ignore', log.descriptor, log.descriptor],
    });
    child.unref();
    let end: 'running' | 'ended' = 'running';
    const noteEnd = (): void => {
      end = 'ended';
    };
    child.once('exit', noteEnd);
    child.once('error', noteEnd);
    const hasEnded = (): boolean => end === 'ended';
    for (;;) {
      const status = await readStatus(config.home);
      if (status !== undefined && status.supervisor.pid === child.pid) return status;
      if (hasEnded()) {
        throw new DependencyAway(lastLogLines(await log.tail()), { file: log.file });
      }
      if (interrupted.aborted) {
        child.kill('SIGTERM');
        throw new DependencyAway('Interrupted while everything was being started');
      }
      await sleep(lookEveryMs);
    }
  } finally {
    await log.close();
  }
}
