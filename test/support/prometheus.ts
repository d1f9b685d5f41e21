import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { startAlertmanager, startPrometheus } from '../../adapters/embedded/prometheus.js';
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

/** Prometheus with a configuration, which may be JSON: that is YAML. */
export const startTestPrometheus = (configuration: object): Promise<TestServer> =>
  inFolder((folder) => startPrometheus(configuration, folder));

/** Alertmanager with the configuration file at a path. */
export const startTestAlertmanager = (file: string): Promise<TestServer> =>
  inFolder((folder) => startAlertmanager(file, folder));

async function inFolder(start: (folder: string) => Promise<TestServer>): Promise<TestServer> {
  const folder = await makeTestFolder();
  const server = await start(folder.path);
  return {
    url: server.url,
    async stop() {
      await server.stop();
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
