import { leagues } from '../leagues.js';
import type { DeclaredDivision } from '../provider.js';

/** The format has no names of its own for leagues: a feed, or the bridge to it, calls them by our codes. */
export const divisions: readonly DeclaredDivision[] = leagues.map((league) => ({
  externalId: league.code,
  league,
}));
