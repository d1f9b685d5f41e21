import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type pg from 'pg';
import { correctFromProvider, spend } from '../adapters/postgres/budget-account.js';
import type { RequestHooks } from '../adapters/providers/wire/endpoint.js';
import { nextDay } from '../adapters/providers/wire/refusals.js';
import { taskAttempt } from '../adapters/temporal/attempt.js';
import { decideSpend } from '../domain/budget/decide-spend.js';
import { nowBy, realWait, type SimulatedClock } from '../domain/clock/simulated-clock.js';
import type { Priority, ProviderBudget } from '../schemas/budgets.js';
import { QuotaExhausted } from '../schemas/errors.js';
import type { SkipReason } from '../schemas/records/budget.js';
import type { Instant } from '../schemas/values.js';

/** Whether a request was not made for want of budget, which says nothing about its provider; one that the provider refuses has a status. */
export const wasNotAsked = (error: unknown): boolean =>
  error instanceof QuotaExhausted && error.subject.httpStatus === undefined;

export interface SpendBudgetDeps {
  readonly pool: pg.Pool;
  readonly budgets: readonly ProviderBudget[];
}

const reasons: Readonly<Record<SkipReason, string>> = {
  day_spent: 'its requests of today are spent',
  kept_for_higher: 'what is left of its requests of today is kept for what is more urgent',
  above_limit: 'the request costs more than a minute or a day ever has',
};

/** How many requests each attempt has been granted: an attempt that asks several questions numbers their requests through. */
const granted = new WeakMap<Context, number>();

/**
 * What the running attempt of an activity does about its requests to a provider: before each it takes the units from the provider's
 * account, and waits for the next minute where this one's are gone; after each answer the account follows the provider's own count. A
 * provider without a budget is asked freely.
 *
 * The days and minutes are those of the clock that the job was given; without one, of Postgres.
 *
 * Before a request that the day's budget does not allow, QuotaExhausted is thrown; the skip is recorded.
 */
export function budgetHooks(
  { pool, budgets }: SpendBudgetDeps,
  {
    provider,
    priority,
    clock,
  }: {
    readonly provider: string;
    readonly priority: Priority;
    readonly clock?: SimulatedClock | undefined;
  },
): RequestHooks {
  const budget = budgets.find((each) => each.provider === provider);
  if (budget === undefined) return {};
  const context = Context.current();
  const { info, cancellationSignal: signal } = context;
  const attempt = taskAttempt(info);
  let spentAt: Instant | undefined;
  return {
    async beforeRequest({ cost, path: endpoint }) {
      const requestNo = granted.get(context) ?? 0;
      const request = { priority, cost, endpoint, key: { ...attempt, requestNo } };
      for (;;) {
        const verdict = await spend(
          pool,
          { budget, at: clock && nowBy(clock, Date.now()) },
          request,
          decideSpend,
        );
        if (verdict.outcome === 'granted') {
          spentAt = verdict.at;
          granted.set(context, requestNo + 1);
          return;
        }
        if (verdict.outcome === 'skipped') {
          throw new QuotaExhausted(
            `${provider} is not asked: ${reasons[verdict.reason]}`,
            {
              object: endpoint,
              advice: 'Wait for tomorrow, or change BUDGETS; touchline budget shows the account.',
            },
            verdict.reason === 'above_limit' ? undefined : nextDay(nowBy(clock, Date.now())),
          );
        }
        await sleep(realWait(clock, Date.now(), verdict.until), undefined, { signal });
      }
    },
    async onQuota(quota) {
      if (spentAt !== undefined) await correctFromProvider(pool, { provider, spentAt }, quota);
    },
  };
}
