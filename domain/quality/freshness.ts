import type { DueLimits } from '../../schemas/records/freshness.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * What a match has to have, and from when on, counted from its kick-off. The closing price is that of the kick-off and is told once
 * the match has begun, hence the minutes after it. A match of which only the day is known has its score counted from the end of that
 * day, of 25 hours where the clocks go back, and nothing else. Of one ahead the list of fixtures and the prices have to have been told
 * within a day (QUAL-10), and an hour, for lists that are asked for once a day.
 */
export const dueLimits: DueLimits = {
  lineupsMs: -40 * minute,
  closingPriceMs: 10 * minute,
  scoreMs: 3 * hour,
  toldWithinMs: 25 * hour,
  dayMs: 25 * hour,
  windowMs: 28 * day,
  shown: 20,
};
