import path from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { startTouchline, touchlineHere, type Ended, type RunningCommand } from './command-line.js';
import { makeTestFolder, type TestFolder } from './folder.js';

/**
 * The command line on a home of the test file's own, whose stack is up from its first test to its last. `settings` are environment
 * variables of the stack and of every command; those that name a place beside the home are told when it is known.
 */
export function useOwnStack(
  settings: Readonly<Record<string, string>> = {},
  places: (placeOf: (name: string) => string) => Readonly<Record<string, string>> = () => ({}),
) {
  let folder: TestFolder;
  const placeOf = (name: string): string => path.join(folder.path, name);
  const ownEnvironment = (environment: Record<string, string> = {}): Record<string, string> => ({
    TOUCHLINE_HOME: placeOf('home'),
    TOUCHLINE_REVIEWER: 'ada',
    ...settings,
    ...places(placeOf),
    ...environment,
  });
  const start = (args: readonly string[], environment?: Record<string, string>): RunningCommand =>
    startTouchline(args, ownEnvironment(environment));
  const call = (args: readonly string[], environment?: Record<string, string>): Promise<Ended> =>
    touchlineHere(args, ownEnvironment(environment));
  beforeAll(async () => {
    folder = await makeTestFolder();
    expect((await start(['up', '--detach']).ended).code).toBe(0);
  });
  afterAll(async () => {
    await call(['down']);
    await folder.remove();
  });
  return {
    /** Starts a command in a process of its own. */
    start,
    /** Runs a command to its end, whatever that is, in this process. */
    call,
    /** Runs a command with --json to its good end. */
    ask: async (...args: readonly string[]): Promise<unknown> => answerOf(await call([...args, '--json'])),
    /** The home, by the name `home`, and places beside it. */
    placeOf,
  };
}

/** What a command with --json answered. It has to have come to a good end. */
export function answerOf({ code, stdout, stderr }: Ended): unknown {
  expect(`${code} ${code === 0 ? '' : stderr}`.trim()).toBe('0');
  return JSON.parse(stdout);
}
