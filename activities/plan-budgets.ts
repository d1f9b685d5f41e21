import type pg from 'pg';
import { replanDay } from '../adapters/postgres/budget-account.js';
import { readDayFixtures } from '../adapters/postgres/day-fixtures.js';
import { planDay } from '../domain/budget/plan-day.js';
import type { ProviderBudget } from '../schemas/budgets.js';
import type { DayPlan } from '../schemas/records/budget.js';
import type { Instant } from '../schemas/values.js';

/** The plan of one provider. */
export interface ProviderPlan {
  readonly provider: string;
  readonly plan: DayPlan;
}

/**
 * Plans the rest of the day of every provider, from the fixtures still ahead and what is left of its account; made again when fixtures have
 * moved, it takes the place of the plan before. Without an instant it is now, by the clock of Postgres.
 */
export async function planBudgets(
  { pool, budgets }: { readonly pool: pg.Pool; readonly budgets: readonly ProviderBudget[] },
  at?: Instant,
): Promise<readonly ProviderPlan[]> {
  const fixtures = await readDayFixtures(
    pool,
    budgets.map(({ provider }) => provider),
    at,
  );
  const plans: ProviderPlan[] = [];
  for (const budget of budgets) {
    const plan = await replanDay(pool, { budget, at }, (rest) => planDay(fixtures, budget, rest));
    plans.push({ provider: budget.provider, plan });
  }
  return plans;
}
