import type { ActivityOptions } from '@temporalio/workflow';
import { realSpan, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import type { TaskQueue } from '../schemas/jobs/task-queues.js';

const seconds = 1_000;
const minutes = 60 * seconds;

/**
 * No limit on attempts: those that a killed worker or an absent Postgres takes away would count, too. The limit is the time that a step
 * may take in all, retries included. Errors that a retry cannot mend are marked so where they are raised.
 */
const untilItSucceeds = {
  scheduleToCloseTimeout: '2 hours',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
} satisfies ActivityOptions;

/**
 * For a step of a second or two, on the job's own queue. Its heartbeat says that its worker has died; the time it may take ends only one that
 * hangs. Less than 8 s would take a slow worker, whose event loop stands still for some seconds, for dead, and run the step twice at once.
 */
export const shortActivity = {
  ...untilItSucceeds,
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '8 seconds',
} satisfies ActivityOptions;

/** For a step that may take minutes, on the job's own queue: it wraps its work in `heartbeating`, which ends it where its job is cancelled. */
export const longActivity = {
  ...untilItSucceeds,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '15 seconds',
} satisfies ActivityOptions;

/**
 * For a request to a source of fixtures: asked again after 5, 10 and 20 minutes (SCH-7, 9). The time is what ends it, not a number of
 * attempts: one that a killed worker took away makes the next wait longer, and does not end the step by itself.
 */
export const fixturesActivity = {
  startToCloseTimeout: 10 * minutes,
  scheduleToCloseTimeout: 50 * minutes,
  heartbeatTimeout: 15 * seconds,
  retry: { initialInterval: 5 * minutes, backoffCoefficient: 2 },
  taskQueue: 'fixtures' satisfies TaskQueue,
} satisfies RequestOptions;

/** For a poll of live scores: asked again after 30, 60 and 90 seconds (SCH-7), before the next one is due. */
export const scoresActivity = {
  taskQueue: 'scores' satisfies TaskQueue,
  startToCloseTimeout: 2 * minutes,
  scheduleToCloseTimeout: 2 * minutes - seconds,
  heartbeatTimeout: 15 * seconds,
  retry: { initialInterval: 30 * seconds, backoffCoefficient: 1 },
} satisfies RequestOptions;

/** The same for listening to a feed until the next run is due. */
export const streamActivity = {
  ...scoresActivity,
  startToCloseTimeout: 3 * minutes,
  scheduleToCloseTimeout: 3 * minutes,
} satisfies RequestOptions;

/** For a request for prices: asked again after 1, 2 and 4 minutes (SCH-7, 9). */
export const oddsActivity = {
  taskQueue: 'odds' satisfies TaskQueue,
  startToCloseTimeout: 10 * minutes,
  scheduleToCloseTimeout: 12 * minutes,
  heartbeatTimeout: 15 * seconds,
  retry: { initialInterval: minutes, backoffCoefficient: 2 },
} satisfies RequestOptions;

/** For a request for what is told of one match before it begins: asked again after 1, 2 and 4 minutes. */
export const matchFactsActivity = {
  ...oddsActivity,
  taskQueue: 'fixtures' satisfies TaskQueue,
} satisfies RequestOptions;

/**
 * For the prediction of one match, which nothing else may keep waiting: it waits in the worker until its time, with all that begin together. Hundreds
 * tell that they live meanwhile, so they tell it seldom.
 */
export const predictionActivity = {
  ...untilItSucceeds,
  startToCloseTimeout: '15 minutes',
  heartbeatTimeout: '40 seconds',
  taskQueue: 'predictions' satisfies TaskQueue,
} satisfies ActivityOptions;

/** How a request to a provider is asked again; in milliseconds. */
export interface RequestOptions extends ActivityOptions {
  readonly startToCloseTimeout: number;
  readonly scheduleToCloseTimeout: number;
  readonly heartbeatTimeout: number;
  readonly retry: { readonly initialInterval: number; readonly backoffCoefficient: number };
}

/** A worker says every two seconds that it lives. That is sooner than in life, where asking a provider twice costs more than the wait. */
const shortestHeartbeat = 5 * seconds;
/** By a clock that stands still every span is without end. */
const longestSpan = 24 * 60 * minutes;

/**
 * The same step by the clock that its job was given: what it waits between attempts, how long it may be asked again, and how soon a dead worker
 * is noticed, are spans of that clock. An attempt itself takes real time, so each is left as long as it was; and no clock, however slow, has a
 * worker that died, or a task that got lost on its way to one, noticed later than it is in life.
 */
export function retriedBy(clock: SimulatedClock | undefined, options: RequestOptions): ActivityOptions {
  if (clock === undefined) return options;
  const { scheduleToCloseTimeout, startToCloseTimeout, heartbeatTimeout, retry } = options;
  const spanOf = (milliseconds: number): number => Math.min(longestSpan, realSpan(clock, milliseconds));
  return {
    ...options,
    scheduleToCloseTimeout: spanOf(scheduleToCloseTimeout) + startToCloseTimeout,
    heartbeatTimeout: Math.min(heartbeatTimeout, Math.max(shortestHeartbeat, spanOf(heartbeatTimeout))),
    retry: { ...retry, initialInterval: spanOf(retry.initialInterval) },
  };
}

/** For a step that keeps the house in order and uses no DuckDB: it waits for its like alone, and keeps nothing else waiting. */
export const maintenanceActivity = {
  ...longActivity,
  taskQueue: 'maintenance' satisfies TaskQueue,
} satisfies ActivityOptions;

/** For making, verifying and removing backups, which may take hours. */
export const backupActivity = {
  ...longActivity,
  startToCloseTimeout: '6 hours',
  taskQueue: 'backup' satisfies TaskQueue,
} satisfies ActivityOptions;

/** For a step that uses DuckDB. */
export const lakeActivity = {
  ...longActivity,
  taskQueue: 'lake' satisfies TaskQueue,
} satisfies ActivityOptions;

/** For training and judging. */
export const modelActivity = {
  ...longActivity,
  startToCloseTimeout: '2 hours',
  taskQueue: 'model' satisfies TaskQueue,
} satisfies ActivityOptions;

/** For a step that speaks to Kafka, some of half an hour: each of them waits for nobody else's work. */
export const streamingActivity = {
  ...longActivity,
  startToCloseTimeout: '40 minutes',
  taskQueue: 'streaming' satisfies TaskQueue,
} satisfies ActivityOptions;
