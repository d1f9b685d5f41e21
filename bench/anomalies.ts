import path from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import type pg from 'pg';
import { createDetectAnomaliesActivities } from '../activities/detect-anomalies.js';
import { watchTable } from '../activities/watch-table.js';
import { startPostgres } from '../adapters/embedded/postgres.js';
import { ensureDuckDbExtensions } from '../adapters/embedded/tools/duckdb-extensions.js';
import { quoteText } from '../adapters/lake/sql-text.js';
import { createMeters } from '../adapters/metrics/meters.js';
import { readRecentRows } from '../adapters/postgres/anomaly/recent-rows.js';
import { openDatabase } from '../adapters/postgres/open-database.js';
import type { Computed, Row } from '../adapters/postgres/row.js';
import { projectRoot, readConfig } from '../config.js';
import { detectBy } from '../domain/anomaly/detect.js';
import {
  AnomalyMethod,
  defaultAnomalyConfiguration,
  type AnomalyConfiguration,
} from '../schemas/records/anomaly.js';
import { instant, instantFromIso } from '../schemas/values.js';
import { makeTestFolder } from '../test/support/folder.js';
import { asActivity, openHouse } from '../test/support/house.js';
import { stoppedAt } from '../test/support/score-house.js';
import { machine, revision } from './support/machine.js';
import { migratedDatabase } from './support/migrated-database.js';

/**
 * How many prices a second detection judges: each method by itself, the reading of the table, and the whole job, beside DuckDB, which only computes mean, deviation
 * and quartiles of the same columns of the same rows, from Postgres and from a Parquet file. There is no limit: the figures are reported, whatever they are.
 * Prices are made: matches ahead that twenty bookmakers quote again and again for eight days, of one mind but for their margins, and some swapped ones. The job looks
 * at the last day, against the seven days before.
 *
 * With --files, seasons of football-data.co.uk besides: a look at prices and results each day, and what it puts into quarantine and asks about.
 *
 *   node --import tsx bench/anomalies.ts [--prices 1000000] [--quotes-per-match 800] [--swapped 50] [--files <folder>]
 */
const { values } = parseArgs({
  options: {
    prices: { type: 'string', default: '1000000' },
    'quotes-per-match': { type: 'string', default: '800' },
    swapped: { type: 'string', default: '50' },
    files: { type: 'string' },
  },
});
const prices = Number(values.prices);
const perMatch = Number(values['quotes-per-match']);
const books = 20;
const [hour, day] = [3_600_000, 86_400_000];
const now = instantFromIso('2026-11-26T12:00:00Z');
const columns = ['home_odds', 'draw_odds', 'away_odds'] as const;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const seconds = async <T>(work: () => T | Promise<T>): Promise<readonly [T, number]> => {
  const begun = performance.now();
  const result = await work();
  return [result, (performance.now() - begun) / 1_000];
};
const rate = (rows: number, took: number): string =>
  `${Math.round(rows / took).toLocaleString('en-GB')} rows/s`;
const line = (what: string, took: number, rest: string): void => {
  say(`${what.padEnd(44)} ${took.toFixed(2).padStart(8)} s  ${rest}`);
};

