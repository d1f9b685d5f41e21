import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { startPostgres } from '../adapters/embedded/postgres.js';
import { materializedViews, refreshMaterializedView } from '../adapters/postgres/materialized-views.js';
import { migrate } from '../adapters/postgres/migrate.js';
import { openDatabase } from '../adapters/postgres/open-database.js';
import type { Computed, Row } from '../adapters/postgres/row.js';
import { readExample, viewExamples } from '../adapters/postgres/view-examples.js';
import { projectRoot } from '../config.js';
import { generateDatabase } from './support/generated-database.js';
import { machine, revision } from './support/machine.js';

/**
 * FIG-1 to FIG-4: what monthly partitions, the nine indexes and the materialised views do for a query, each against a peer in the same run: one
 * table without partitions and indexes, the same tables with index scans off, the query without the view over the same tables with
 * their indexes. Figures are medians; what counts is the ratio. There is no limit: the figures are reported, whatever they are.
 *
 *   node --import tsx bench/database.ts [--matches 1000000] [--quotes-per-match 10] [--months 48] [--runs 5]
 */
const { values } = parseArgs({
  options: {
    matches: { type: 'string', default: '1000000' },
    'quotes-per-match': { type: 'string', default: '10' },
    months: { type: 'string', default: '48' },
    runs: { type: 'string', default: '5' },
  },
});
const runs = Number(values.runs);

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

async function milliseconds(client: pg.ClientBase, text: string): Promise<number> {
  const startedAt = performance.now();
  await client.query(text);
  return performance.now() - startedAt;
}

/** One figure: ours and its peer, which are two texts, or one text with another setting of the planner. */
interface Contest {
  readonly name: string;
  readonly ours: string;
  readonly peer: string;
}

/** Ours and the peer in turns, so that a slow minute of the machine meets both. Returns the share of the time that is saved. */
async function measure(
  client: pg.ClientBase,
  { name, ours, peer }: Contest,
  around: (work: () => Promise<number>) => Promise<number> = (work) => work(),
): Promise<number> {
  const times: { readonly ours: number[]; readonly peer: number[] } = { ours: [], peer: [] };
  for (let run = 0; run < runs; run += 1) {
    times.peer.push(await around(() => milliseconds(client, peer)));
    times.ours.push(await milliseconds(client, ours));
  }
  const oursMs = median(times.ours);
  const peerMs = median(times.peer);
  say(
    `  ${name.padEnd(34)} ${peerMs.toFixed(1).padStart(9)} ms → ${oursMs.toFixed(1).padStart(8)} ms   ${(peerMs / oursMs).toFixed(1).padStart(8)} times   ${((1 - oursMs / peerMs) * 100).toFixed(1).padStart(6)} %`,
  );
  return 1 - oursMs / peerMs;
}

const month = `date_trunc('month', now()) - interval '12 months'`;
const inMonth = (column: string): string =>
  `${column} >= ${month} and ${column} < ${month} + interval '1 month'`;
const inWeek = (column: string): string =>
  `${column} >= ${month} + interval '7 days' and ${column} < ${month} + interval '14 days'`;

const partitioned = (name: string, text: (matches: string, odds: string) => string): Contest => ({
  name,
  ours: text('matches', 'odds'),
  peer: text('plain_matches', 'plain_odds'),
});

const partitionContests: readonly Contest[] = [
  partitioned(
    'matches of a month',
    (m) => `select count(*), avg(home_score) from ${m} where ${inMonth('match_time')}`,
  ),
  partitioned(
    'matches of a week',
    (m) => `select count(*), avg(home_score) from ${m} where ${inWeek('match_time')}`,
  ),
  partitioned(
    'quotes of a month',
    (_, o) => `select count(*), avg(home_odds) from ${o} where ${inMonth('collected_at')}`,
  ),
  partitioned(
    'matches and their quotes of a month',
    (m, o) =>
      `select count(*), avg(o.home_odds) from ${m} m join ${o} o on o.match_id = m.id
       where ${inMonth('m.match_time')} and ${inMonth('o.collected_at')}`,
  ),
  partitioned(
    'a month by bookmaker and market',
    (_, o) =>
      `select bookmaker, market_type, count(*), avg(home_odds), stddev_pop(home_odds) from ${o}
       where ${inMonth('collected_at')} group by 1, 2`,
  ),
];

