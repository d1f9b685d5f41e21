import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type pg from 'pg';
import { createCollectFilesActivities } from '../activities/collect-files.js';
import { createRefineBronzeActivities } from '../activities/refine-bronze.js';
import { startPostgres } from '../adapters/embedded/postgres.js';
import { migrate } from '../adapters/postgres/migrate.js';
import { openDatabase, type OpenDatabase } from '../adapters/postgres/open-database.js';
import { providers } from '../adapters/providers/registry.js';
import { projectRoot } from '../config.js';
import { instantFromIso } from '../schemas/values.js';
import { writeFootballData } from '../simulator/football-data/folder.js';
import { createLeague } from '../simulator/league/league.js';
import {
  emptyBronze,
  emptyBronzeBare,
  loadBronze,
  loadBronzeBare,
  readBronze,
} from './support/bronze-load.js';
import { machine, revision } from './support/machine.js';
import {
  emptySilver,
  emptySilverBare,
  loadSilver,
  loadSilverBare,
  readSilver,
} from './support/silver-load.js';

/**
 * How fast rows reach the real tables (stage, then INSERT into partitions with their keys, indexes and foreign keys) against one bare
 * COPY stream of the same rows, all their columns, into plain tables, in one run. The rows are those that an import of the files
 * made. Silver is loaded as the job does it, two batches side by side; one session alone is printed beside it. Emptying
 * the tables is not measured. Limit: 40 % of bare COPY for bronze and for silver.
 *
 *   node --import tsx bench/load.ts [--seasons 5] [--rounds 3] [--data <folder>]
 */
const { values } = parseArgs({
  options: {
    seasons: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    data: { type: 'string' },
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function filesIn(folder: string): Promise<string> {
  if (values.data !== undefined) return path.resolve(projectRoot, values.data);
  const now = instantFromIso('2024-06-01T00:00:00Z');
  const leagues = ['E0', 'D1', 'I1', 'SP1'].map((code) =>
    createLeague({ seed: 1, now, code, seasons: Number(values.seasons) }),
  );
  const directory = path.join(folder, 'files');
  await writeFootballData({ directory, leagues });
  return directory;
}

/** Brings the files to silver by the activities themselves. */
async function importFiles(location: string, { pool, db }: OpenDatabase): Promise<void> {
  const environment = new MockActivityEnvironment(undefined, { logger: new DefaultLogger('WARN') });
  const inActivity = <T>(work: () => Promise<T>): Promise<T> =>
    environment.run<[], T, () => Promise<T>>(work);
  const collect = createCollectFilesActivities({ pool, db, providers });
  const refine = createRefineBronzeActivities({ pool, providers });
  const { files } = await inActivity(() =>
    collect.listSourceFiles({ dataSource: 'football_data', location }),
  );
  for (const file of files) {
    const runId = `bench/${file.uri}`;
    await inActivity(() => collect.collectFile({ file, runId, reading: 'if-changed' }));
  }
  await inActivity(() => refine.prepareSilver({}));
  while ((await inActivity(() => refine.refineBatch({ limit: 2_000 }))).claimed > 0);
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

interface Contest {
  readonly name: string;
  readonly rows: number;
  /** Undefined where the contest is for information. */
  readonly limit: number | undefined;
  readonly empty: () => Promise<void>;
  readonly ours: () => Promise<void>;
  readonly bare: () => Promise<void>;
}

/** Bare and ours in turns, so that a slow minute of the machine meets both. Compares the medians; true where the limit holds. */
async function measure({ name, rows, limit, empty, ours, bare }: Contest): Promise<boolean> {
  const times: { readonly ours: number; readonly bare: number }[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    await empty();
    times.push({ bare: await seconds(bare), ours: await seconds(ours) });
  }
  const oursMedian = median(times.map((time) => time.ours));
  const bareMedian = median(times.map((time) => time.bare));
  const rate = (time: number): string => `${Math.round(rows / time / 1000)}k rows/s`;
  const ratio = bareMedian / oursMedian;
  say(
    `${name.padEnd(20)} ${rows} rows: ours ${oursMedian.toFixed(2)} s (${rate(oursMedian)}), bare COPY ${bareMedian.toFixed(2)} s (${rate(bareMedian)}): ${Math.round(ratio * 100)} %`,
  );
  return limit === undefined || ratio >= limit;
}

async function contests(client: pg.PoolClient, second: pg.PoolClient): Promise<readonly Contest[]> {
  const bronze = await readBronze(client);
  const silver = await readSilver(client);
  const silverContest = (name: string, sessions: readonly pg.PoolClient[], limit?: number): Contest => ({
    name,
    rows: silver.rows,
    limit,
    empty: async () => {
      await emptySilver(client);
      await emptySilverBare(client);
    },
    ours: () => loadSilver(sessions, silver),
    bare: () => loadSilverBare(client, silver),
  });
  const bronzeContest = (name: string, sessions: readonly pg.PoolClient[], limit?: number): Contest => ({
    name,
    rows: bronze.reduce((sum, { rows }) => sum + rows.length, 0),
    limit,
    empty: async () => {
      await emptyBronze(client);
      await emptyBronzeBare(client);
    },
    ours: () => loadBronze(sessions, bronze),
    bare: () => loadBronzeBare(client, bronze),
  });
  say(`rows     ${silver.odds} of silver's are odds`);
  return [
    // Silver first: emptying bronze empties what refers to it.
    silverContest('silver, one session', [client], 0.4),
    silverContest('silver, as the job', [client, second]),
    bronzeContest('bronze, one session', [client], 0.4),
    bronzeContest('bronze, as the job', [client, second]),
  ];
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'touchline-load-'));
try {
  const location = await filesIn(folder);
  say(`machine  ${machine()}`);
  say(`code     ${revision(projectRoot)}`);
  say(`data     ${values.data ?? `simulated: 4 leagues, ${values.seasons} seasons`}`);
  say(`command  node --import tsx bench/load.ts ${process.argv.slice(2).join(' ')}`.trimEnd());
  const server = await startPostgres({ home: path.join(folder, 'home') });
  const database = openDatabase(server.url, { applicationName: 'bench', max: 4 });
  try {
    await migrate(server.url);
    await importFiles(location, database);
    const client = await database.pool.connect();
    const second = await database.pool.connect();
    try {
      let holds = true;
      for (const contest of await contests(client, second)) holds = (await measure(contest)) && holds;
      say(`${holds ? 'holds' : 'DOES NOT HOLD'}: bronze and silver each at 40 % of bare COPY or more`);
      process.exitCode = holds ? 0 : 1;
    } finally {
      client.release();
      second.release();
    }
  } finally {
    await database.db.destroy();
    await server.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
