import { priorities, type ByPriority, type Priority, type ProviderBudget } from '../../schemas/budgets.js';
import type { AccountState, SkipReason, SpendRequest, SpendVerdict } from '../../schemas/records/budget.js';
import { nextMinute } from './periods.js';

/** The sum of what the priorities above one have. */
export const sumAbove = (units: ByPriority<number>, priority: Priority): number =>
  priorities.slice(0, priorities.indexOf(priority)).reduce((sum, higher) => sum + units[higher], 0);

/** Units of so many that a priority leaves untouched for what nobody planned of the higher ones. */
export const unplannedReserve = (
  { reserve }: Pick<ProviderBudget, 'reserve'>,
  priority: Priority,
  limit: number,
): number => Math.floor(reserve[priority] * limit);

/**
 * Whether a request of a cost (units, 1 or more) and priority may be made now, must wait for the next minute, or is not made today.
 * A request leaves of the day what is planned for higher priorities and its reserve; of the minute its reserve, as far as a minute of
 * which nothing is spent would still have enough for it.
 */
export function decideSpend(
  budget: Pick<ProviderBudget, 'perDay' | 'perMinute' | 'reserve'>,
  { at, day, minute, planned }: AccountState,
  { priority, cost }: Pick<SpendRequest, 'priority' | 'cost'>,
): SpendVerdict {
  const left = day.limit - day.spent;
  const kept = Math.min(left, sumAbove(planned, priority) + unplannedReserve(budget, priority, day.limit));
  const skipped = (reason: SkipReason): SpendVerdict => ({ outcome: 'skipped', reason, left, kept });
  if (cost > budget.perDay || cost > budget.perMinute) return skipped('above_limit');
  if (cost > left) return skipped('day_spent');
  if (cost > left - kept) return skipped('kept_for_higher');
  const keptOfMinute = Math.min(
    unplannedReserve(budget, priority, budget.perMinute),
    budget.perMinute - cost,
  );
  return cost <= minute.limit - minute.spent - keptOfMinute
    ? { outcome: 'granted' }
    : { outcome: 'wait', until: nextMinute(at) };
}
