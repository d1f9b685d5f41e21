import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { ledgerSummary } from '../../../adapters/backup/ledger.js';
import { readStatus, type StackStatus } from '../../../adapters/embedded/stack/status.js';
import { setAnomalyGauges } from '../../../adapters/metrics/anomaly-gauges.js';
import { setBackupGauges } from '../../../adapters/metrics/backup-gauges.js';
import { createMeters } from '../../../adapters/metrics/meters.js';
import { setQualityGauges } from '../../../adapters/metrics/quality-gauges.js';
import { readAnomalyGauges } from '../../../adapters/postgres/anomaly/summary.js';
import { readCheckpoint } from '../../../adapters/postgres/checkpoints.js';
import { openDatabase } from '../../../adapters/postgres/open-database.js';
import type { FaultSwitch } from '../../../simulator/faults/faults.js';
import { serveSimulator, type Simulator } from '../../../simulator/server.js';
import { usualPlans } from '../../../simulator/simulation.js';
import { instant, seasonOfStartYear, toIso, type Instant } from '../../../schemas/values.js';
import { jobs, type Job } from '../../../workflows/jobs.js';
import { startTouchline } from '../command-line.js';
import { makeTestFolder } from '../folder.js';
import { alertRules } from '../prometheus.js';
import { activeSpans, livesOfMatchdays, type Span } from './active-spans.js';
import { settingsOf } from './play-season.js';
import { RecordedSeries } from './recorded-series.js';
import { ScheduleDriver, type DrivenRuns } from './schedule-driver.js';

export interface WeekPlan {
  /** From the midnight before the first match of a season on. */
  readonly days: number;
  /** How often prices and scores are asked for while matches are on, in minutes of theirs. */
  readonly everyMinutes: number;
  readonly faults: readonly FaultSwitch[];
  readonly say: (line: string) => void;
}

