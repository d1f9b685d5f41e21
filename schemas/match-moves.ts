import type { MatchStatus } from './values.js';

/**
 * What may become of a match, from one word of its sources to the next. A source that looks seldom misses the states between, so a match
 * may go from `scheduled` straight to any end. A finished or cancelled match stays so: anything else is a mistake of the source, or a
 * decision of an association that a person should see.
 */
export const legalMoves: Readonly<Record<MatchStatus, readonly MatchStatus[]>> = {
  scheduled: ['live', 'completed', 'postponed', 'cancelled', 'abandoned'],
  live: ['completed', 'abandoned', 'postponed'],
  postponed: ['scheduled', 'live', 'completed', 'cancelled', 'abandoned'],
  // It is played on, played again, its result stands, or it is given up.
  abandoned: ['scheduled', 'live', 'completed', 'postponed', 'cancelled'],
  completed: [],
  cancelled: [],
};
