import {
  byPriority,
  priorities,
  type ByPriority,
  type Cadence,
  type ProviderBudget,
} from '../../schemas/budgets.js';
import type { DayPlan, PlannedFixture, PlannedUnits, RestOfDay } from '../../schemas/records/budget.js';
import type { Instant } from '../../schemas/values.js';
import { unplannedReserve } from './decide-spend.js';
import { matchWindow } from '../clock/match-window.js';
import { dayOf, nextDay } from './periods.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A match is polled from 15 minutes before its kick-off (COL-7), and most are over two hours after it. */
export const inPlay = { beforeMs: matchWindow.beforeMs, afterMs: 2 * hourMs } as const;

/**
 * Divides the units that are left of a day: each priority, the highest first, gets what the fixtures still ahead make it want, as far as
 * the units suffice beside its reserve. So nothing is granted to a priority below one that is cut. Fixtures of other days are let be,
 * but for those whose play reaches into this one.
 */
export function planDay(
  fixtures: readonly PlannedFixture[],
  budget: Pick<ProviderBudget, 'perDay' | 'reserve' | 'cadence'>,
  { from, unitsLeft }: RestOfDay,
): DayPlan {
  const wanted = unitsWanted(fixtures, budget.cadence, from);
  const granted = new Map<string, number>();
  let grantedAbove = 0;
  for (const priority of priorities) {
    const available = unitsLeft - grantedAbove - unplannedReserve(budget, priority, budget.perDay);
    const units = Math.max(0, Math.min(wanted[priority], available));
    granted.set(priority, units);
    grantedAbove += units;
  }
  return byPriority((priority): PlannedUnits => {
    const units = granted.get(priority) ?? 0;
    return { wanted: wanted[priority], granted: units, cut: wanted[priority] - units };
  });
}

/** The units that each priority wants of the rest of the day. */
function unitsWanted(
  fixtures: readonly PlannedFixture[],
  cadence: ByPriority<Cadence>,
  from: Instant,
): ByPriority<number> {
  const end = nextDay(from);
  const restOfDay = (end - from) / (end - dayOf(from));
  const ahead = fixtures.filter((fixture) => isAhead(fixture, from));
  const kickoffs =
    new Set(ahead.filter(isTimed).map(({ kickoff }) => kickoff)).size +
    // Of a day without a time each match may have a kick-off of its own.
    ahead.filter((fixture) => !isTimed(fixture)).length;
  const minutes = minutesInPlay(fixtures, from);
  return byPriority((priority) => {
    const { perDay, perMatch, perKickoff, everyMinutesInPlay } = cadence[priority];
    const polls = everyMinutesInPlay === null ? 0 : Math.ceil(minutes / everyMinutesInPlay);
    return Math.ceil(perDay * restOfDay) + perMatch * ahead.length + perKickoff * kickoffs + polls;
  });
}

const isTimed = ({ precision }: PlannedFixture): boolean => precision === 'minute';

/**
 * Whether a match is still to start on the day. One of which only the date is known counts for the day of UTC on which most of its own day
 * lies, until that is over.
 */
function isAhead(fixture: PlannedFixture, from: Instant): boolean {
  const { kickoff } = fixture;
  if (isTimed(fixture)) return kickoff >= from && kickoff < nextDay(from);
  const middle = kickoff + 12 * hourMs;
  return middle >= dayOf(from) && middle < nextDay(from);
}

/**
 * Minutes of the rest of the day in which any match is in play. Matches without a time are taken to be played one after the other,
 * the most that they can ask.
 */
function minutesInPlay(fixtures: readonly PlannedFixture[], from: Instant): number {
  const end = nextDay(from);
  const windows = fixtures
    .filter(isTimed)
    .map(({ kickoff }) => ({
      begin: Math.max(kickoff - inPlay.beforeMs, from),
      end: Math.min(kickoff + inPlay.afterMs, end),
    }))
    .filter((window) => window.begin < window.end)
    .sort((one, other) => one.begin - other.begin);
  let covered = 0;
  let reached: number = from;
  for (const window of windows) {
    covered += Math.max(0, window.end - Math.max(window.begin, reached));
    reached = Math.max(reached, window.end);
  }
  const untimed = fixtures.filter((fixture) => !isTimed(fixture) && isAhead(fixture, from)).length;
  const atMost = Math.min(end - from, covered + untimed * (inPlay.beforeMs + inPlay.afterMs));
  return atMost / minuteMs;
}
