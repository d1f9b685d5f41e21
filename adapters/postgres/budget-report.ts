import type pg from 'pg';
import { z } from 'zod';
import { Priority, type ProviderBudget } from '../../schemas/budgets.js';
import { SkipReason } from '../../schemas/records/budget.js';
import { CalendarDate } from '../../schemas/values.js';
import { reachingPostgres } from './away.js';

const Account = z.object({ provider: z.string(), limit: z.int(), spent: z.int() });

/** What a priority was planned and spent on a day, of one provider. */
const PriorityUse = z.object({
  provider: z.string(),
  priority: Priority,
  wanted: z.int(),
  granted: z.int(),
  /** Of the plan: granted and not spent since it was made. */
  planned: z.int(),
  /** Of the whole day. */
  spent: z.int(),
  /** Null where no plan was made. */
  plannedAt: z.date().nullable(),
});
export type PriorityUse = z.infer<typeof PriorityUse>;

/** Requests of one task that were not made for one reason. */
const SkippedRequests = z.object({
  provider: z.string(),
  priority: Priority,
  task: z.string(),
  reason: SkipReason,
  requests: z.int(),
  units: z.int(),
  firstAt: z.date(),
  lastAt: z.date(),
});
export type SkippedRequests = z.infer<typeof SkippedRequests>;

/** The accounts of a day of UTC, of all providers that have any. */
export interface BudgetDay {
  readonly day: CalendarDate;
  readonly accounts: readonly z.infer<typeof Account>[];
  readonly use: readonly PriorityUse[];
  readonly skipped: readonly SkippedRequests[];
}

/** What a provider still lets us ask in its present period. */
export interface BudgetLeft {
  readonly provider: string;
  readonly period: 'day' | 'minute';
  readonly left: number;
}

const Remaining = z.object({ provider: z.string(), period: z.enum(['day', 'minute']), left: z.int() });

/** What is left of the present day and minute, by the clock of Postgres; an account that nobody has used yet has all that is declared. */
export async function budgetsLeft(pool: pg.Pool, budgets: readonly ProviderBudget[]): Promise<BudgetLeft[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query(
      `select provider, period_kind as period, least(unit_limit, unit_ceiling) - spent as left from provider_accounts
       where period_start = date_trunc(period_kind, now(), 'UTC')`,
    ),
  );
  const used = z.array(Remaining).parse(rows);
  return budgets.flatMap(({ provider, perDay, perMinute }) =>
    (
      [
        ['day', perDay],
        ['minute', perMinute],
      ] as const
    ).map(
      ([period, declared]) =>
        used.find((row) => row.provider === provider && row.period === period) ?? {
          provider,
          period,
          left: declared,
        },
    ),
  );
}

/** What was spent, planned and skipped on a day of UTC; without one, today by the clock of Postgres. */
export async function readBudgetDay(pool: pg.Pool, asked: CalendarDate | undefined): Promise<BudgetDay> {
  return await reachingPostgres(async () => {
    const today = await pool.query(`select coalesce($1::date, now()::date) as day`, [asked]);
    const { day } = z.object({ day: CalendarDate }).parse(today.rows[0]);
    const accounts = await pool.query(
      `select provider, least(unit_limit, unit_ceiling) as limit, spent from provider_accounts
       where period_kind = 'day' and period_start = $1::date order by provider`,
      [day],
    );
    const use = await pool.query(
      `select provider, priority, coalesce(p.wanted, 0) as wanted, coalesce(p.granted, 0) as granted,
         greatest(p.granted - p.spent, 0) as planned, coalesce(s.spent, 0) as spent, p.planned_at as "plannedAt"
       from (select * from provider_plans where day = $1::date) as p
       full join (
         select provider, priority, sum(cost)::integer as spent from provider_spends
         where spent_at >= $1::date and spent_at < $1::date + 1 group by provider, priority
       ) as s using (provider, priority)`,
      [day],
    );
    const skipped = await pool.query(
      `select provider, priority, task_name as task, reason, count(*)::integer as requests, sum(cost)::integer as units,
         min(skipped_at) as "firstAt", max(skipped_at) as "lastAt"
       from provider_skips where skipped_at >= $1::date and skipped_at < $1::date + 1
       group by provider, priority, task_name, reason
       order by provider, max(skipped_at) desc, priority, task_name, reason`,
      [day],
    );
    return {
      day,
      accounts: z.array(Account).parse(accounts.rows),
      use: z.array(PriorityUse).parse(use.rows),
      skipped: z.array(SkippedRequests).parse(skipped.rows),
    };
  });
}
