import type { Info } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { metrics, taskName } from '../../schemas/metrics.js';
import type { Meters } from '../metrics/meters.js';
import { isFinalAttempt, isSkipped, type RetriedAttempt } from './attempt.js';

const statuses = metrics.football_tasks_total.values.status;
type Status = (typeof statuses)[number];
const hourMs = 3_600_000;

/** What is measured of an attempt. */
export type MeteredAttempt = RetriedAttempt &
  Pick<Info, 'activityType' | 'currentAttemptScheduledTimestampMs'>;

export interface TaskMeter {
  /** Runs an attempt, and measures it. */
  measure<T>(info: MeteredAttempt, attempt: () => Promise<T>): Promise<T>;
  readonly interceptor: ActivityInterceptorsFactory;
  /** Brings the error rates up to date: the attempts of a task that did not run again grow older than an hour. */
  refresh(): void;
}

/**
 * Measures every attempt of every activity. Counted as a task's end are a success, a skip, a cancellation and the failure after which Temporal
 * does not try again; the attempts before it show as retries.
 */
export function taskMeter(unsafe: Meters): TaskMeter {
  const meters = harmless(unsafe);
  const running = new Map<string, number>();
  const recent = new Map<string, AttemptsOfAnHour>();
  const changeRunning = (task: string, by: 1 | -1): void => {
    const count = (running.get(task) ?? 0) + by;
    running.set(task, count);
    meters.set('football_active_tasks', { task_name: task }, count);
  };
  const showErrorRate = (task: string, attempts: AttemptsOfAnHour): void => {
    meters.set('football_task_error_rate', { task_name: task }, attempts.failedShare(Date.now()));
  };
  const measure = async <T>(info: MeteredAttempt, attempt: () => Promise<T>): Promise<T> => {
    const task = taskName(info.activityType);
    if (!running.has(task)) {
      for (const status of statuses) count(meters, task, status, 0);
      for (const retry_count of metrics.football_task_retries_total.values.retry_count)
        meters.add('football_task_retries_total', { task_name: task, retry_count }, 0);
    }
    changeRunning(task, 1);
    const startedAt = Date.now();
    meters.set(
      'football_scheduler_task_delay_seconds',
      { task_name: task },
      Math.max(0, startedAt - info.currentAttemptScheduledTimestampMs) / 1_000,
    );
    if (info.attempt > 1) {
      const retry_count = info.attempt === 2 ? '1' : info.attempt === 3 ? '2' : '3';
      meters.add('football_task_retries_total', { task_name: task, retry_count });
    }
    const ended = (hasFailed: boolean): void => {
      changeRunning(task, -1);
      const now = Date.now();
      meters.observe('football_task_duration_seconds', { task_name: task }, (now - startedAt) / 1_000);
      const attempts = recent.get(task) ?? new AttemptsOfAnHour();
      recent.set(task, attempts);
      attempts.add(now, hasFailed);
      showErrorRate(task, attempts);
    };
    try {
      const result = await attempt();
      ended(false);
      count(meters, task, 'succeeded', 1);
      return result;
    } catch (error) {
      if (error instanceof CancelledFailure) {
        ended(false);
        count(meters, task, 'cancelled', 1);
      } else if (error instanceof ApplicationFailure && isSkipped(error)) {
        ended(false);
        count(meters, task, 'skipped', 1);
      } else {
        ended(true);
        if (error instanceof ApplicationFailure && isFinalAttempt(info, error, Date.now())) {
          count(meters, task, 'failed', 1);
          const failure_reason = error.type ?? 'unknown';
          meters.add('football_scheduler_task_failures_total', { task_name: task, failure_reason });
        }
      }
      throw error;
    }
  };
  return {
    measure,
    interceptor: ({ info }) => ({
      inbound: { execute: (input, next) => measure<unknown>(info, () => next(input)) },
    }),
    refresh: () => {
      for (const [task, attempts] of recent) showErrorRate(task, attempts);
    },
  };
}

const count = (meters: Pick<Meters, 'add'>, task: string, status: Status, by: 0 | 1): void => {
  meters.add('football_tasks_total', { task_name: task, status }, by);
};

/** The attempts of the last hour, by minute, so that a task that runs a thousand times a minute costs no more. */
class AttemptsOfAnHour {
  private minutes: { readonly at: number; all: number; failed: number }[] = [];

  add(now: number, hasFailed: boolean): void {
    const at = Math.floor(now / 60_000) * 60_000;
    let minute = this.minutes.at(-1);
    if (minute?.at !== at) this.minutes.push((minute = { at, all: 0, failed: 0 }));
    minute.all += 1;
    if (hasFailed) minute.failed += 1;
  }

  /** 0 where there was none. */
  failedShare(now: number): number {
    this.minutes = this.minutes.filter((minute) => minute.at > now - hourMs);
    const all = this.minutes.reduce((sum, each) => sum + each.all, 0);
    return all === 0 ? 0 : this.minutes.reduce((sum, each) => sum + each.failed, 0) / all;
  }
}

/** Measuring never decides about work: what cannot be noted is not noted. */
function harmless(meters: Meters): Pick<Meters, 'add' | 'set' | 'observe'> {
  const trying = (note: () => void): void => {
    try {
      note();
    } catch {
      // An attempt that ended well would be tried again because of a number.
    }
  };
  return {
    add: (...noted) => {
      trying(() => {
        meters.add(...noted);
      });
    },
    set: (...noted) => {
      trying(() => {
        meters.set(...noted);
      });
    },
    observe: (...noted) => {
      trying(() => {
        meters.observe(...noted);
      });
    },
  };
}
