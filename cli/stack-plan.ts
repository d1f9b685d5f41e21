import path from 'node:path';
import type { StackPlan } from '../adapters/embedded/stack.js';
import type { TaskQueue } from '../schemas/jobs/task-queues.js';
import { childEnvironment, type Config } from '../config.js';

/** DuckDB's writer has a process of its own: its memory and threads stay apart from refining and from training. */
const everythingElse: readonly TaskQueue[] = [
  'default',
  'fixtures',
  'odds',
  'scores',
  'maintenance',
  'model',
  'predictions',
  'streaming',
  'backup',
];
const workerQueues = ({ workerProcesses }: Config): readonly (readonly TaskQueue[])[] => [
  ...Array.from({ length: workerProcesses }, () => everythingElse),
  ['lake'],
];

/** A stack that is there to be looked at has an API; one of a single command has none. */
const apiCommand = (config: Config): StackPlan['api'] => ({
  command: process.execPath,
  args: [path.join(config.projectRoot, 'bin', 'touchline-api.js')],
  environment: childEnvironment({ MALLOC_ARENA_MAX: '2' }),
});

/** The stack of the configured home. */
export const stackPlan = (
  config: Config,
  rest: Pick<StackPlan, 'lifetime' | 'report' | 'schedules'>,
): StackPlan => ({
  home: config.home,
  cache: config.cache,
  python: config.python,
  postgresBinaries: config.postgresBinaries,
  archiveTo: config.backup.archiving ? config.backup.folder : undefined,
  databaseUrl: config.databaseUrl,
  databasePasswords: config.databasePasswords,
  temporalAddress: config.temporalAddress,
  temporalNamespace: config.temporalNamespace,
  api: rest.lifetime === 'up' ? apiCommand(config) : undefined,
  workers: workerQueues(config).map((queues, index) => ({
    queues,
    command: process.execPath,
    args: [
      '--expose-gc',
      path.join(config.projectRoot, 'bin', 'touchline-worker.js'),
      '--queues',
      queues.join(','),
    ],
    environment: childEnvironment({
      // glibc's arenas, one a thread by default, keep what DuckDB has freed.
      MALLOC_ARENA_MAX: '2',
      METRICS_PORT: String(config.metricsPort === 0 ? 0 : config.metricsPort + index),
    }),
  })),
  onMigrated: (databaseUrl) => describeData(databaseUrl, rest.report),
  ...rest,
});

/** What datasets and jobs are is described before a worker tells of the first; where it cannot be, that is no reason to start nothing. */
async function describeData(databaseUrl: string, report: StackPlan['report']): Promise<void> {
  const { openDatabase } = await import('../adapters/postgres/open-database.js');
  const { keepHouseDescription } = await import('../activities/keep-description.js');
  const { pool, db } = openDatabase(databaseUrl, { applicationName: 'describe', max: 1 });
  await keepHouseDescription(pool)
    .catch((error: unknown) => {
      report(`Lineage will be told without descriptions: ${String(error)}`);
    })
    .finally(() => db.destroy());
}
