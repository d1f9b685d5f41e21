import { execFile } from 'node:child_process';
import { childEnvironment, projectRoot } from '../../config.js';

/** Runs `npm run native` to its end, in a home of the test's own. */
export const native = (
  home: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number; text: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'deploy/native/main.ts', ...args],
      { cwd: projectRoot, env: childEnvironment({ ...environment, TOUCHLINE_HOME: home }) },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, text: stdout + stderr });
      },
    );
  });
