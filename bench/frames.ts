import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { pointInTimeFrame } from '../adapters/lake/frames/point-in-time.js';
import { readRows } from '../adapters/lake/rows.js';
import { quoteText } from '../adapters/lake/sql-text.js';
import { projectRoot } from '../config.js';
import type { FrameReference } from '../schemas/features/compiled-frame.js';
import { makeTestFolder } from '../test/support/folder.js';
import { machine, revision } from './support/machine.js';

/**
 * A frame of 200,000 teams and instants, joined with two million rows of features (20,000 teams at 100 instants each) as they were known then, Parquet in and out,
 * beside an as-of join of DuckDB that is written by hand for these files. Each run is a process of its own, in turns. Limits: twice the median time of the join by
 * hand, 500 MB, and the very same rows.
 *
 *   node --import tsx bench/frames.ts [--entities 200000] [--teams 20000] [--instants 100] [--rounds 7]
 */
const { values } = parseArgs({
  options: {
    entities: { type: 'string', default: '200000' },
    teams: { type: 'string', default: '20000' },
    instants: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '7' },
    run: { type: 'string' },
    folder: { type: 'string', default: '' },
  },
});
const most = { times: 2, megabytes: 500 };
const names = ['wins', 'draws', 'losses', 'goals_for', 'goals_against', 'points', 'rate', 'elo'];

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

async function withDuckDb<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    await connection.run("set TimeZone = 'UTC'");
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Features by the week, and entities at any instant; a tenth of them asks before anything was known, another about a team that there is not. */
const makeFiles = (folder: string): Promise<void> =>
  withDuckDb(async (connection) => {
    const [teams, instants, entities] = [values.teams, values.instants, values.entities].map(Number);
    await connection.run('select setseed(0.5)');
    await connection.run(
      `copy (
         select t.team_id::bigint as team_id, timestamptz '2020-01-01' + i.n * interval '7 days' + (t.team_id % 10080) * interval '1 minute' as cutoff,
           t.team_id * 1000 + i.n as match_id, (t.team_id * 31 + i.n) % 6 as wins, (t.team_id + i.n) % 6 as draws, i.n % 6 as losses,
           (t.team_id * 7 + i.n) % 15 as goals_for, (t.team_id * 3 + i.n) % 15 as goals_against, (t.team_id + 2 * i.n) % 16 as points,
           ((t.team_id * 31 + i.n) % 6) / 5 as rate, 1500 + ((t.team_id * 13 + i.n * 17) % 600) / 2.0 as elo
         from range(${teams ?? 0}) t (team_id) cross join range(${instants ?? 0}) i (n)
       ) to ${quoteText(path.join(folder, 'features.parquet'))} (format parquet)`,
    );
    await connection.run(
      `copy (
         select n as place, (random() * ${teams ?? 0} * 1.1)::bigint as team_id,
           timestamptz '2019-10-01' + to_seconds((random() * ${(instants ?? 0) * 7 + 90} * 86400)::bigint) as event_timestamp
         from range(${entities ?? 0}) e (n)
       ) to ${quoteText(path.join(folder, 'entities.parquet'))} (format parquet)`,
    );
  });

const ttlHours = 7 * 24;
const reference: FrameReference = {
  source: { table: 'features', key: 'team_id', knownAt: 'cutoff', lastBy: ['match_id'] },
  ...{ ttlHours, entityColumn: 'team_id' },
  features: names.map((name) => ({
    name,
    type: name === 'rate' || name === 'elo' ? 'float64' : 'int64',
    as: name,
  })),
};

const ours = (folder: string): Promise<unknown> =>
  withDuckDb((connection) =>
    pointInTimeFrame(
      connection,
      {
        file: path.join(folder, 'entities.parquet'),
        out: path.join(folder, 'ours.parquet'),
        references: [reference],
      },
      { relationOf: () => `read_parquet(${quoteText(path.join(folder, 'features.parquet'))})`, matches: '' },
    ),
  );

