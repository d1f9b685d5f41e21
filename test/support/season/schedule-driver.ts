import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import {
  connectToTemporal,
  type TemporalClient,
  type TemporalPlace,
} from '../../../adapters/temporal/connect.js';
import { simulatedAt, type SimulatedClock } from '../../../domain/clock/simulated-clock.js';
import { FollowedMatch, type StepReport } from '../../../schemas/jobs/follow-match.js';
import type { Instant } from '../../../schemas/values.js';
import type { Job } from '../../../workflows/jobs.js';

/** A schedule as it is driven by a simulated clock: every so often, or once a day at a time. */
export interface DrivenSchedule {
  readonly job: Job;
  readonly input: Readonly<Record<string, unknown>>;
  readonly everyMs: number;
  /** Milliseconds into the span of `everyMs`, from 1970: 2 hours of a day. */
  readonly offsetMs?: number;
}

/** How the runs of a schedule ended. */
export interface DrivenRuns {
  started: number;
  /** Its time came while the run before was still going. */
  overlapped: number;
  /** How long all of them took together, in real milliseconds. */
  tookMs: number;
  readonly outcomes: Map<string, number>;
}

const longestWaitMs = 5 * 60_000;

/**
 * Starts jobs when a simulated clock shows their time, one run of a schedule at a time, as Temporal's schedules do by real time. Temporal may be
 * killed meanwhile: what was asked of it is asked again.
 */
export class ScheduleDriver {
  readonly runs = new Map<string, DrivenRuns>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #place: TemporalPlace;
  #connected: TemporalClient | undefined;

  constructor(place: TemporalPlace) {
    this.#place = place;
  }

  /** Drives the schedules from what the clock shows until it shows `to`, then waits for what still runs: a clock that is set on would have it ask a provider of another time. */
  async drive(schedules: readonly DrivenSchedule[], clock: SimulatedClock, to: Instant): Promise<void> {
    const now = (): Instant => simulatedAt(clock, Date.now());
    const next = new Map(schedules.map((schedule) => [schedule, nextTime(schedule, now())]));
    while (now() < to) {
      for (const schedule of schedules) {
        const due = next.get(schedule) ?? 0;
        if (now() < due) continue;
        next.set(schedule, nextTime(schedule, now()));
        this.#start(schedule, clock, due);
      }
      const soonest = Math.min(to, ...next.values());
      await sleep(Math.max(1, (soonest - now()) / clock.speed));
    }
    await this.settle();
  }

  /** Runs a job to its end. Its outcome is counted; a failure throws nothing. */
  async run({ job, input }: Pick<DrivenSchedule, 'job' | 'input'>, clock: SimulatedClock): Promise<void> {
    await this.#follow({ job, input, everyMs: 0 }, clock, Date.now());
  }

  /** Waits for every run that still goes, and for what is still asked for of single matches. */
  async settle(): Promise<void> {
    await Promise.all(this.#running.values());
    const query = `WorkflowType = 'collectMatchFacts' and ExecutionStatus = 'Running'`;
    while ((await this.#asked(({ client }) => client.workflow.count(query))).count > 0) await sleep(200);
  }

  /** How the steps of the matches ended that were followed to their end, by our ids of the matches; of several followers the last counts. */
  async stepsOfMatches(): Promise<ReadonlyMap<number, readonly StepReport[]>> {
    return await this.#asked(async ({ client }) => {
      const steps = new Map<number, readonly StepReport[]>();
      const query = `WorkflowType = 'followMatch' and ExecutionStatus = 'Completed'`;
      for await (const { workflowId, runId } of client.workflow.list({ query })) {
        const ended = FollowedMatch.parse(await client.workflow.getHandle(workflowId, runId).result());
        // The newest comes first.
        if (!steps.has(ended.matchId)) steps.set(ended.matchId, ended.steps);
      }
      return steps;
    });
  }

  async close(): Promise<void> {
    await this.#connected?.close();
  }

  #start(schedule: DrivenSchedule, clock: SimulatedClock, due: number): void {
    const { name } = schedule.job;
    if (this.#running.has(name)) {
      this.#runsOf(name).overlapped += 1;
      return;
    }
    const run = this.#follow(schedule, clock, due).finally(() => this.#running.delete(name));
    this.#running.set(name, run);
  }

  async #follow({ job, input }: DrivenSchedule, clock: SimulatedClock, due: number): Promise<void> {
    const counts = this.#runsOf(job.name);
    counts.started += 1;
    const begun = performance.now();
    const workflowId = `${job.name}/simulated/${due}/${counts.started}`;
    await this.#asked(async ({ client }) => {
      await client.workflow
        .start(job.workflowType, { workflowId, taskQueue: job.taskQueue, args: [byClock(job, input, clock)] })
        .catch((error: unknown) => {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        });
    });
    const outcome = await this.#asked(async ({ client }) => {
      const handle = client.workflow.getHandle(workflowId);
      const { status } = await handle.describe();
      if (status.name === 'RUNNING') {
        const result: unknown = await handle.result().catch((error: unknown) => {
          if (isFailure(error)) return error;
          throw error;
        });
        return outcomeOf(result);
      }
      return status.name === 'COMPLETED' ? outcomeOf(await handle.result()) : status.name.toLowerCase();
    });
    counts.tookMs += performance.now() - begun;
    counts.outcomes.set(outcome, (counts.outcomes.get(outcome) ?? 0) + 1);
  }

  #runsOf(name: string): DrivenRuns {
    const known = this.runs.get(name);
    if (known !== undefined) return known;
    const none: DrivenRuns = { started: 0, overlapped: 0, tookMs: 0, outcomes: new Map() };
    this.runs.set(name, none);
    return none;
  }

  /** Asks Temporal, again where it is away. */
  async #asked<T>(question: (temporal: TemporalClient) => Promise<T>): Promise<T> {
    const giveUpAt = Date.now() + longestWaitMs;
    for (;;) {
      try {
        this.#connected ??= await connectToTemporal(this.#place);
        return await question(this.#connected);
      } catch (error) {
        if (Date.now() > giveUpAt) throw error;
        await sleep(500);
      }
    }
  }
}

/** A job that tells no time is given none. */
function byClock({ input: schema }: Job, input: DrivenSchedule['input'], clock: SimulatedClock): unknown {
  const withClock = { ...input, clock };
  return schema.safeParse(withClock).success ? withClock : input;
}

const nextTime = ({ everyMs, offsetMs = 0 }: DrivenSchedule, now: Instant): number =>
  Math.floor((now - offsetMs) / everyMs) * everyMs + everyMs + offsetMs;

const isFailure = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'WorkflowFailedError';

function outcomeOf(result: unknown): string {
  if (result instanceof Error) return 'failed';
  if (typeof result !== 'object' || result === null || !('result' in result)) return 'succeeded';
  const { result: inner } = result;
  return typeof inner === 'object' && inner !== null && 'outcome' in inner
    ? String(inner.outcome)
    : 'succeeded';
}
