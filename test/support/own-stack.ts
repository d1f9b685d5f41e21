import path from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { touchline, type Ended } from './command-line.js';
import { makeTestFolder, type TestFolder } from './folder.js';

/** The command line on a home of the test file's own, whose stack is up from its first test to its last. */
export function useOwnStack() {
  let folder: TestFolder;
  const call = (args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> =>
    touchline(args, {
      TOUCHLINE_HOME: path.join(folder.path, 'home'),
      TOUCHLINE_REVIEWER: 'ada',
      ...environment,
    });
  beforeAll(async () => {
    folder = await makeTestFolder();
    expect((await call(['up', '--detach'])).code).toBe(0);
  });
  afterAll(async () => {
    await call(['down']);
    await folder.remove();
  });
  return {
    /** Runs a command to its end, whatever that is. */
    call,
    /** Runs a command with --json to its good end. */
    ask: async (...args: readonly string[]): Promise<unknown> => {
      const { code, stdout, stderr } = await call([...args, '--json']);
      expect(`${code} ${code === 0 ? '' : stderr}`.trim()).toBe('0');
      return JSON.parse(stdout);
    },
    /** A place beside the home. */
    placeOf: (name: string): string => path.join(folder.path, name),
  };
}
