import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DependencyAway } from '../../schemas/errors.js';
import { findFreePort } from './ports.js';
import { findPrometheus } from './tools/prometheus.js';

/** A server that ends with this process' wish: for a drill or a test, not for a house. */
export interface ShortLivedServer {
  readonly url: string;
  stop(): Promise<void>;
}

const readyWithinMs = 60_000;
const lookEveryMs = 50;

async function startServer(
  program: string,
  args: readonly string[],
  { url, folder }: { readonly url: string; readonly folder: string },
): Promise<ShortLivedServer> {
  const server = spawn(program, args, { stdio: 'ignore', cwd: folder });
  const ended = once(server, 'exit');
  const deadline = performance.now() + readyWithinMs;
  const isReady = () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (server.exitCode !== null || performance.now() > deadline) {
      server.kill('SIGKILL');
      throw new DependencyAway(`${program} does not start`, { object: program });
    }
    await sleep(lookEveryMs);
  }
  return {
    url,
    async stop() {
      server.kill('SIGTERM');
      await ended;
    },
  };
}

/** Starts Prometheus with a configuration, which is written as JSON: that is YAML. Its data lie in the folder, which is the caller's. */
export async function startPrometheus(configuration: object, folder: string): Promise<ShortLivedServer> {
  const program = await findPrometheus('prometheus');
  const address = `127.0.0.1:${await findFreePort()}`;
  const file = path.join(folder, 'prometheus.yml');
  await writeFile(file, JSON.stringify(configuration));
  const args = [`--config.file=${file}`, `--storage.tsdb.path=${path.join(folder, 'data')}`];
  return await startServer(program, [...args, `--web.listen-address=${address}`], {
    url: `http://${address}`,
    folder,
  });
}

/** Starts Alertmanager with the configuration file at a path. Its data lie in the folder, which is the caller's. */
export async function startAlertmanager(file: string, folder: string): Promise<ShortLivedServer> {
  const program = await findPrometheus('alertmanager');
  const address = `127.0.0.1:${await findFreePort()}`;
  const data = path.join(folder, 'data');
  await mkdir(data, { recursive: true });
  const args = [`--config.file=${file}`, `--storage.path=${data}`, '--cluster.listen-address='];
  return await startServer(program, [...args, `--web.listen-address=${address}`], {
    url: `http://${address}`,
    folder,
  });
}