/** A match in the middle, and its teams. */
interface ProbeColumns {
  readonly id: 'matches.id';
  readonly home: 'matches.home_team_id';
  readonly away: 'matches.away_team_id';
  readonly league: 'matches.league_id';
  readonly season: 'matches.season';
}

const indexContests = ({ id, home, away, league, season }: Row<ProbeColumns>): readonly Contest[] =>
  (
    [
      [
        'time and status',
        `select id from matches where match_time >= now() - interval '2 days' and match_time < now() and match_status = 'completed'`,
      ],
      [
        'home and away history of a team',
        `select id from matches where home_team_id = ${home} union all select id from matches where away_team_id = ${home}`,
      ],
      [
        'a league in a season',
        `select count(*) from matches where league_id = ${league} and season = '${season}'`,
      ],
      [
        'odds history of a match and book',
        `select * from odds where match_id = ${id} and bookmaker = 'book 1' order by collected_at`,
      ],
      ['latest odds', `select * from odds where collected_at <= now() order by collected_at desc limit 50`],
      ['one market of a match', `select * from odds where match_id = ${id} and market_type = '1x2'`],
      [
        'features of a match',
        `select * from features where match_id = (select max(match_id) from features) and team_id > 0`,
      ],
      [
        'latest features of a team',
        `select * from features where team_id = ${home} order by created_at desc limit 5`,
      ],
      [
        'head-to-head of two teams',
        `select * from matches where (home_team_id = ${home} and away_team_id = ${away})
           or (home_team_id = ${away} and away_team_id = ${home}) order by match_time desc limit 10`,
      ],
    ] as const
  ).map(([name, text]) => ({ name, ours: text, peer: text }));

async function withoutIndexes(client: pg.ClientBase, work: () => Promise<number>): Promise<number> {
  const scans = ['indexscan', 'indexonlyscan', 'bitmapscan'];
  for (const scan of scans) await client.query(`set enable_${scan} = off`);
  try {
    return await work();
  } finally {
    for (const scan of scans) await client.query(`reset enable_${scan}`);
  }
}

/** Queries a second over so many sessions, for a while. */
async function rate(pool: pg.Pool, sessions: number, text: () => string): Promise<number> {
  const until = performance.now() + 5_000;
  const startedAt = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: sessions }, async () => {
      const client = await pool.connect();
      try {
        while (performance.now() < until) {
          await client.query(text());
          done += 1;
        }
      } finally {
        client.release();
      }
    }),
  );
  return (done * 1000) / (performance.now() - startedAt);
}

