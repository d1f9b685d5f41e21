import type { ToldEvent, ToldScore } from '../../../schemas/records/live.js';
import { readBody } from '../wire/contract.js';
import type { Endpoint } from '../wire/endpoint.js';
import { unknownFields } from '../wire/unknown-fields.js';
import { ScoresBody, ScoresList } from './contract.js';
import { readStates } from './read-states.js';
import { dataSource } from './scores-api.js';

/** All that the feed has of today, those in play, or those of some ids of the feed (at most 100 in a request). */
export type MatchSelection = 'all' | 'live' | { readonly ids: readonly string[] };

/** The parameters of either transport. */
export function selectionParameters(matches: MatchSelection): Readonly<Record<string, string>> {
  if (matches === 'all') return {};
  return matches === 'live' ? { live: 'true' } : { ids: matches.ids.join() };
}

/** How matches stand, asked for once: which match it is, then its score. */
export const scores: Endpoint<{ readonly matches: MatchSelection }, ToldEvent | ToldScore> = {
  kind: 'scores',
  request: ({ matches }) => ({ path: '/v1/scores', parameters: selectionParameters(matches), cost: 1 }),
  read: (body) => ({
    ...readStates(readBody(body, ScoresList, dataSource).matches, 'matches'),
    unknownFields: unknownFields(ScoresBody, body),
    next: null,
  }),
};
