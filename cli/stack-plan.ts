import path from 'node:path';
import type { StackPlan } from '../adapters/embedded/stack.js';
import { childEnvironment, type Config } from '../config.js';

/** The stack of the configured home. */
export const stackPlan = (config: Config, rest: Pick<StackPlan, 'lifetime' | 'report'>): StackPlan => ({
  home: config.home,
  cache: config.cache,
  python: config.python,
  databaseUrl: config.databaseUrl,
  temporalAddress: config.temporalAddress,
  temporalNamespace: config.temporalNamespace,
  worker: {
    command: process.execPath,
    args: [path.join(config.projectRoot, 'bin', 'touchline-worker.js')],
    environment: childEnvironment({}),
  },
  ...rest,
});
