import { z } from 'zod';
import type { Goals } from '../../../schemas/records/live.js';
import type { Instant, KickoffPrecision } from '../../../schemas/values.js';
import { matchStatusOf, StatusCode } from './match-status.js';
import { GoalPair, goalsOf, id, notRead, readDay, readInstant, Team, text, unread } from './wire-fields.js';

/** A season is the year in which it begins. */
const year = z.int('is not a year').min(1900, 'is not a year').max(2100, 'is not a year');

/**
 * A match as `/fixtures` tells it, by https://www.api-football.com/documentation-v3#tag/Fixtures/operation/get-fixtures. Asked by ids it
 * also has events, line-ups and statistics, and in play the events: line-ups are read where they are asked for, the others not yet.
 */
export const FixtureEntry = z.object({
  fixture: z.object({
    id,
    referee: text.nullish(),
    timezone: notRead,
    date: text,
    timestamp: notRead,
    periods: unread('first', 'second'),
    venue: z.object({ id: notRead, name: text.nullish(), city: notRead }).nullish(),
    status: z.object({ long: notRead, short: StatusCode, elapsed: notRead, extra: notRead }),
  }),
  league: z.object({
    id,
    name: notRead,
    country: notRead,
    logo: notRead,
    flag: notRead,
    season: year,
    round: notRead,
    standings: notRead,
  }),
  teams: z.object({ home: Team, away: Team }),
  goals: GoalPair,
  score: z
    .object({
      halftime: GoalPair,
      fulltime: GoalPair,
      extratime: unread('home', 'away'),
      penalty: unread('home', 'away'),
    })
    .nullish(),
  events: notRead,
  lineups: notRead,
  statistics: notRead,
  players: notRead,
});
export type FixtureEntry = z.infer<typeof FixtureEntry>;

/**
 * The score that a record tells. `goals` has the goals of extra time, `score.fulltime` is that of ninety minutes: it counts once the match
 * is over, and `goals` until then. A match that was over after ninety minutes, or whose score was awarded, may state it in `goals` alone;
 * after extra time and penalties `goals` would be another score, so none is told.
 */
export function scoreOf({ fixture, goals, score }: FixtureEntry): Goals {
  const code = fixture.status.short;
  const asItStands = goalsOf(goals);
  if (matchStatusOf[code] !== 'completed') return asItStands;
  const fullTime = goalsOf(score?.fulltime);
  if (fullTime.home !== null || fullTime.away !== null) return fullTime;
  return code === 'AET' || code === 'PEN' ? fullTime : asItStands;
}

/**
 * When the match begins. With `TBD` the provider knows the day at best, and the time beside it is a placeholder: the kick-off is then the
 * first instant of that day, as it is where only a date is written. With `PST` and `CANC` it is the one that no longer holds, told as it
 * is written. Undefined where it is no time.
 */
export function kickoffOf({
  fixture,
}: FixtureEntry): { readonly kickoff: Instant; readonly precision: KickoffPrecision } | undefined {
  const isDay = fixture.status.short === 'TBD' || fixture.date.length === 10;
  const kickoff = isDay ? readDay(fixture.date) : readInstant(fixture.date);
  return kickoff === undefined ? undefined : { kickoff, precision: isDay ? 'day' : 'minute' };
}
