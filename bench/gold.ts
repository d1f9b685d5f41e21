import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { computeModels, dropModels, type GoldBuild } from '../adapters/lake/gold-compute.js';
import { readRows } from '../adapters/lake/rows.js';
import { quoteText } from '../adapters/lake/sql-text.js';
import { projectRoot } from '../config.js';
import { silverTables } from '../schemas/tables/silver.js';
import { realFiles } from '../test/data/real-files.js';
import { makeTestFolder } from '../test/support/folder.js';
import { goldOfTheHouse, madeOf } from '../test/support/gold-duckdb.js';
import { openTestLake } from '../test/support/lake.js';
import { startTestPostgres } from '../test/support/postgres.js';
import { machine, revision } from './support/machine.js';

/**
 * How fast gold is made of clean Parquet, in memory, by two threads: form, meetings and prices of every match (FEAT-5, 6, 7), beside a plain Polars script of the
 * same, which knows nothing of known times, and the same in plain SQL, which is the least that DuckDB takes; all of gold with its ratings and checks; and all of it of ten times the matches. Files of football-data.co.uk come to
 * silver first and are exported; that is not measured. Limits: 1.5 times Polars, 5 s a hundred thousand matches, 11 times for ten times the matches.
 *
 *   node --import tsx bench/gold.ts [--divisions E0,E1,E2,E3,EC,D1,I1,SP1,F1] [--rounds 5] [--times 10] [--polars 1.35.2]
 */
const { values } = parseArgs({
  options: {
    divisions: { type: 'string', default: 'E0,E1,E2,E3,EC,D1,I1,SP1,F1' },
    rounds: { type: 'string', default: '5' },
    times: { type: 'string', default: '10' },
    polars: { type: 'string', default: '1.35.2' },
  },
});
const rounds = Number(values.rounds);
const times = Number(values.times);
const most = { peer: 1.5, secondsPerHundredThousand: 5, growth: 1.1 };
const threads = 2;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
const run = promisify(execFile);

/** Brings the files to silver and exports it. */
async function exportSilver(folder: string): Promise<string> {
  const postgres = await startTestPostgres();
  try {
    const lake = await openTestLake(postgres.url, folder);
    try {
      for (const file of await lake.house.list(realFiles, 'football_data', {
        divisions: values.divisions.split(','),
      }))
        await lake.house.collectFile({ file, runId: 'bench/collect', reading: 'if-changed' });
      await lake.house.refine({ sideBySide: 2 });
      await lake.publish('bench/publish');
      const exported = path.join(folder, 'export');
      await lake.lake.exportParquet(exported);
      return exported;
    } finally {
      await lake.close();
    }
  } finally {
    await postgres.stop();
  }
}

/** DuckDB in memory, with silver read from the export, so many times over: each copy is of other leagues, teams and matches. */
async function openSilver(exported: string, copies: number): Promise<DuckDBConnection> {
  // The order of rows that none asks for is not kept, as in every session of the lake (adapters/lake/duckdb.ts).
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    preserve_insertion_order: 'false',
  });
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  await connection.run('create schema silver');
  const shifted = new Set([
    'id',
    'match_id',
    'league_id',
    'home_team_id',
    'away_team_id',
    'raw_id',
    'edition_id',
  ]);
  for (const { name, columns } of silverTables) {
    const select = columns.map((column) =>
      copies > 1 && shifted.has(column.name)
        ? `(${column.name} + copy * 100000000)::${column.type === 'INTEGER' ? 'integer' : column.type} as ${column.name}`
        : column.name,
    );
    const from = `read_parquet(${quoteText(path.join(exported, 'silver', name, '**', '*.parquet'))}, hive_partitioning = false)`;
    await connection.run(
      copies === 1
        ? `create view silver.${name} as select ${select.join(', ')} from ${from}`
        : `create table silver.${name} as select ${select.join(', ')} from ${from} cross join range(${name === 'source_precedence' ? 1 : copies}) as c (copy)`,
    );
  }
  return connection;
}

/** Seconds of each model, by its name, and of all together. */
async function build(connection: DuckDBConnection, gold: GoldBuild): Promise<Map<string, number>> {
  const seconds = new Map<string, number>();
  let begun: { readonly name: string; readonly at: number } | undefined;
  const end = (): void => {
    if (begun !== undefined) seconds.set(begun.name, (performance.now() - begun.at) / 1_000);
  };
  try {
    await computeModels(connection, {
      ...gold,
      onModel: (name) => {
        end();
        begun = { name, at: performance.now() };
      },
    });
    end();
    return seconds;
  } finally {
    await dropModels(connection, gold.models);
  }
}
const sum = (seconds: ReadonlyMap<string, number>): number =>
  [...seconds.values()].reduce((total, one) => total + one, 0);