async function size(client: pg.ClientBase, table: string, measure: string): Promise<number> {
  const { rows } = await client.query<Row<{ bytes: Computed<number> }>>(
    `select sum(${measure}(relid))::bigint as bytes from pg_partition_tree($1::regclass)
     union all select ${measure}($1::regclass) order by bytes desc nulls last limit 1`,
    [table],
  );
  return rows[0]?.bytes ?? 0;
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'touchline-database-'));
await chmod(folder, 0o711);
try {
  say(`machine  ${machine()}`);
  say(`code     ${revision(projectRoot)}`);
  say(
    `data     generated: ${values.matches} matches of ${values.months} months, ${values['quotes-per-match']} quotes each`,
  );
  say(`command  node --import tsx bench/database.ts ${process.argv.slice(2).join(' ')}`.trimEnd());
  const server = await startPostgres({ home: folder, settings: { fsync: 'off', max_wal_size: '8GB' } });
  const { pool, db } = openDatabase(server.url, { applicationName: 'bench', max: 10 });
  try {
    await migrate(server.url);
    const client = await pool.connect();
    try {
      const startedAt = performance.now();
      await generateDatabase(
        client,
        pool,
        {
          matches: Number(values.matches),
          quotesPerMatch: Number(values['quotes-per-match']),
          months: Number(values.months),
        },
        say,
      );
      say(`generated in ${Math.round((performance.now() - startedAt) / 1000)} s`);

      say('\nFIG-1  one table without partitions and indexes → monthly partitions');
      const gains: number[] = [];
      for (const contest of partitionContests) gains.push(await measure(client, contest));
      say('       the same, with an index on the time in the one table');
      await client.query(
        'create index on plain_matches (match_time); create index on plain_odds (collected_at)',
      );
      for (const contest of partitionContests) await measure(client, contest);

      say('\nFIG-2  index scans off → on');
      const { rows } = await client.query<Row<ProbeColumns>>(
        `select id, home_team_id as home, away_team_id as away, league_id as league, season from matches
         where ${inMonth('match_time')} order by id limit 1`,
      );
      const [probe] = rows;
      if (probe === undefined) throw new Error('No match lies in the month that is asked for');
      for (const contest of indexContests(probe)) {
        gains.push(await measure(client, contest, (work) => withoutIndexes(client, work)));
      }

      say('\nFIG-3  plain query → materialised view');
      for (const view of materializedViews) {
        const first = await refreshMaterializedView(pool, view);
        const second = await refreshMaterializedView(pool, view);
        say(
          `  ${view}: ${first.rows} rows, first refresh ${first.tookMs} ms, a refresh without change ${second.tookMs} ms`,
        );
      }
      await client.query('analyze mv_team_recent_performance; analyze mv_odds_trends');
      for (const name of viewExamples) {
        const { view, plain } = await readExample(name);
        gains.push(await measure(client, { name, ours: view, peer: plain }));
      }
      const recent = await client.query<Row<{ id: Computed<number> }>>(
        'select min(match_id) as id from mv_odds_trends',
      );
      const recentMatch = recent.rows[0]?.id ?? NaN;
      gains.push(
        await measure(client, {
          name: 'odds trend of a match',
          ours: `select * from mv_odds_trends where match_id = ${recentMatch}`,
          peer: `select market_type, line_value, avg(home_odds), stddev_pop(home_odds), avg(over_odds), stddev_pop(over_odds)
                 from odds where match_id = ${recentMatch} group by market_type, line_value`,
        }),
      );

      say('\nFIG-4  all together');
      say(
        `  mean gain over ${gains.length} rows, those of FIG-1 against the table without an index, of FIG-2 and of FIG-3: ${((gains.reduce((a, b) => a + b, 0) / gains.length) * 100).toFixed(1)} %`,
      );
      const anyMatch = (table: string) => (): string =>
        `select * from ${table} where match_id = ${1 + Math.floor(Math.random() * Number(values.matches))}`;
      const one = await rate(pool, 1, anyMatch('odds'));
      const four = await rate(pool, 4, anyMatch('odds'));
      const plain = await rate(pool, 4, anyMatch('plain_odds'));
      say(
        `  quotes of any match: 1 session ${one.toFixed(1)}/s, 4 sessions ${four.toFixed(1)}/s (${(four / one).toFixed(2)} times); one table without indexes, 4 sessions ${plain.toFixed(2)}/s`,
      );
      for (const table of ['matches', 'odds']) {
        const heap = await size(client, table, 'pg_table_size');
        const whole = await size(client, table, 'pg_total_relation_size');
        const bare = await size(client, `plain_${table}`, 'pg_table_size');
        const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
        say(
          `  ${table}: ${mb(bare)} in one table without indexes; ${mb(heap)} in partitions, ${mb(whole)} with their indexes (${(whole / bare).toFixed(2)} times)`,
        );
      }
    } finally {
      client.release();
    }
  } finally {
    await db.destroy();
    await server.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
