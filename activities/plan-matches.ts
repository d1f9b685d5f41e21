import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { readBudgetDay } from '../adapters/postgres/budget-report.js';
import {
  followedPlans,
  markEnded,
  markTold,
  noteFollowerFailed,
  replanMatches,
  type FollowedPlan,
} from '../adapters/postgres/match-plans.js';
import type { Redactor } from '../adapters/redaction/redactor.js';
import type { TemporalClient } from '../adapters/temporal/connect.js';
import { lastRun } from '../adapters/temporal/last-run.js';
import { openWorkflows } from '../adapters/temporal/open-workflows.js';
import { beginsAgainAt } from '../domain/clock/begun-again.js';
import { nowBy } from '../domain/clock/simulated-clock.js';
import { dayOf } from '../domain/budget/periods.js';
import type { ProviderBudget } from '../schemas/budgets.js';
import {
  FollowerMemo,
  followerOf,
  replannedSignalName,
  type FollowMatchInput,
  type MatchStep,
  type PlanMatchesResult,
  type StepReport,
} from '../schemas/jobs/follow-match.js';
import { priorityOf } from '../schemas/jobs/priorities.js';
import type { SimulatedClock } from '../schemas/jobs/simulated-clock.js';
import { startedByHouse } from '../schemas/jobs/started-by.js';
import type { TaskQueue } from '../schemas/jobs/task-queues.js';
import { CalendarDate, instant, toIso, type Instant } from '../schemas/values.js';
import { heartbeating } from './heartbeating.js';
import { planBudgets } from './plan-budgets.js';

export interface PlanMatchesDeps {
  readonly pool: pg.Pool;
  readonly redactor: Redactor;
  readonly budgets: readonly ProviderBudget[];
  readonly connect: () => Promise<TemporalClient>;
}

const hourMs = 3_600_000;
/** Temporal is told this many at a time. */
const toldSideBySide = 20;

/** Activities that have every match followed that soon begins, by the plan that silver has of it now. */
export function createPlanMatchesActivities({ pool, redactor, budgets, connect }: PlanMatchesDeps) {
  return {
    /**
     * Brings the plans of the matches up to date and tells each changed one to the workflow of its match, which it starts where there is none:
     * also where a match is followed by its plan and Temporal knows of no follower. One that failed is begun again after a pause that grows with
     * each failure, and makes nothing again that the one before had made. Plans the day of the providers again where a match was told
     * something, or the day has no plan yet.
     */
    async planMatches({
      hoursAhead,
      steps,
      clock,
    }: {
      readonly hoursAhead: number;
      readonly steps: readonly MatchStep[];
      readonly clock?: SimulatedClock;
    }): Promise<PlanMatchesResult> {
      return await heartbeating(async () => {
        const now = nowBy(clock, Date.now());
        const ahead = { now, until: instant(now + hoursAhead * hourMs) };
        const followed = await reachingPostgres(async () => {
          await replanMatches(pool, ahead);
          return await followedPlans(pool, { ...ahead, clock });
        });
        const told = await withTemporal(connect, async (client) => {
          const running = await openWorkflows(client, 'followMatch');
          const toTell = followed.filter(
            ({ matchId, isTold }) => !isTold || !running.has(followerOf(matchId)),
          );
          let count = 0;
          for (let first = 0; first < toTell.length; first += toldSideBySide) {
            const some = toTell.slice(first, first + toldSideBySide);
            const heard = await Promise.all(
              some.map(async (one) => {
                const made = running.has(followerOf(one.matchId)) ? [] : await madeBefore(client, one, now);
                if (made === 'paused') return [];
                await tell(client, one, steps, made);
                return [one];
              }),
            );
            const told = heard.flat();
            await reachingPostgres(() => markTold(pool, told, clock));
            count += told.length;
          }
          return count;
        });
        const plannedProviders = await reachingPostgres(() => planDay(now, clock, told));
        return { followed: followed.length, told, plannedProviders };
      });
    },

    /** Notes that nobody follows the match any more. */
    async endFollowing(input: { readonly matchId: number; readonly version: number }): Promise<void> {
      await reachingPostgres(() => markEnded(pool, input));
    },
  };

  /**
   * What the follower had made that a match has lost; `paused` where it failed and is not to be begun again yet. A failure is noted once, with
   * its line in the error log.
   */
  async function madeBefore(
    client: Client,
    { matchId, wasTold, failures, failedRun, pausedUntil }: FollowedPlan,
    now: Instant,
  ): Promise<readonly StepReport[] | 'paused'> {
    if (!wasTold) return [];
    if (pausedUntil !== null && pausedUntil > now) return 'paused';
    const last = await lastRun(client, followerOf(matchId));
    if (last === undefined) return [];
    const { runId, failure } = last;
    if (failure !== undefined && runId !== failedRun) {
      const again = { failures: failures + 1, pausedUntil: beginsAgainAt(failures + 1, now) };
      await noteFollowerFailed(pool, { matchId, runId, failure, ...again }, redactor);
      return 'paused';
    }
    const hasEndedItself = last.status === 'completed' || last.status === 'cancelled';
    return hasEndedItself ? [] : (FollowerMemo.safeParse(last.memo).data?.made ?? []);
  }

  async function planDay(now: Instant, clock: SimulatedClock | undefined, told: number): Promise<string[]> {
    const day = CalendarDate.parse(toIso(dayOf(now)).slice(0, 10));
    const { use } = await readBudgetDay(pool, day);
    const hasPlan = use.some(({ plannedAt }) => plannedAt !== null);
    if (hasPlan && told === 0) return [];
    const plans = await planBudgets({ pool, budgets }, clock === undefined ? undefined : now);
    return plans.map(({ provider }) => provider);
  }
}

async function withTemporal<T>(
  connect: PlanMatchesDeps['connect'],
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const temporal = await connect();
  try {
    return await work(temporal.client);
  } finally {
    await temporal.close();
  }
}

/** Whoever follows the match already takes the plan from the signal; whoever begins, from either. */
async function tell(
  client: Client,
  { matchId, plan }: Pick<FollowedPlan, 'matchId' | 'plan'>,
  steps: readonly MatchStep[],
  made: readonly StepReport[],
): Promise<void> {
  const input: FollowMatchInput = { matchId, plan, steps: [...steps], made: [...made] };
  await client.workflow.signalWithStart('followMatch', {
    workflowId: followerOf(matchId),
    taskQueue: 'default' satisfies TaskQueue,
    args: [input],
    priority: priorityOf('followMatch'),
    // Where it fails before it makes anything, the next one has it from here.
    memo: { ...startedByHouse, input, made },
    signal: replannedSignalName,
    signalArgs: [plan],
  });
}
