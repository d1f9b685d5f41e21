import type { ServingAction } from '../../schemas/records/promotion.js';

/** One decision about the version in production. */
export interface ServingMove {
  readonly action: ServingAction;
  readonly to: number | null;
}

/**
 * The versions that were in production and were not taken back, the one that serves last: each promotion is laid upon the ones before, each rollback
 * takes the uppermost away.
 */
export function productionHistory(moves: readonly ServingMove[]): number[] {
  const history: number[] = [];
  for (const { action, to } of moves) {
    if (action === 'split' || to === null) continue;
    if (action === 'rollback') history.pop();
    if (history.at(-1) !== to) history.push(to);
  }
  return history;
}
