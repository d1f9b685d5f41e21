import { spawn, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findFreePorts } from '../../adapters/embedded/ports.js';
import { findPrometheus } from '../../adapters/embedded/tools/prometheus.js';
import { projectRoot } from '../../config.js';
import { makeTestFolder } from './folder.js';

const run = promisify(execFile);
export const alertRules = path.join(projectRoot, 'deploy', 'prometheus', 'alerts');

/** A real server of this test's own. */
export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

const readyWithinMs = 60_000;

async function startServer(program: string, args: readonly string[], url: string, folder: string) {
  const server = spawn(program, args, { stdio: 'ignore', cwd: folder });
  const ended = once(server, 'exit');
  const deadline = performance.now() + readyWithinMs;
  const isReady = () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (server.exitCode !== null || performance.now() > deadline)
      throw new Error(`${program} does not start`);
    await sleep(50);
  }
  return async () => {
    server.kill('SIGTERM');
    await ended;
  };
}

/** Prometheus with a configuration, which may be JSON: that is YAML. */
export async function startTestPrometheus(configuration: object): Promise<TestServer> {
  const prometheus = await findPrometheus('prometheus');
  const folder = await makeTestFolder();
  const [port = 0] = await findFreePorts(1);
  const file = path.join(folder.path, 'prometheus.yml');
  await writeFile(file, JSON.stringify(configuration));
  const stop = await startServer(
    prometheus,
    [
      ...[`--config.file=${file}`, `--storage.tsdb.path=${path.join(folder.path, 'data')}`],
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    `http://127.0.0.1:${port}`,
    folder.path,
  );
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      await stop();
      await folder.remove();
    },
  };
}

/** Alertmanager with the configuration file at a path. */
export async function startTestAlertmanager(file: string): Promise<TestServer> {
  const alertmanager = await findPrometheus('alertmanager');
  const folder = await makeTestFolder();
  const [port = 0] = await findFreePorts(1);
  await mkdir(path.join(folder.path, 'data'));
  const url = `http://127.0.0.1:${port}`;
  const stop = await startServer(
    alertmanager,
    [
      ...[`--config.file=${file}`, `--storage.path=${path.join(folder.path, 'data')}`],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='],
    ],
    url,
    folder.path,
  );
  return {
    url,
    async stop() {
      await stop();
      await folder.remove();
    },
  };
}

/** What promtool or amtool says, and with which exit code. */
export async function checked(
  tool: 'promtool' | 'amtool',
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly text: string }> {
  const program = await findPrometheus(tool);
  try {
    const { stdout, stderr } = await run(program, [...args]);
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
    return { code: code ?? 1, text: `${stdout ?? ''}${stderr ?? ''}` };
  }
}