/** Prices by SQL, the same ones each time. */
async function makePrices(pool: pg.Pool): Promise<void> {
  const polls = Math.max(1, Math.round(perMatch / books));
  await pool.query(`
    insert into leagues (code, name, country, level, time_zone) values ('B1', 'Bench', 'Bench', 1, 'UTC');
    insert into teams (country, name) select 'Bench', 'Team ' || n from generate_series(1, 2000) as n;
    select ensure_month_partitions('odds', '2026-10-01', '2026-12-01');`);
  await pool.query(
    `with t as (select array_agg(id order by id) as ids from teams where country = 'Bench')
     insert into match_registry (match_time, league_id, season, home_team_id, away_team_id)
     select $1::timestamptz + interval '2 days', (select id from leagues where code = 'B1'), '2026-27',
       t.ids[1 + n % 2000], t.ids[1 + (n / 2000 + n % 2000 + 1) % 2000]
     from generate_series(0, $2::integer - 1) as n cross join t`,
    [new Date(now), Math.ceil(prices / (polls * books))],
  );
  await pool.query(
    `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds,
       collected_at, recorded_at, known_at_basis, raw_id)
     select r.id, 'bench', 'book' || b, '1x2', 'book', 'prematch', round((1 / (home * margin * jitter))::numeric, 3),
       round((1 / (draw * margin))::numeric, 3), round((1 / ((1 - home - draw) * margin / jitter))::numeric, 3), at, at, 'observed', 1
     from match_registry r
     cross join generate_series(1, ${books}) as b
     cross join generate_series(0, $2::integer - 1) as poll
     cross join lateral (select $1::timestamptz - poll * (interval '8 days' / $2::integer) - interval '1 minute' as at) as t
     cross join lateral (select
       0.25 + 0.4 * (r.id * 7919 % 1000) / 1000.0 as home, 0.22 + 0.08 * (r.id * 104729 % 1000) / 1000.0 as draw,
       1.04 + 0.03 * ((r.id * 31 + b * 17) % 100) / 100.0 as margin,
       1 + 0.02 * (((r.id * 13 + b * 101 + poll * 37) % 100) / 100.0 - 0.5) as jitter) as c`,
    [new Date(now), polls],
  );
  await pool.query(
    `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds,
       collected_at, recorded_at, known_at_basis, raw_id)
     select id, 'bench', 'book1', '1x2', 'book', 'prematch', 12, 4.2, 1.25, $1, $1, 'observed', 1 from match_registry order by id limit $2`,
    [new Date(now - hour), Number(values.swapped)],
  );
  await pool.query('vacuum analyze odds');
}

