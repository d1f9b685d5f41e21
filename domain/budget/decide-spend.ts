import { priorities, type ByPriority, type Priority, type ProviderBudget } from '../../schemas/budgets.js';
import type {
  AccountState,
  PeriodAccount,
  SkipReason,
  SpendRequest,
  SpendVerdict,
} from '../../schemas/records/budget.js';
import { nextMinute } from './periods.js';

/** Units of so many that a priority leaves untouched for what nobody planned of the higher ones. */
export const unplannedReserve = (
  { reserve }: Pick<ProviderBudget, 'reserve'>,
  priority: Priority,
  limit: number,
): number => Math.floor(reserve[priority] * limit);

/** Units of those left of a day that a request of a priority must leave: what is planned for higher ones, and its reserve. */
export function keptFor(
  budget: Pick<ProviderBudget, 'reserve'>,
  { limit, spent }: PeriodAccount,
  planned: ByPriority<number>,
  priority: Priority,
): number {
  const plannedAbove = priorities
    .slice(0, priorities.indexOf(priority))
    .reduce((sum, higher) => sum + planned[higher], 0);
  return Math.min(limit - spent, plannedAbove + unplannedReserve(budget, priority, limit));
}

/**
 * Whether a request of a cost (whole units) and priority may be made now, must wait for the next minute, or is not made today.
 * A request leaves of the day what is planned for higher priorities and its reserve; of the minute its reserve, as far as a minute of
 * which nothing is spent would still have enough for it. One that costs nothing is made.
 */
export function decideSpend(
  budget: Pick<ProviderBudget, 'perDay' | 'perMinute' | 'reserve'>,
  { at, day, minute, planned }: AccountState,
  { priority, cost }: Pick<SpendRequest, 'priority' | 'cost'>,
): SpendVerdict {
  const left = day.limit - day.spent;
  const kept = keptFor(budget, day, planned, priority);
  const granted: SpendVerdict = { outcome: 'granted', at };
  const skipped = (reason: SkipReason): SpendVerdict => ({ outcome: 'skipped', reason, left, kept });
  if (cost === 0) return granted;
  if (cost > budget.perDay || cost > budget.perMinute) return skipped('above_limit');
  if (cost > left) return skipped('day_spent');
  if (cost > left - kept) return skipped('kept_for_higher');
  const keptOfMinute = Math.min(
    unplannedReserve(budget, priority, budget.perMinute),
    budget.perMinute - cost,
  );
  return cost <= minute.limit - minute.spent - keptOfMinute
    ? granted
    : { outcome: 'wait', until: nextMinute(at) };
}