const byHand = (folder: string): Promise<unknown> =>
  withDuckDb((connection) =>
    connection.run(
      `copy (
         select e.*, ${names.map((name) => `if(e.event_timestamp <= f.cutoff + interval '${ttlHours} hours', f.${name}, null) as ${name}`).join(', ')}
         from read_parquet(${quoteText(path.join(folder, 'entities.parquet'))}) e
         asof left join read_parquet(${quoteText(path.join(folder, 'features.parquet'))}) f
           on f.team_id = e.team_id and e.event_timestamp >= f.cutoff
         order by e.place
       ) to ${quoteText(path.join(folder, 'by-hand.parquet'))} (format parquet)`,
    ),
  );

const Run = z.object({ seconds: z.number(), megabytes: z.number() });

if (values.run !== undefined) {
  const began = performance.now();
  await (values.run === 'ours' ? ours : byHand)(values.folder);
  say(
    JSON.stringify({
      seconds: (performance.now() - began) / 1_000,
      megabytes: process.resourceUsage().maxRSS / 1_024,
    }),
  );
} else {
  const place = await makeTestFolder();
  try {
    await makeFiles(place.path);
    say(`machine  ${machine()}`);
    say(`code     ${revision(projectRoot)}`);
    say(`command  node --import tsx bench/frames.ts ${process.argv.slice(2).join(' ')}`);
    const sizes = await Promise.all(
      ['entities', 'features'].map(
        async (name) => (await stat(path.join(place.path, `${name}.parquet`))).size / 1e6,
      ),
    );
    say(
      `data     ${values.entities} rows of entities (${sizes[0]?.toFixed(1) ?? ''} MB), ${Number(values.teams) * Number(values.instants)} of features (${sizes[1]?.toFixed(1) ?? ''} MB)`,
    );
    const told = new Map<string, z.infer<typeof Run>[]>([
      ['by hand', []],
      ['ours', []],
    ]);
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (const [name, runs] of told) {
        const { stdout } = await promisify(execFile)(
          process.execPath,
          [
            '--import',
            'tsx',
            path.join(projectRoot, 'bench', 'frames.ts'),
            '--run',
            name,
            '--folder',
            place.path,
          ],
          { cwd: projectRoot },
        );
        runs.push(Run.parse(JSON.parse(stdout)));
      }
    }
    const of = (name: string): z.infer<typeof Run> => ({
      seconds: median((told.get(name) ?? []).map(({ seconds }) => seconds)),
      megabytes: Math.max(...(told.get(name) ?? []).map(({ megabytes }) => megabytes)),
    });
    for (const name of told.keys())
      say(
        `${name.padEnd(8)} median ${of(name).seconds.toFixed(2)} s, ${of(name).megabytes.toFixed(0)} MB at most`,
      );
    const digests = await withDuckDb(async (connection) =>
      Promise.all(
        ['by-hand', 'ours'].map(async (name) => {
          const file = path.join(place.path, `${name}.csv`);
          await connection.run(
            `copy (select * from read_parquet(${quoteText(path.join(place.path, `${name}.parquet`))})) to ${quoteText(file)}`,
          );
          return createHash('sha256')
            .update(await readFile(file))
            .digest('hex');
        }),
      ),
    );
    const [known] = await withDuckDb((connection) =>
      readRows(
        connection,
        `select count(*)::integer as rows, count(wins)::integer as known from read_parquet(${quoteText(path.join(place.path, 'ours.parquet'))})`,
      ),
    );
    const { rows, known: withFeatures } = z.object({ rows: z.number(), known: z.number() }).parse(known);
    const times = of('ours').seconds / of('by hand').seconds;
    const isSame = digests[0] === digests[1] && rows === Number(values.entities);
    say(
      `rows     ${rows}, ${withFeatures} with features; ${isSame ? 'the same as by hand' : 'NOT the same as by hand'}`,
    );
    const holds = isSame && times <= most.times && of('ours').megabytes <= most.megabytes;
    say(
      `${holds ? 'holds' : 'DOES NOT HOLD'}: ${times.toFixed(2)} times the join by hand (limit ${most.times}), ${of('ours').megabytes.toFixed(0)} MB (limit ${most.megabytes})`,
    );
    process.exitCode = holds ? 0 : 1;
  } finally {
    await place.remove();
  }
}
