import { budgetsWith, byPriority, type BudgetChanges, type ProviderBudget } from '../../schemas/budgets.js';
import { InvariantBroken } from '../../schemas/errors.js';
import type { RequestKey, SpendRequest } from '../../schemas/records/budget.js';

/** The declared budget of API-Football, with what a test changes. */
export function aBudget(change: BudgetChanges[string] = {}): ProviderBudget {
  const found = budgetsWith({ api_football: change }).find(({ provider }) => provider === 'api_football');
  if (found === undefined) throw new InvariantBroken('API-Football has no budget');
  return found;
}

/** No priority leaves anything for another. */
export const noReserve = byPriority(() => 0);

let requests = 0;

/** A request of a task of its own, one unit for live scores. */
export function aRequest(
  change: Partial<Omit<SpendRequest, 'key'>> & { readonly key?: Partial<RequestKey> } = {},
): SpendRequest {
  requests += 1;
  return {
    priority: 'live',
    cost: 1,
    endpoint: '/fixtures',
    ...change,
    key: {
      taskName: 'collectScores',
      workflowId: `collect-live-scores/${process.pid}-${requests}`,
      runId: 'run',
      activityId: '1',
      retryCount: 0,
      requestNo: 0,
      ...change.key,
    },
  };
}
