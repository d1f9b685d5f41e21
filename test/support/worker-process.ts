import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { childEnvironment, projectRoot } from '../../config.js';

/** A worker of all queues in a process of its own. */
export interface WorkerProcess {
  /** Ends it as a rollout does: it lets what runs end. Gives its exit code. */
  drain(): Promise<number | null>;
}

/** Starts one and waits until it polls. */
export async function startWorkerProcess(
  environment: Readonly<Record<string, string>>,
): Promise<WorkerProcess> {
  const child = fork(path.join(projectRoot, 'bin', 'touchline-worker.js'), {
    env: childEnvironment({ ...environment }),
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(() => child.exitCode);
  await Promise.race([
    once(child, 'message'),
    ended.then((code) => {
      throw new Error(`The worker ended with ${code ?? 'a signal'} instead of starting`);
    }),
  ]);
  return {
    async drain() {
      child.kill('SIGTERM');
      return await ended;
    },
  };
}
