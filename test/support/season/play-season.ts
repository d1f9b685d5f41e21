import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { readStatus, type StackStatus } from '../../../adapters/embedded/stack/status.js';
import { openDatabase } from '../../../adapters/postgres/open-database.js';
import { instant, seasonOfStartYear, toIso } from '../../../schemas/values.js';
import type { FaultSwitch } from '../../../simulator/faults/faults.js';
import { prefixes, serveSimulator, type Simulator } from '../../../simulator/server.js';
import { usualPlans } from '../../../simulator/simulation.js';
import type { ProviderName } from '../../../simulator/wire/wire.js';
import { jobs, type Job } from '../../../workflows/jobs.js';
import { startTouchline } from '../command-line.js';
import { activeSpans, livesOfMatchdays } from './active-spans.js';
import { clubNames } from './club-names.js';
import { compareFacts, type Coverage, type ReasonOf } from './compare-facts.js';
import { compareInjuries } from './compare-injuries.js';
import { compareNames } from './compare-names.js';
import { compareWithTruth, type Comparison } from './compare-with-truth.js';
import { compareSpends, limits } from './compare-spends.js';
import { DeliveredRecords } from './delivered-records.js';
import { pollsOf } from './polls.js';
import { RandomKills, type Killed } from './random-kills.js';
import { Reviewer } from './reviewer.js';
import { ScheduleDriver, type DrivenRuns, type DrivenSchedule } from './schedule-driver.js';