/** What DuckDB takes for mean, deviation and quartiles of the same columns. */
async function bareScans(databaseUrl: string, folder: string): Promise<void> {
  const { postgresScanner } = await ensureDuckDbExtensions(readConfig());
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    await connection.run(`load ${quoteText(postgresScanner)}`);
    await connection.run(`attach ${quoteText(databaseUrl)} as pg (type postgres, read_only)`);
    const scan = (from: string): string =>
      `select ${columns.map((one) => `avg(${one}), stddev_samp(${one}), quantile_cont(${one}, [0.25, 0.5, 0.75])`).join(', ')} from ${from}`;
    const file = path.join(folder, 'prices.parquet');
    await connection.run(
      `copy (select ${columns.map((one) => `${one}::double as ${one}`).join(', ')} from pg.public.odds) to ${quoteText(file)} (format parquet)`,
    );
    for (const [name, from] of [
      [
        'from Postgres',
        `(select ${columns.map((one) => `${one}::double as ${one}`).join(', ')} from pg.public.odds)`,
      ],
      ['from Parquet', `read_parquet(${quoteText(file)})`],
    ] as const) {
      const [, took] = await seconds(() => connection.runAndReadAll(scan(from)));
      bare.set(name, took);
      line(`DuckDB, mean, deviation and quartiles ${name}`, took, rate(prices, took));
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
const bare = new Map<string, number>();

/** Reads what the job would read, and has every method judge it, by itself. */
async function byMethod(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const usual = defaultAnomalyConfiguration.odds;
    // Clusters are made of all rows: each goes through every method here, of which the job spares those that lie near.
    const configuration: AnomalyConfiguration = {
      ...usual,
      enabled_methods: ['clustering'],
      thresholds: { ...usual.thresholds, eps: 0.05, min_points: 5 },
    };
    const from = instant(now - day);
    const baselineFrom = instant(from - configuration.drift_baseline_days * day);
    const [, recent] = await seconds(() =>
      readRecentRows(client, { table: 'odds', after: baselineFrom, to: now, isFirst: true }),
    );
    line('reading what is new', recent, rate(prices, recent));
    const span = {
      table: 'odds',
      columns: [...columns],
      baselineFrom,
      distributedFrom: baselineFrom,
      from,
      judgedFrom: from,
      to: now,
    } as const;
    const [watched, reading] = await seconds(() => watchTable(client, { span, configuration, now }));
    const judged = watched.ids.length + watched.near.rows;
    line(
      'reading and measuring',
      reading,
      `${rate(prices, reading)}, of which ${judged} are judged and ${watched.ids.length} looked at one by one`,
    );
    for (const method of AnomalyMethod.options) {
      const [finding, took] = await seconds(() => detectBy(method, 'odds', watched, configuration));
      const { anomalyType, anomalous } = finding;
      const of = anomalyType === 'statistical_outlier' ? judged : prices;
      line(`  ${method}`, took, `${rate(of, took)}, ${anomalous} found`);
    }
  } finally {
    await client.query('rollback');
    client.release();
  }
}

async function wholeJob(pool: pg.Pool): Promise<void> {
  const detection = createDetectAnomaliesActivities({ pool, meters: createMeters() });
  const [found, took] = await seconds(() =>
    asActivity(() => detection.detectAnomalies({ table: 'odds', runId: 'bench/1', clock: stoppedAt(now) })),
  );
  const ratios = [...bare].map(([name, alone]) => `${(took / alone).toFixed(1)} times DuckDB's scan ${name}`);
  line(
    'the whole job',
    took,
    [rate(prices, took), `${found.quarantined} in quarantine`, ...ratios].join(', '),
  );
  const [again, next] = await seconds(() =>
    asActivity(() =>
      detection.detectAnomalies({
        table: 'odds',
        mode: 'incremental',
        runId: 'bench/2',
        clock: stoppedAt(now),
      }),
    ),
  );
  line('again, incremental, where nothing is new', next, `${again.detections.length} detections`);
}

interface LookedAt {
  readonly looks: number;
  readonly judged: number;
  readonly alarms: number;
  readonly quarantined: number;
}

/** A look each day at seasons that were played: how much is asked of people when nothing was swapped. */
async function realSeasons(serverUrl: string, files: string): Promise<void> {
  const house = openHouse(await migratedDatabase(serverUrl, 'seasons'));
  try {
    await house.collect(files, 'bench/import');
    await house.prepareSilver();
    await house.refine({ limit: 4_000, sideBySide: 2 });
    const detection = createDetectAnomaliesActivities({
      pool: house.pools.writer.pool,
      meters: createMeters(),
    });
    const { rows } = await house.pool.query<Row<{ first: Computed<Date>; last: Computed<Date> }>>(
      'select min(collected_at) as first, max(collected_at) as last from odds',
    );
    const [span] = rows;
    if (span === undefined) return;
    const [first, last] = [span.first.getTime(), span.last.getTime()];
    for (const table of ['odds', 'matches'] as const) {
      let total: LookedAt = { looks: 0, judged: 0, alarms: 0, quarantined: 0 };
      const [, took] = await seconds(async () => {
        for (let at = first + day; at < last + 2 * day; at += day) {
          const found = await asActivity(() =>
            detection.detectAnomalies({
              ...{ table, windowHours: 24, mode: 'incremental' },
              ...{ runId: `bench/${table}/${at}`, clock: stoppedAt(instant(at)) },
            }),
          );
          total = {
            looks: total.looks + 1,
            judged: total.judged + Math.max(0, ...found.detections.map(({ tested }) => tested)),
            alarms: total.alarms + found.findings,
            quarantined: total.quarantined + found.quarantined,
          };
        }
      });
      const { looks, judged, alarms, quarantined } = total;
      line(
        `${table}, a look a day`,
        took,
        `${looks} looks, ${judged} judged, ${alarms} alarms, ${quarantined} in quarantine`,
      );
      const told = await house.pool.query<Row<{ message: 'data_quality_logs.error_message' }>>(
        `select q.error_message as message from data_quality_logs q
         where q.table_name = 'anomaly_detections' and q.error_data ->> 'table' = $1 order by q.id limit 10`,
        [table],
      );
      for (const { message } of told.rows) say(`  ${message ?? ''}`);
    }
  } finally {
    await house.close();
  }
}

const place = await makeTestFolder();
try {
  say(`machine  ${machine()}`);
  say(`code     ${revision(projectRoot)}`);
  say(`command  node --import tsx bench/anomalies.ts ${process.argv.slice(2).join(' ')}`);
  const server = await startPostgres({ home: path.join(place.path, 'home') });
  try {
    const url = await migratedDatabase(server.url, 'anomalies');
    const { pool, db } = openDatabase(url, { applicationName: 'bench', max: 2 });
    const [, made] = await seconds(() => makePrices(pool));
    const { rows } = await pool.query<Row<{ prices: Computed<number>; matches: Computed<number> }>>(
      'select count(*)::integer as prices, count(distinct match_id)::integer as matches from odds',
    );
    say(
      `data     ${rows[0]?.prices ?? 0} prices of ${rows[0]?.matches ?? 0} matches, made in ${made.toFixed(0)} s`,
    );
    await bareScans(url, place.path);
    await byMethod(pool);
    await wholeJob(pool);
    await db.destroy();
    if (values.files !== undefined) await realSeasons(server.url, path.resolve(values.files));
  } finally {
    await server.stop();
  }
} finally {
  await place.remove();
}
