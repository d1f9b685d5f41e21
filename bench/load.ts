import path from 'node:path';
import { parseArgs } from 'node:util';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type pg from 'pg';
import { createCollectFilesActivities } from '../activities/collect-files.js';
import { createRefineBronzeActivities } from '../activities/refine-bronze.js';
import { startPostgres } from '../adapters/embedded/postgres.js';
import { migrate } from '../adapters/postgres/migrate.js';
import { createMeters } from '../adapters/metrics/meters.js';
import { openDatabase, type OpenDatabase } from '../adapters/postgres/open-database.js';
import { redactor } from '../adapters/redaction/redactor.js';
import { providersOf } from '../adapters/providers/registry.js';
import { projectRoot } from '../config.js';
import { instant, instantFromIso } from '../schemas/values.js';
import { writeFootballData } from '../simulator/football-data/folder.js';
import { createLeague } from '../simulator/league/league.js';
import { copyBronze, emptyBronze, emptyBronzePlain, loadBronze, readBronze } from './support/bronze-load.js';
import { makeTestFolder } from '../test/support/folder.js';
import { machine, revision } from './support/machine.js';
import { copySilver, emptySilver, emptySilverPlain, loadSilver, readSilver } from './support/silver-load.js';

/**
 * How fast rows reach the real tables, against bare COPY of the very rows that an import of the files made, in one run. Two peers:
 * COPY straight into the finished tables (their keys, indexes, triggers and partitions, but no look-up, no second load), which is the
 * limit that the database sets, and COPY into plain tables without any key. Ours and both peers on one session each; ours also on
 * two, as a job loads. Emptying the tables is not measured. Limit: 40 % of COPY into the finished tables, one session against one.
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
  const nowhere = { url: undefined, key: undefined };
  const providers = providersOf({ apiFootball: nowhere, oddsApi: nowhere, scoresApi: nowhere }, () =>
    instant(Date.now()),
  );
  const collect = createCollectFilesActivities({
    pool,
    db,
    providers,
    redactor,
    meters: createMeters(),
    budgets: [],
  });
  const refine = createRefineBronzeActivities({ pool, adminPool: pool, providers });
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

interface Layer {
  readonly name: string;
  readonly rows: number;
  readonly empty: () => Promise<void>;
  /** In the order in which they are timed; the tables are emptied before each. */
  readonly runs: Readonly<Record<Run, () => Promise<void>>>;
}

const runNames = ['plain', 'finished', 'ours', 'job'] as const;
type Run = (typeof runNames)[number];
const descriptions: Readonly<Record<Run, string>> = {
  plain: 'bare COPY into plain tables',
  finished: 'bare COPY into the finished tables',
  ours: 'ours, one session',
  job: 'ours, two sessions as a job loads',
};
const limit = 0.4;

/** All in turns, so that a slow minute of the machine meets each. Compares the medians; true where the limit holds. */
async function measure({ name, rows, empty, runs }: Layer): Promise<boolean> {
  const times: Record<Run, number[]> = { plain: [], finished: [], ours: [], job: [] };
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const run of runNames) {
      await empty();
      times[run].push(await seconds(runs[run]));
    }
  }
  const [plain, finished] = [median(times.plain), median(times.finished)];
  say(`${name}: ${rows} rows`);
  for (const run of runNames) {
    const time = median(times[run]);
    const share = (peer: number): string => `${Math.round((peer / time) * 100)} %`.padStart(5);
    say(
      `  ${descriptions[run].padEnd(36)}${time.toFixed(2).padStart(7)} s ${String(Math.round(rows / time / 1000)).padStart(5)}k rows/s  ${share(finished)} of COPY into finished, ${share(plain)} of COPY into plain tables`,
    );
  }
  return finished / median(times.ours) >= limit;
}

async function layers(client: pg.PoolClient, second: pg.PoolClient): Promise<readonly Layer[]> {
  const bronze = await readBronze(client);
  const silver = await readSilver(client);
  say(`rows     ${silver.odds} of silver's are odds`);
  return [
    // Silver first: emptying bronze empties what refers to it.
    {
      name: 'silver',
      rows: silver.rows,
      empty: async () => {
        await emptySilver(client);
        await emptySilverPlain(client);
      },
      runs: {
        plain: () => copySilver(client, silver, 'plain'),
        finished: () => copySilver(client, silver, 'finished'),
        ours: () => loadSilver([client], silver),
        job: () => loadSilver([client, second], silver),
      },
    },
    {
      name: 'bronze',
      rows: bronze.reduce((sum, { rows }) => sum + rows.length, 0),
      empty: async () => {
        await emptyBronze(client);
        await emptyBronzePlain(client);
      },
      runs: {
        plain: () => copyBronze(client, bronze, 'plain'),
        finished: () => copyBronze(client, bronze, 'finished'),
        ours: () => loadBronze([client], bronze),
        job: () => loadBronze([client, second], bronze),
      },
    },
  ];
}

const place = await makeTestFolder();
const folder = place.path;
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
      for (const layer of await layers(client, second)) holds = (await measure(layer)) && holds;
      say(
        `${holds ? 'holds' : 'DOES NOT HOLD'}: bronze and silver each at 40 % or more of bare COPY into the finished tables, one session against one`,
      );
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
  await place.remove();
}
