import path from 'node:path';
import { parseArgs } from 'node:util';
import { NativeConnection, Worker } from '@temporalio/worker';
import { quotaWait } from '../activities/quota-wait.js';
import { startPostgres } from '../adapters/embedded/postgres.js';
import { startTemporal } from '../adapters/embedded/temporal.js';
import { ensureTemporal } from '../adapters/embedded/tools/temporal.js';
import { activityLineage } from '../adapters/lineage/activity-lineage.js';
import { lineageOutbox } from '../adapters/lineage/outbox.js';
import { postgresSink } from '../adapters/lineage/postgres-sink.js';
import { createMeters } from '../adapters/metrics/meters.js';
import { attemptRecorder } from '../adapters/postgres/attempt-recorder.js';
import { migrate } from '../adapters/postgres/migrate.js';
import { openRolePools } from '../adapters/postgres/role-pools.js';
import { roleUrls } from '../adapters/postgres/roles.js';
import type { Computed, Row } from '../adapters/postgres/row.js';
import { redactorOfConfig } from '../adapters/redaction/redactor.js';
import { connectToTemporal } from '../adapters/temporal/connect.js';
import { installRuntimeLogging } from '../adapters/temporal/runtime-logging.js';
import { taskMeter } from '../adapters/temporal/task-meter.js';
import { runWorkers } from '../adapters/temporal/workers.js';
import { projectRoot, readConfig } from '../config.js';
import { InvariantBroken } from '../schemas/errors.js';
import type { TaskQueue } from '../schemas/jobs/task-queues.js';
import { makeTestFolder } from '../test/support/folder.js';
import { layerActivities, layerLineage } from './support/layered-job-activities.js';
import { bundleLayeredJob, ourInterceptors } from './support/layered-job-bundle.js';
import { machine, revision } from './support/machine.js';

/**
 * What our own costs on top of Temporal: a job of twenty activities that do nothing, in five layers, through our worker (attempt log,
 * metrics, lineage kept in Postgres, redaction, the workflows' failure log) against the same on a worker of the bare SDK, on the same dev
 * server, in turns. Limit: 1.3 times the median.
 *
 *   node --import tsx bench/overhead.ts [--rounds 60]
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '60' } } });
const rounds = Number(values.rounds);
const limit = 1.3;
const warmUps = 10;
const eventsOfJob = 40;
const concurrency = 4;
const queues = { ours: 'default', bare: 'bare' } as const satisfies { ours: TaskQueue; bare: string };
type Side = keyof typeof queues;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const quantile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * share)] ?? NaN;

const place = await makeTestFolder();
const home = place.path;
const redactor = redactorOfConfig(readConfig);
const log = installRuntimeLogging('warn', redactor);
const config = readConfig();
const postgres = await startPostgres({ home, binaries: config.postgresBinaries });
const temporal = await startTemporal({ home, program: await ensureTemporal(config), namespace: 'bench' });
const where = { address: temporal.address, namespace: 'bench' };
const pools = openRolePools(roleUrls(postgres.url, undefined), { processName: 'bench', max: 4 });
const stopping = new AbortController();
try {
  await migrate(postgres.url);
  const { pool, db } = pools.writer;
  const outbox = lineageOutbox({ sink: postgresSink(pool), log });
  let ready: () => void = () => undefined;
  const polling = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const ours = runWorkers(
    {
      ...{ place: where, queues: [queues.ours], activities: layerActivities, concurrency, redactor, log },
      workflowBundlePath: await bundleLayeredJob(path.join(home, 'ours.js'), ourInterceptors),
      attempts: attemptRecorder(db, redactor),
      tasks: taskMeter(createMeters()),
      quotaWait,
      lineage: activityLineage(layerLineage, { outbox, redactor, log }),
    },
    stopping.signal,
    () => {
      ready();
    },
  );
  const connection = await NativeConnection.connect({ address: where.address });
  const bareWorker = await Worker.create({
    ...{ connection, namespace: where.namespace, taskQueue: queues.bare, activities: layerActivities },
    workflowBundle: { codePath: await bundleLayeredJob(path.join(home, 'bare.js'), []) },
    ...{ maxCachedWorkflows: 50, maxConcurrentActivityTaskExecutions: concurrency },
  });
  const bare = bareWorker.run();
  const temporalClient = await connectToTemporal(where);
  const { client } = temporalClient;
  try {
    await Promise.race([polling, ours]);
    const seconds: Record<Side, number[]> = { ours: [], bare: [] };
    let traced = 0;
    const stored = async (): Promise<number> => {
      const { rows } = await pool.query<Row<{ events: Computed<number> }>>(
        'select count(*) as events from lineage_events',
      );
      return rows[0]?.events ?? 0;
    };
    const run = async (side: Side, round: number): Promise<void> => {
      const startedAt = performance.now();
      const job = { workflowId: `${side}-${round}`, taskQueue: queues[side], args: [] };
      if ((await client.workflow.execute('layeredJob', job)) !== 150) {
        throw new InvariantBroken('The job answered nonsense', { object: job.workflowId });
      }
      if (round >= 0) seconds[side].push((performance.now() - startedAt) / 1_000);
      // What is still on its way to Postgres must not slow the other side.
      if (side === 'ours') traced += eventsOfJob;
      while ((await stored()) < traced);
    };
    for (let round = -warmUps; round < rounds; round += 1) {
      for (const side of round % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)) {
        await run(side, round);
      }
    }
    const medians = { ours: quantile(seconds.ours, 0.5), bare: quantile(seconds.bare, 0.5) };
    const ratio = medians.ours / medians.bare;
    const figures = (side: Side): string =>
      `median ${medians[side].toFixed(3)} s, quartiles ${quantile(seconds[side], 0.25).toFixed(3)} to ${quantile(seconds[side], 0.75).toFixed(3)} s`;
    say(`machine  ${machine()}`);
    say(`code     ${revision(projectRoot)}`);
    say(`command  node --import tsx bench/overhead.ts --rounds ${rounds}`);
    say(`bare     ${figures('bare')}`);
    say(`ours     ${figures('ours')}; ${await stored()} lineage events stored of ${traced}`);
    say(`ratio    ${ratio.toFixed(2)} (limit ${limit})`);
    process.exitCode = ratio <= limit ? 0 : 1;
  } finally {
    stopping.abort();
    bareWorker.shutdown();
    await Promise.all([ours, bare, temporalClient.close()]);
    await outbox.close();
    await connection.close();
  }
} finally {
  await pools.close();
  await temporal.stop();
  await postgres.stop();
  await place.remove();
}
