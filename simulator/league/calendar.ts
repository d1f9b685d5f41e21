import { dateIn, instantIn, london, shiftDate, weekdayOf } from '../../domain/clock/zones.js';
import type { Instant } from '../../schemas/values.js';
import { CalendarDate, TimeOfDay } from '../../schemas/values.js';

/** A slot in a round: the day counted from the round's Saturday, and the time at the ground. */
interface Slot {
  readonly day: number;
  readonly time: TimeOfDay;
}

const slots = (day: number, ...times: readonly string[]): readonly Slot[] =>
  times.map((time) => ({ day, time: TimeOfDay.parse(time) }));

const weekend = [
  ...slots(0, '12:30', '15:00', '15:00', '15:00', '15:00', '15:00', '17:30'),
  ...slots(1, '14:00', '14:00', '16:30'),
];
/** Tuesday and Wednesday after the round's Saturday. */
const midweek = [
  ...slots(3, '19:45', '19:45', '19:45', '19:45', '20:00'),
  ...slots(4, '19:45', '19:45', '19:45', '19:45', '20:00'),
];
const lastDay = slots(1, ...Array<string>(10).fill('16:00'));

const weeksInASeason = 41;
/** Saturdays without a round: internationals and cups. Week 0 is the opening one. */
const idleWeeks = new Set([3, 8, 13, 21, 26, 31, 35]);
const weeksWithMidweekRound = new Set([16, 20, 24, 29]);

interface Round {
  readonly week: number;
  readonly slots: readonly Slot[];
}

const rounds: readonly Round[] = Array.from({ length: weeksInASeason }, (_, week): readonly Round[] => [
  ...(idleWeeks.has(week) ? [] : [{ week, slots: week === weeksInASeason - 1 ? lastDay : weekend }]),
  ...(weeksWithMidweekRound.has(week) ? [{ week, slots: midweek }] : []),
]).flat();

/** Rounds in a season. */
export const roundsInASeason = rounds.length;

/** When a match begins: the instant, and the date and time that a clock at the ground (London) shows. */
export interface KickOff {
  readonly instant: Instant;
  readonly date: CalendarDate;
  readonly time: TimeOfDay;
}

/** The first Saturday on or after 10 August. */
function openingSaturday(startYear: number): CalendarDate {
  const earliest = CalendarDate.parse(`${startYear}-08-10`);
  return shiftDate(earliest, (6 - weekdayOf(earliest) + 7) % 7);
}

/**
 * The kick-offs of a season that begins in August of `startYear` and ends in May, by round (38) and match (10).
 * Nobody plays on Christmas Day: those matches are on the 26th.
 */
export function seasonCalendar(startYear: number): readonly (readonly KickOff[])[] {
  const opening = openingSaturday(startYear);
  return rounds.map((round) =>
    round.slots.map(({ day, time }) => {
      const planned = shiftDate(opening, 7 * round.week + day);
      const date = planned.endsWith('-12-25') ? shiftDate(planned, 1) : planned;
      return { instant: instantIn(london, date, time), date, time };
    }),
  );
}

/** The year in which the season that an instant belongs to begins; June and July belong to the season before. */
export function seasonYearAt(now: Instant): number {
  const [year = 0, month = 0] = dateIn(london, now).split('-').map(Number);
  return month >= 8 ? year : year - 1;
}