export interface RecordedWeek {
  /** Of simulated time. */
  readonly minutes: number;
  /** Every series that the alerts ask for and somebody exported. */
  readonly series: RecordedSeries;
  readonly runs: ReadonlyMap<string, DrivenRuns>;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const season = seasonOfStartYear(2025);

interface Due {
  readonly job: Job;
  readonly input: Readonly<Record<string, unknown>>;
  readonly everyMs: number;
  readonly offsetMs: number;
  readonly only?: 'while matches are on';
}

function jobNamed(name: string): Job {
  const job = jobs.find((one) => one.name === name);
  if (job === undefined) throw new Error(`There is no job ${name}`);
  return job;
}

const daily = (name: string, at: number, input: Due['input'] = {}): Due => ({
  ...{ job: jobNamed(name), input, everyMs: day, offsetMs: at * hour },
});
const lists = { dataSources: ['api_football', 'odds_api', 'scores_api'], divisions: ['SIM'] };

/** What runs when, by the hours of the schedules (workflows/schedules.ts); what they ask for more often is asked for at these times. */
const calendar = (everyMinutes: number): readonly Due[] => [
  daily('collect-fixtures', 2, lists),
  daily('back-up', 3, { kind: 'full' }),
  daily('collect-injuries', 5.5, { divisions: ['SIM'] }),
  daily('quality-check', 7, { rows: 'all' }),
  daily('detect-anomalies', 7.5, { table: 'odds' }),
  daily('detect-anomalies', 7.75, { table: 'matches' }),
  { job: jobNamed('back-up'), input: { kind: 'incremental' }, everyMs: 4 * hour, offsetMs: 0 },
  { job: jobNamed('collect-odds'), input: {}, everyMs: 4 * hour, offsetMs: 0 },
  { job: jobNamed('system-health-check'), input: {}, everyMs: 8 * hour, offsetMs: 0 },
  ...['collect-odds', 'collect-live-scores'].map((name) => ({
    ...{ job: jobNamed(name), input: {}, everyMs: everyMinutes * minute, offsetMs: 0 },
    only: 'while matches are on' as const,
  })),
];

/**
 * Lets a house live through days of a simulated season, and records what its processes export at each of their moments. The season stands still while jobs run:
 * each moment takes as long as it takes.
 */
export async function recordWeek(plan: WeekPlan): Promise<RecordedWeek> {
  const folder = await makeTestFolder();
  const simulator = await serveSimulator({
    ...{ seed: 1, startsAt: instant(Date.UTC(2025, 6, 1, 12)), speed: 0, faults: plan.faults },
    ...{ plans: usualPlans, readRealTime: Date.now },
  });
  const home = path.join(folder.path, 'home');
  const environment = {
    ...{ TOUCHLINE_HOME: home, BACKUP_DIR: path.join(folder.path, 'backups') },
    ...settingsOf(simulator, { workers: 2 }),
  };
  try {
    const { code, stderr } = await startTouchline(['up', '--detach'], environment).ended;
    const status = await readStatus(home);
    if (code !== 0 || status === undefined) throw new Error(`The stack did not start: ${stderr}`);
    return await live(plan, simulator, status);
  } finally {
    await startTouchline(['down'], environment).ended;
    await simulator.close();
    await folder.remove();
  }
}

async function live(
  { days, everyMinutes, say }: WeekPlan,
  { simulation }: Simulator,
  status: StackStatus,
): Promise<RecordedWeek> {
  const spans = activeSpans(livesOfMatchdays(simulation.competition, season, 2));
  const from = instant(Math.floor((spans[0]?.from ?? 0) / day) * day);
  const to = instant(from + days * day);
  const { pool, db } = openDatabase(status.postgres.url, { applicationName: 'recording', max: 2 });
  const driver = new ScheduleDriver(status.temporal);
  const look = await lookingAt(status, pool);
  // By a clock that stood still nobody would ever ask again.
  const clock = () => ({ ...simulation.clock, speed: 1 });
  try {
    // What was there before: the list of the season, and a backup.
    simulation.advanceTo(instant(from - 4 * hour));
    for (const { job, input } of calendar(everyMinutes).slice(0, 2))
      await driver.run({ job, input }, clock());
    await look.at(from, from);
    const due = calendar(everyMinutes).map((one) => ({ ...one, next: nextOf(one, from, spans) }));
    for (;;) {
      const now = instant(Math.min(...due.map(({ next }) => next)));
      if (now >= to) break;
      simulation.advanceTo(now);
      const begun = due.filter(({ next }) => next === now);
      await Promise.all(begun.map(({ job, input }) => driver.run({ job, input }, clock())));
      for (const one of begun) one.next = nextOf(one, instant(now + 1), spans);
      await look.at(from, now);
    }
    await driver.settle();
    say(
      `${toIso(from)} to ${toIso(to)}: ${[...driver.runs].map(([name, { started }]) => `${started} ${name}`).join(', ')}`,
    );
    return { minutes: (to - from) / minute, series: look.series, runs: driver.runs };
  } finally {
    await driver.close();
    await db.destroy();
  }
}

/** When a job comes next, at a time or after it. */
function nextOf({ everyMs, offsetMs, only }: Due, at: Instant, spans: readonly Span[]): Instant {
  const next = (from: number): number => Math.ceil((from - offsetMs) / everyMs) * everyMs + offsetMs;
  if (only === undefined) return instant(next(at));
  const span = spans.find(({ to }) => next(Math.max(at, 0)) <= to);
  return span === undefined ? instant(Number.MAX_SAFE_INTEGER) : instant(next(Math.max(at, span.from)));
}

/** The names of the series that the rules ask for. */
async function askedByRules(): Promise<ReadonlySet<string>> {
  const texts = await Promise.all(
    (await readdir(alertRules)).map((file) => readFile(path.join(alertRules, file), 'utf8')),
  );
  return new Set(texts.join('\n').match(/\b(football|kafka|stream)_\w+/g));
}

/** What a worker reads elsewhere for its gauges: it does so every half minute of real time, which may be a day here, so it is read at each look by the same code. */
const readElsewhere = new Set([
  'football_data_quality_score',
  'football_data_freshness_hours',
  'football_data_drift_score',
  'football_database_last_backup_timestamp',
  'football_database_backup_file_size_bytes',
  'football_database_backup_failure_total',
]);

async function lookingAt(status: StackStatus, pool: pg.Pool) {
  const wanted = await askedByRules();
  const series = new RecordedSeries(wanted);
  const meters = createMeters();
  const urls = [
    ...status.workers.map(({ metrics }) => metrics),
    ...(status.api === null ? [] : [`${status.api.url}/metrics`]),
  ];
  /** When the jobs of a moment had ended, in real time. */
  const moments: { readonly ended: number; readonly minute: number }[] = [];
  const minuteOf = (real: number): number =>
    (moments.find(({ ended }) => ended >= real) ?? moments.at(-1))?.minute ?? 0;
  // Prometheus' clock begins with the test.
  const bySimulatedTime = (name: string, value: number): number =>
    name === 'football_database_last_backup_timestamp' ? 60 * minuteOf(1_000 * value) : value;
  const processMetrics = [...wanted].filter((name) => !readElsewhere.has(name));
  const ofProcess = new RegExp(`^(${processMetrics.join('|')})[{ ].*$`, 'gm');
  return {
    series,
    async at(from: Instant, now: Instant): Promise<void> {
      const at = (now - from) / minute;
      moments.push({ ended: Date.now(), minute: at });
      for (const url of urls) {
        const text = await (await fetch(url)).text();
        series.note(at, new URL(url).host, (text.match(ofProcess) ?? []).join('\n'));
      }
      setQualityGauges(meters, await readCheckpoint(pool));
      setAnomalyGauges(meters, await readAnomalyGauges(pool));
      setBackupGauges(meters, await ledgerSummary(pool));
      series.note(at, 'house', (await meters.exposition()).text, bySimulatedTime);
    },
  };
}
