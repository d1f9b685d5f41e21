import path from 'node:path';
import { parseArgs } from 'node:util';
import { createBuildGoldActivities } from '../activities/build-gold.js';
import { createCollectFilesActivities } from '../activities/collect-files.js';
import { createPublishSilverActivities } from '../activities/publish-silver.js';
import { keepHouseDescription } from '../activities/keep-description.js';
import { quotaWait } from '../activities/quota-wait.js';
import { createRefineBronzeActivities } from '../activities/refine-bronze.js';
import { createRefinePricesActivities } from '../activities/refine-prices.js';
import { startPostgres } from '../adapters/embedded/postgres.js';
import { startTemporal } from '../adapters/embedded/temporal.js';
import { ensureTemporal } from '../adapters/embedded/tools/temporal.js';
import { attemptRecorder } from '../adapters/postgres/attempt-recorder.js';
import type { Computed, Row } from '../adapters/postgres/row.js';
import { providersOf } from '../adapters/providers/registry.js';
import { redactorOfConfig } from '../adapters/redaction/redactor.js';
import { connectToTemporal } from '../adapters/temporal/connect.js';
import { installRuntimeLogging } from '../adapters/temporal/runtime-logging.js';
import { workflowBundle } from '../adapters/temporal/workflow-bundle.js';
import { runWorkers } from '../adapters/temporal/workers.js';
import { projectRoot, readConfig } from '../config.js';
import { InvariantBroken } from '../schemas/errors.js';
import { taskQueues } from '../schemas/jobs/task-queues.js';
import { instant } from '../schemas/values.js';
import { standInActivities } from '../scripts/histories/stand-ins.js';
import { writeFootballData } from '../simulator/football-data/folder.js';
import { createLeague } from '../simulator/league/league.js';
import { makeTestFolder } from '../test/support/folder.js';
import { openTestLake } from '../test/support/lake.js';
import { machine, revision } from './support/machine.js';
import { migratedDatabase } from './support/migrated-database.js';
import { noObservers, realObservers } from './support/observers.js';

/**
 * What metrics and lineage cost an import: the same files, each time to a new database and lake, by a worker with both and by one with
 * neither, in turns. The worker is this process. Limit: 1.03 times the median. What is counted of the house when Prometheus asks is not in it, nor is the description
 * of datasets and jobs, which is made once a release when the database is migrated; what that takes is told.
 *
 *   node --import tsx bench/observation.ts [--rounds 7] [--seasons 4]
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, seasons: { type: 'string', default: '4' } },
});
const [rounds, seasons] = [Number(values.rounds), Number(values.seasons)];
const limit = 1.03;
const sides = ['watched', 'alone'] as const;
type Side = (typeof sides)[number];

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

const place = await makeTestFolder();
const home = place.path;
const files = path.join(home, 'files');
const config = readConfig();
const redactor = redactorOfConfig(readConfig);
const log = installRuntimeLogging('error', redactor);
const providers = providersOf(config, () => instant(Date.now()));
const bundle = await workflowBundle(config);
const league = createLeague({ seed: 3, now: instant(Date.UTC(2026, 5, 1)), seasons });
await writeFootballData({ directory: files, leagues: [league] });

const postgres = await startPostgres({ home, binaries: config.postgresBinaries });
const temporal = await startTemporal({ home, program: await ensureTemporal(config), namespace: 'bench' });
const where = { address: temporal.address, namespace: 'bench' };

interface Measured {
  readonly seconds: number;
  /** Of this process, Postgres and Temporal not among it. */
  readonly cpuSeconds: number;
  readonly events: number;
  /** What describing datasets and jobs took, before. */
  readonly describedCpuSeconds: number;
}

