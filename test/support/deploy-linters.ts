import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  deployLintersEnvironment,
  ensurePythonEnvironment,
} from '../../adapters/embedded/tools/python-environment.js';
import { childEnvironment, projectRoot, readConfig } from '../../config.js';

/** How a linter ended. */
export interface Linted {
  readonly code: number;
  readonly text: string;
}

/** Linters of deployments, from the Python package index. */
export interface DeployLinters {
  /** `docker compose config`, of Docker's own program; no daemon is asked. */
  compose(...args: readonly string[]): Promise<Linted>;
  hadolint(...files: readonly string[]): Promise<Linted>;
  /** Against the schemas of a version of Kubernetes, strictly. */
  kubernetes(...files: readonly string[]): Promise<Linted>;
}

const run = (program: string, args: readonly string[]): Promise<Linted> =>
  new Promise((resolve) => {
    const options = { cwd: projectRoot, env: childEnvironment({}), maxBuffer: 16 * 1024 * 1024 };
    execFile(program, [...args], options, (error, stdout, stderr) => {
      resolve({
        code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1,
        text: stdout + stderr,
      });
    });
  });

/** Fetches them where they are not there yet. */
export async function deployLinters(): Promise<DeployLinters> {
  const python = await ensurePythonEnvironment(deployLintersEnvironment, readConfig());
  const environment = path.dirname(path.dirname(python));
  const [library = ''] = await readdir(path.join(environment, 'lib'));
  const compose = path.join(environment, 'lib', library, 'site-packages', 'compose', 'docker-compose');
  return {
    compose: (...args) => run(compose, args),
    hadolint: (...files) => run(path.join(environment, 'bin', 'hadolint'), files),
    kubernetes: (...files) => run(python, ['-m', 'kubernetes_validate', '-k', '1.34', '--strict', ...files]),
  };
}
