import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../adapters/embedded/ports.js';
import { childEnvironment, readConfig } from '../../config.js';
import { mlflow } from '../../deploy/native/mlflow.js';
import { makeTestFolder } from './folder.js';

/** A real MLflow tracking server of this test's own. */
export interface TestMlflow {
  readonly url: string;
  /** Starts it again on its port, with what it had stored. */
  start(): Promise<void>;
  /** Ends it and its workers with -9. */
  kill(): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

const readyWithinMs = 110_000;

/** Starts one on a free port, in a folder of its own. */
export async function startTestMlflow(): Promise<TestMlflow> {
  const folder = await makeTestFolder();
  const port = await findFreePort();
  const command = await mlflow.command(folder.path, port, readConfig());
  let server: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    // A group of its own: MLflow serves from a process that it starts, and that outlives a kill of it.
    const started = spawn(command.program, command.args, {
      ...{ cwd: folder.path, detached: true, stdio: 'ignore' },
      env: childEnvironment({ ...command.environment }),
    });
    server = started;
    const deadline = performance.now() + readyWithinMs;
    while (!(await mlflow.answers(port))) {
      if (started.exitCode !== null || performance.now() > deadline) throw new Error('MLflow does not start');
      await sleep(50);
    }
  };
  const kill = async (): Promise<void> => {
    if (server?.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    process.kill(-server.pid, 'SIGKILL');
    await ended;
  };

  try {
    await start();
  } catch (error) {
    await kill();
    await folder.remove();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    start,
    kill,
    async stop() {
      await kill();
      await folder.remove();
    },
  };
}
