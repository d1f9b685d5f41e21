import type { WireProvider } from '../wire/endpoint.js';

export const dataSource = 'scores_api';

/** Any feed that speaks the format of docs/scores-feed.md. It has no address of its own and tells no quota. */
export const scoresApi: WireProvider = {
  dataSource,
  defaultUrl: null,
  urlVariable: 'SCORES_API_URL',
  keyVariable: 'SCORES_API_KEY',
  carryKey: (key) => ({ headers: { authorization: `Bearer ${key}` }, parameters: {} }),
  quotaOf: () => ({ remainingToday: null, remainingThisMinute: null, used: null, lastCost: null }),
};