/** Imports the files into a house of their own. */
async function importOnce(side: Side, round: number): Promise<Measured> {
  const name = `${side}_${round < 0 ? 'warm' : round}`;
  const lake = await openTestLake(await migratedDatabase(postgres.url, name), path.join(home, name));
  const { pools } = lake.house;
  const { pool, db } = pools.writer;
  const adminPool = pools.admin.pool;
  const observers = side === 'watched' ? realObservers(pools, redactor, log) : noObservers;
  const { meters, tasks, lineage } = observers;
  // As `up` and `init` do once the database is migrated; by both sides, that both begin from the same process.
  const before = process.cpuUsage();
  await keepHouseDescription(pool);
  const { user: described } = process.cpuUsage(before);
  const stopping = new AbortController();
  let ready: () => void = () => undefined;
  const polling = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const collecting = { pool, db, redactor, meters, budgets: config.budgets, published: new Set<never>() };
  const workers = runWorkers(
    {
      ...{ place: where, queues: taskQueues, workflowBundlePath: bundle, concurrency: 4, redactor, log },
      activities: standInActivities({
        ...createCollectFilesActivities({ ...collecting, providers }),
        ...createRefineBronzeActivities({ pool, adminPool, providers, meters }),
        ...createRefinePricesActivities({ pool, meters }),
        ...createPublishSilverActivities({ pool: adminPool, lake: lake.lake }),
        ...createBuildGoldActivities({ pool: adminPool, lake: lake.lake }),
      }),
      ...{ attempts: attemptRecorder(db, redactor), tasks, lineage, quotaWait },
    },
    stopping.signal,
    () => {
      ready();
    },
  );
  const temporalClient = await connectToTemporal(where);
  try {
    await Promise.race([polling, workers]);
    const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
    await temporalClient.client.workflow.execute('importHistory', {
      ...{ workflowId: name, taskQueue: 'default' },
      args: [{ dataSource: 'football_data', location: files, reading: 'if-changed' }],
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    await observers.close();
    const { user, system } = process.cpuUsage(cpuBefore);
    const { rows } = await pool.query<Row<{ events: Computed<number> }>>(
      'select count(*) as events from lineage_events',
    );
    return {
      ...{ seconds, cpuSeconds: (user + system) / 1e6, events: rows[0]?.events ?? 0 },
      describedCpuSeconds: described / 1e6,
    };
  } finally {
    stopping.abort();
    await workers;
    await temporalClient.close();
    await lake.close();
  }
}

try {
  const measured: Record<Side, Measured[]> = { watched: [], alone: [] };
  for (let round = -1; round < rounds; round += 1) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const one = await importOnce(side, round);
      if (side === 'watched' && one.events === 0)
        throw new InvariantBroken('The watched import told of nothing', { object: side });
      if (round >= 0) measured[side].push(one);
    }
  }
  const of = (side: Side, what: keyof Measured): number => median(measured[side].map((one) => one[what]));
  say(`machine  ${machine()}`);
  say(`code     ${revision(projectRoot)}`);
  say(`data     ${seasons} seasons of a league that never was`);
  say(`command  node --import tsx bench/observation.ts --rounds ${rounds} --seasons ${seasons}`);
  for (const side of sides)
    say(
      `${side.padEnd(8)} median ${of(side, 'seconds').toFixed(2)} s, ${of(side, 'cpuSeconds').toFixed(2)} s of this process's CPU, ${of(side, 'events')} lineage events`,
    );
  say(
    `describing datasets and jobs, once a release: ${of('watched', 'describedCpuSeconds').toFixed(2)} s of CPU`,
  );
  const ratio = of('watched', 'seconds') / of('alone', 'seconds');
  const ofCpu = of('watched', 'cpuSeconds') / of('alone', 'cpuSeconds');
  // Each round's watched import over its neighbour that was alone.
  const ofRounds = measured.watched
    .map(({ seconds }, round) => seconds / (measured.alone[round]?.seconds ?? NaN))
    .toSorted((a, b) => a - b);
  say(
    `ratio    ${ratio.toFixed(3)} (limit ${limit}), of the rounds ${ofRounds.map((one) => one.toFixed(3)).join(' ')}; of CPU ${ofCpu.toFixed(3)}`,
  );
  process.exitCode = ratio <= limit ? 0 : 1;
} finally {
  await temporal.stop();
  await postgres.stop();
  await place.remove();
}
