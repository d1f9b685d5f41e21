import { z } from 'zod';
import type { LakeStatus } from '../adapters/lake/reader.js';
import type { StackStatus } from '../adapters/embedded/stack/status.js';
import type { countConflicts } from '../adapters/postgres/match-told.js';
import type { QueueBacklog } from '../adapters/temporal/queue-backlogs.js';
import type { DefaultPartition } from '../adapters/postgres/partitions.js';
import { PrerequisiteMissing } from '../schemas/errors.js';
import { lakeTables } from '../schemas/tables/lake-tables.js';
import { command } from './command.js';
import { grouped, textTable } from './table.js';

/** What `--json` prints of a running stack. */
export const publicStatus = ({ postgres, temporal, workers, api, supervisor }: StackStatus) => ({
  postgres,
  temporal,
  workers,
  api,
  supervisor,
});

/** The same for people. */
export const statusText = ({ postgres, temporal, workers, api }: StackStatus): string =>
  textTable(
    ['part', 'where'],
    [
      ...(api === null ? [] : [['API and console', api.url] as const]),
      ['Temporal UI', temporal.ui],
      ['Temporal', `${temporal.address}, namespace ${temporal.namespace}`],
      ['Postgres', postgres.url.replace(/:[^:@/]+@/, ':…@')],
      ...workers.map(
        ({ queues, pid, metrics }) =>
          ['worker', `process ${pid}, ${queues.join(' and ')}; metrics ${metrics}`] as const,
      ),
    ],
  );

export const status = command({
  path: ['status'],
  summary: 'where everything answers, what waits, and what the lake holds',
  description: [
    'Prints the addresses of what runs for this home, how many tasks wait on which queue of Temporal, the newest snapshot of the lake and the rows of its tables, and warns of rows that a',
    'default partition of Postgres caught.',
    'With --json the addresses of Postgres hold their passwords: url is that of the owner, who migrates the database; reader, writer',
    'and admin are those of the roles. To look at the tables, be the reader.',
  ].join('\n'),
  examples: ['touchline status', 'psql "$(touchline status --json | jq -r .postgres.reader)"'],
  json: [
    '{"postgres": {"url", "reader", "writer", "admin"}, "temporal": {"address", "ui", "namespace"}, "workers": [{"queues", "pid", "metrics"}], "api": {"url", "pid"},',
    ' "supervisor": {"pid"}, "waiting": [{"queue", "tasks", "oldestSeconds"}], "lake": {"snapshot", "tables": [{"layer", "table", "rows"}]}, "caughtByDefault": [{"table", "rows"}], "conflicts": [{"fieldGroup", "matches"}]};',
    'snapshot is null while the lake is empty; caughtByDefault is empty where every month was prepared.',
  ].join('\n'),
  settings: z.object({}),
  async run(_, { config, output }) {
    const { readStatus, wasCutOff } = await import('../adapters/embedded/stack/status.js');
    const running = await readStatus(config.home);
    if (running === undefined) {
      throw new PrerequisiteMissing(
        (await wasCutOff(config.home))
          ? 'The supervisor of this home was killed; its servers may still run'
          : 'Nothing runs for this home',
        {
          setting: `TOUCHLINE_HOME=${config.home}`,
          advice: 'touchline up starts it, taking over what still runs; touchline down ends that.',
        },
      );
    }
    const { openLakeOf } = await import('../adapters/lake/lake-of-home.js');
    const lake = await openLakeOf(config, running.postgres, 'status');
    const held = await lake.status(lakeTables).finally(() => lake.close());
    const waiting = await tasksWaiting(running);
    const { caught, conflicts } = await silverDoubts(running.postgres.reader);
    await output.result(
      { ...publicStatus(running), waiting, lake: lakeDocument(held), caughtByDefault: caught, conflicts },
      () =>
        [
          statusText(running),
          waitingText(waiting),
          '',
          lakeText(held),
          ...caughtText(caught),
          ...conflictsText(conflicts),
        ].join('\n'),
    );
    return 0;
  },
});

async function tasksWaiting({ temporal }: StackStatus): Promise<QueueBacklog[]> {
  const { connectToTemporal } = await import('../adapters/temporal/connect.js');
  const { queueBacklogs } = await import('../adapters/temporal/queue-backlogs.js');
  const { taskQueues } = await import('../schemas/jobs/task-queues.js');
  const connected = await connectToTemporal(temporal);
  return await queueBacklogs(connected.client.connection, temporal.namespace, taskQueues).finally(() =>
    connected.close(),
  );
}

const waitingText = (waiting: readonly QueueBacklog[]): string => {
  const behind = waiting.filter(({ tasks }) => tasks > 0);
  return behind.length === 0
    ? 'No task waits for a worker.'
    : `Tasks that wait for a worker: ${behind.map(({ queue, tasks }) => `${queue} ${grouped(tasks)}`).join(', ')}.`;
};

type Caught = Pick<DefaultPartition, 'table' | 'rows'>;

type Conflicts = Awaited<ReturnType<typeof countConflicts>>;

async function silverDoubts(url: string): Promise<{ caught: readonly Caught[]; conflicts: Conflicts }> {
  const { openDatabase } = await import('../adapters/postgres/open-database.js');
  const { reachingPostgres } = await import('../adapters/postgres/away.js');
  const { defaultPartitions } = await import('../adapters/postgres/partitions.js');
  const { countConflicts } = await import('../adapters/postgres/match-told.js');
  const { sessionName } = await import('../adapters/postgres/roles.js');
  const { pool, db } = openDatabase(url, { applicationName: sessionName('reader', 'status'), max: 1 });
  const [partitions, conflicts] = await reachingPostgres(
    async () => [await defaultPartitions(pool), await countConflicts(pool)] as const,
  ).finally(() => db.destroy());
  const caught = partitions.filter(({ rows }) => rows > 0).map(({ table, rows }) => ({ table, rows }));
  return { caught, conflicts };
}

const conflictsText = (conflicts: Conflicts): string[] =>
  conflicts.length === 0
    ? []
    : [
        `Sources contradict each other (${conflicts
          .map(({ fieldGroup, matches }) => `${fieldGroup}: ${grouped(matches)}`)
          .join(', ')}); touchline conflicts lists the matches.`,
      ];

const caughtText = (caught: readonly Caught[]): string[] =>
  caught.map(
    ({ table, rows }) =>
      `Warning: ${grouped(rows)} rows of ${table} are in its default partition; touchline db partitions --make moves them.`,
  );

const lakeDocument = ({ snapshot, tables }: LakeStatus) => ({ snapshot: snapshot?.id ?? null, tables });

const lakeText = ({ snapshot, tables }: LakeStatus): string =>
  snapshot === null
    ? 'The lake is empty: touchline import football-data <dir|url> fills it.'
    : [
        `Lake snapshot ${snapshot.id}`,
        textTable(
          ['table', 'rows'],
          tables.map(({ layer, table, rows }) => [`${layer}.${table}`, grouped(rows)]),
        ),
      ].join('\n');