/** Seconds of the three in plain SQL, without known times. */
async function plainSeconds(connection: DuckDBConnection): Promise<number> {
  const sql = await readFile(path.join(projectRoot, 'bench', 'peers', 'gold_duckdb.sql'), 'utf8');
  const began = performance.now();
  await connection.run(sql);
  const seconds = (performance.now() - began) / 1_000;
  for (const table of ['plain_matches', 'plain_form', 'plain_meetings', 'plain_odds'])
    await connection.run(`drop table temp.${table}`);
  return seconds;
}

/** Several builds in turns; the one of median length. */
async function medianBuild(
  connection: DuckDBConnection,
  gold: GoldBuild,
  count: number,
): Promise<Map<string, number>> {
  const builds: Map<string, number>[] = [];
  for (let round = 0; round < count; round += 1) builds.push(await build(connection, gold));
  return (
    builds.toSorted((a, b) => sum(a) - sum(b))[Math.floor(builds.length / 2)] ?? new Map<string, number>()
  );
}

const Polars = z.object({ seconds: z.number(), form: z.number(), h2h: z.number(), odds: z.number() });

const place = await makeTestFolder();
try {
  say(`machine  ${machine()}`);
  say(`code     ${revision(projectRoot)}`);
  say(`command  node --import tsx bench/gold.ts ${process.argv.slice(2).join(' ')}`);
  const venv = path.join(place.path, 'venv');
  await run('python3', ['-m', 'venv', venv]);
  const python = path.join(venv, 'bin', 'python');
  await run(python, ['-m', 'pip', 'install', '--quiet', `polars==${values.polars}`]);
  const exported = await exportSilver(place.path);
  const answer = path.join(place.path, 'polars');
  await mkdir(answer);
  const connection = await openSilver(exported, 1);
  const [counted] = await readRows(
    connection,
    'select (select count(*) from silver.matches)::integer as matches, (select count(*) from silver.odds)::integer as odds',
  );
  const { matches, odds } = z.object({ matches: z.number(), odds: z.number() }).parse(counted);
  say(`data     ${values.divisions} of football-data.co.uk: ${matches} matches, ${odds} prices`);
  const gold = await goldOfTheHouse();

  const polars: number[] = [];
  const plain: number[] = [];
  const ours: number[] = [];
  const three = madeOf(gold, 'recent_form', 'head_to_head', 'odds_features');
  for (let round = 0; round < rounds; round += 1) {
    const { stdout } = await run(python, [
      path.join(projectRoot, 'bench', 'peers', 'gold_polars.py'),
      ...[exported, answer, String(threads)],
    ]);
    polars.push(Polars.parse(JSON.parse(stdout)).seconds);
    plain.push(await plainSeconds(connection));
    ours.push(sum(await build(connection, three)));
  }
  const peer = median(ours) / median(polars);
  say(
    `form, meetings, prices: ours ${median(ours).toFixed(2)} s, Polars ${values.polars} ${median(polars).toFixed(2)} s, plain SQL on DuckDB ${median(plain).toFixed(2)} s`,
  );

  const whole = await medianBuild(connection, gold, rounds);
  for (const [name, seconds] of whole) say(`  ${name.padEnd(18)} ${seconds.toFixed(2)} s`);
  const perHundredThousand = (sum(whole) * 100_000) / matches;
  say(
    `all of gold: ${sum(whole).toFixed(2)} s, ${perHundredThousand.toFixed(2)} s a hundred thousand matches`,
  );
  connection.closeSync();

  const many = await openSilver(exported, times);
  const large = await build(many, gold);
  many.closeSync();
  const growth = sum(large) / sum(whole);
  say(`of ${times} times the matches: ${sum(large).toFixed(2)} s, ${growth.toFixed(1)} times as long`);

  const holds =
    peer <= most.peer &&
    perHundredThousand <= most.secondsPerHundredThousand &&
    growth <= most.growth * times;
  say(
    `${holds ? 'holds' : 'DOES NOT HOLD'}: ${peer.toFixed(2)} times Polars (limit ${most.peer}), ${perHundredThousand.toFixed(2)} s a hundred thousand matches (limit ${most.secondsPerHundredThousand}), ${growth.toFixed(1)} times for ${times} times the matches (limit ${most.growth * times})`,
  );
  process.exitCode = holds ? 0 : 1;
} finally {
  await place.remove();
}