/** How a season is played through the house. */
export interface SeasonPlan {
  /** Of 38; the rest of the season lies ahead when the comparison is made. */
  readonly matchdays: number;
  /** Simulated seconds in a real one, while anything is going on. */
  readonly speed: number;
  readonly workers: number;
  /** How often a worker is killed with -9. */
  readonly killWorkerEveryMs: number;
  readonly temporalKills: number;
  readonly faults: readonly FaultSwitch[];
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** What came of it. */
export interface SeasonReport {
  readonly seconds: number;
  readonly matches: number;
  readonly kills: readonly Killed[];
  readonly runs: ReadonlyMap<string, DrivenRuns>;
  /** Of each provider, by what came of them. */
  readonly requests: readonly string[];
  /** `api_football late 12`; those of a request's way stand beside the requests. */
  readonly faultsShown: readonly string[];
  /** Faults that were switched on and befell no answer. */
  readonly faultsNotShown: readonly string[];
  /** Questions about names, each answered. */
  readonly answered: number;
  /** Of how many matches the house knows what it should know before them. */
  readonly coverage: readonly Coverage[];
  /** Of how many matches scores and prices were told again and again: by a clock this fast a run takes longer than the minutes to the next. */
  readonly polls: readonly Coverage[];
  readonly comparisons: readonly Comparison[];
}

const minute = 60_000;
const hour = 60 * minute;
/** The lists are collected so long before the first match of a span, by a clock that leaves them time: 43 seconds, as Temporal may have just been killed. */
const morning = 12 * hour;
const morningSpeed = 1_000;
const day = 24 * hour;
const daysAfter = 8;
/** So long a provider may be quiet, and tell a match late on top of it. */
const quietest = 3 * hour;
const season = seasonOfStartYear(2025);
const sources = ['api_football', 'odds_api', 'scores_api'];

/**
 * Plays the first matchdays of a simulated season through a stack of its own, schedules driven by the simulated clock and idle spans left out,
 * while workers and Temporal are killed; then compares what is stored with what happened.
 */
export async function playSeason(plan: SeasonPlan): Promise<SeasonReport> {
  const begun = performance.now();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'touchline-season-'));
  const home = path.join(folder, 'home');
  const delivered = new DeliveredRecords();
  const simulator = await serveSimulator({
    seed: plan.seed,
    startsAt: instant(Date.UTC(2025, 6, 1, 12)),
    speed: 0,
    faults: plan.faults,
    plans: usualPlans,
    readRealTime: Date.now,
    onAnswered: (answered) => {
      delivered.take(answered);
    },
  });
  const environment = { TOUCHLINE_HOME: home, ...settingsOf(simulator, plan) };
  try {
    const { code, stderr } = await startTouchline(['up', '--detach'], environment).ended;
    if (code !== 0) throw new Error(`The stack did not start: ${stderr}`);
    const status = await readStatus(home);
    if (status === undefined) throw new Error('The stack has no status');
    return await playThrough(plan, { begun, home, environment, simulator, delivered, status });
  } finally {
    await startTouchline(['down'], environment).ended;
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Stage {
  readonly begun: number;
  readonly home: string;
  readonly environment: Record<string, string>;
  readonly simulator: Simulator;
  readonly delivered: DeliveredRecords;
  readonly status: StackStatus;
}

async function playThrough(plan: SeasonPlan, stage: Stage): Promise<SeasonReport> {
  const database = openDatabase(stage.status.postgres.url, { applicationName: 'comparison', max: 2 });
  const driver = new ScheduleDriver(stage.status.temporal);
  try {
    return await driven(plan, stage, { pool: database.pool, driver });
  } finally {
    await driver.close();
    await database.db.destroy();
  }
}

interface Means {
  readonly pool: pg.Pool;
  readonly driver: ScheduleDriver;
}

async function driven(
  plan: SeasonPlan,
  { begun, home, environment, delivered, simulator: { simulation } }: Stage,
  { pool, driver }: Means,
): Promise<SeasonReport> {
  const { competition } = simulation;
  const lives = livesOfMatchdays(competition, season, plan.matchdays);
  const spans = activeSpans(lives);
  const clubNamed = clubNames(competition);
  const reviewer = new Reviewer(pool, clubNamed, environment);
  const kills = new RandomKills(home, plan.seed);
  const ending = new AbortController();
  const killing = kills.killWorkers(plan.killWorkerEveryMs, ending.signal);
  const last = spans.at(-1)?.to ?? simulation.now;
  const simulatedHours = spans.reduce((sum, { from, to }) => sum + (to - from) / hour, 0);
  plan.say(
    `${lives.length} matches in ${spans.length} spans, ${Math.round(simulatedHours)} hours of a season, from ${toIso(spans[0]?.from ?? last)} to ${toIso(last)}`,
  );
  const answerQuestions = async (): Promise<void> => {
    if ((await reviewer.answerAll()) > 0) await driver.run(refine, simulation.clock);
  };
  try {
    for (const [index, { from, to }] of spans.entries()) {
      // What the daily collection would have told by now, had the idle days been waited for.
      simulation.setSpeed(0);
      simulation.advanceTo(instant(from - morning));
      simulation.setSpeed(Math.min(morningSpeed, plan.speed));
      // Who follows a match already would ask for its weather by the clock of the span before.
      await driver.run(following, simulation.clock);
      await Promise.all(mornings.map((job) => driver.run(job, simulation.clock)));
      await answerQuestions();
      if (simulation.now > from) {
        plan.say(`its lists took ${Math.round((simulation.now - from) / minute)} minutes of the span`);
      }
      simulation.advanceTo(from);
      simulation.setSpeed(plan.speed);
      await driver.run(following, simulation.clock);
      const killsDue = Math.floor(((index + 1) * (plan.temporalKills + 1)) / (spans.length + 1));
      const isDue = kills.done.filter(({ victim }) => victim === 'Temporal').length < killsDue;
      await Promise.all([
        delivered.watch(driver.drive(schedules, simulation.clock, to)),
        ...(isDue ? [kills.killTemporalWithin((to - from) / plan.speed)] : []),
      ]);
      plan.say(
        `${toIso(to)}  span ${index + 1} of ${spans.length}, ${Math.round((performance.now() - begun) / 1000)} s, ${kills.done.length} killed`,
      );
    }
  } finally {
    ending.abort();
    await killing;
  }
  // Long enough for the last award and correction of what was played: the lists of a week of mornings, none of them luckier than the others.
  for (let after = 1; after <= daysAfter; after += 1) {
    simulation.setSpeed(0);
    simulation.advanceTo(instant(last + after * day));
    simulation.setSpeed(Math.min(morningSpeed, plan.speed));
    await driver.run(after < daysAfter ? lists : everything, simulation.clock);
    await answerQuestions();
  }
  simulation.setSpeed(0);
  const until = simulation.now;
  const lastClock = { ...simulation.clock, speed: 1 };
  for (const closing of endings) await driver.run(closing, lastClock);

  const steps = await driver.stepsOfMatches();
  const reasonOf: ReasonOf = (step, matchId, kickOff) => {
    const reports = steps.get(matchId) ?? [];
    const result = reports.find((report) => report.step === step && report.kickoff === kickOff)?.result;
    if (result === undefined) return 'nobody who followed it to its end says anything of this kick-off';
    return 'reason' in result ? result.reason : result.outcome;
  };
  const toldFrom = instant(last + daysAfter * day - quietest);
  const compared = { pool, competition, season, toldFrom, until };
  const facts = await compareFacts(compared, lives, reasonOf);
  const requests = simulation.requests.counts(instant(0), Infinity);
  const shown = Object.entries(simulation.requests.faultsShown());
  const befell = new Set<string>([
    ...requests.map(({ outcome }) => outcome),
    ...shown.flatMap(([kind]) => kind.split(' ')),
  ]);
  return {
    seconds: (performance.now() - begun) / 1000,
    matches: lives.length,
    kills: kills.done,
    runs: driver.runs,
    requests: requests.map(
      ({ provider, endpoint, outcome, requests: times }) => `${provider} ${endpoint}: ${times} ${outcome}`,
    ),
    faultsShown: shown.map(([kind, times]) => `${kind} ${times}`),
    faultsNotShown: plan.faults.map(({ kind }) => kind).filter((kind) => !befell.has(kind)),
    answered: reviewer.answered,
    coverage: facts.coverage,
    polls: pollsOf(lives, simulation.requests),
    comparisons: [
      ...(await compareWithTruth(compared)),
      ...(await delivered.compare(pool, kills.done)),
      ...(await compareSpends(pool, simulation.requests)),
      ...facts.comparisons,
      await compareInjuries(compared),
      ...(await compareNames(compared, clubNamed)),
    ],
  };
}

/** What points the house at the simulator, whose plans are its budgets. */
export function settingsOf(
  { url }: Pick<Simulator, 'url'>,
  { workers }: Pick<SeasonPlan, 'workers'>,
): Record<string, string> {
  const at = (provider: ProviderName): string => url + prefixes[provider];
  return {
    API_FOOTBALL_URL: at('api_football'),
    API_FOOTBALL_KEY: usualPlans.apiFootball.key,
    ODDS_API_URL: at('odds_api'),
    ODDS_API_KEY: usualPlans.oddsApi.key,
    SCORES_API_URL: at('scores_api'),
    SCORES_API_KEY: usualPlans.scoresApi.key,
    OPEN_METEO_URL: at('open_meteo'),
    OPEN_METEO_ARCHIVE_URL: at('open_meteo'),
    FOOTBALL_DATA_URL: at('football_data'),
    WORKER_PROCESSES: String(workers - 1),
    BUDGETS: JSON.stringify(limits),
  };
}

function jobNamed(name: string): Job {
  const job = jobs.find((one) => one.name === name);
  if (job === undefined) throw new Error(`There is no job ${name}`);
  return job;
}

const listed = { dataSources: sources, divisions: ['SIM'] };
const collectFixtures = jobNamed('collect-fixtures');
const lists = { job: collectFixtures, input: { ...listed, upTo: 'silver' } };
/** Gold follows the lists at the end alone: nothing of it is compared, and each build would take as long as the matches of a day. */
const everything = { job: collectFixtures, input: listed };
const refine = { job: jobNamed('refine'), input: {} };
const health = { job: jobNamed('system-health-check'), input: {} };
const mornings = [lists, { job: jobNamed('collect-injuries'), input: { divisions: ['SIM'] } }];
/**
 * What is asked of single matches. Their features and predictions are left out: by a clock this fast half an hour is over before gold is built
 * (bench/kickoffs.ts has them).
 */
const following = { job: jobNamed('plan-matches'), input: { steps: ['weather', 'lineups'] } };
const schedules: readonly DrivenSchedule[] = [
  { job: jobNamed('collect-live-scores'), input: {}, everyMs: 2 * minute },
  { job: jobNamed('collect-odds'), input: {}, everyMs: 5 * minute },
  { ...following, everyMs: 30 * minute },
];
const endings = [refine, following, health];
