import type { CollectedMatch } from '../../../schemas/records/collected-match.js';
import { byDay, type EditionRule } from './edition.js';

const hour = 60;
const minutesOfDay = 24 * hour;
/** Kick-offs of this many matches make a league's habits. */
const fewestForHabit = 60;
const fewestJudged = 20;
/** A slot that a league hardly uses, and one that it likes, as shares of its matches. */
const rare = 0.03;
const usual = 0.08;
/** The share of matches that lie in a rare slot an hour or two beside a usual one. A league that moves a kick-off for good moves one of several. */
const mostBeside = 0.35;

const minuteOf = ({ time }: CollectedMatch): number | undefined => {
  if (time === null) return undefined;
  const [hours = NaN, minutes = NaN] = time.split(':').map(Number);
  return hours * hour + minutes;
};

const isWeekend = (date: string): boolean => [0, 6].includes(new Date(date).getUTCDay());

/** How a league's kick-offs spread over the day, weekends by themselves. */
function habitOf(
  matches: readonly CollectedMatch[],
): ((match: CollectedMatch, shift: number) => number) | undefined {
  const counts = new Map<string, number>();
  const totals = new Map<boolean, number>();
  for (const match of matches) {
    const minute = minuteOf(match);
    if (minute === undefined) continue;
    const weekend = isWeekend(match.date);
    counts.set(`${weekend} ${minute}`, (counts.get(`${weekend} ${minute}`) ?? 0) + 1);
    totals.set(weekend, (totals.get(weekend) ?? 0) + 1);
  }
  if ((totals.get(true) ?? 0) < fewestForHabit) return undefined;
  return (match, shift) => {
    const weekend = isWeekend(match.date);
    const minute = ((minuteOf(match) ?? NaN) + shift + minutesOfDay) % minutesOfDay;
    return (counts.get(`${weekend} ${minute}`) ?? 0) / (totals.get(weekend) ?? NaN);
  };
}

/**
 * A league plays at its hours. Where a stretch of a season has its matches an hour or two beside them, its times were read in another zone. What
 * is usual is told by the season before, else by the rest of this one.
 */
export const kickoffsOffByHours: EditionRule = ({ matches, previous }) => {
  const timed = byDay(matches).filter(({ match }) => minuteOf(match) !== undefined);
  const middle = Math.floor(timed.length / 2);
  const halves = [timed.slice(0, middle), timed.slice(middle)] as const;
  const stretches = [
    { name: 'the first half of the season', judged: halves[0], rest: halves[1] },
    { name: 'the second half of the season', judged: halves[1], rest: halves[0] },
    { name: 'the newest matches', judged: timed.slice(-40), rest: timed.slice(0, -40) },
  ];
  const habitBefore = habitOf(previous);
  const isKnown = habitBefore !== undefined;
  for (const { name, judged, rest } of stretches) {
    const habit = habitBefore ?? habitOf(rest.map(({ match }) => match));
    if (habit === undefined || judged.length < fewestJudged) continue;
    for (const shift of [-hour, hour, -2 * hour, 2 * hour]) {
      const beside = judged.filter(({ match }) => habit(match, 0) < rare && habit(match, shift) > usual);
      if (beside.length < mostBeside * judged.length || !beside.some(({ isNew }) => isNew)) continue;
      const hours = Math.abs(shift) / hour;
      return [
        {
          rule: 'kickoffs_off_by_hours',
          says: `${beside.length} of ${judged.length} kick-offs of ${name} lie ${hours === 1 ? 'an hour' : `${hours} hours`} ${shift < 0 ? 'after' : 'before'} the league's usual ones`,
          // Without a season before nobody can say which of two halves is right.
          rows: (isKnown ? beside : timed).map(({ rowNo }) => rowNo),
          holds: 'edition',
        },
      ];
    }
  }
  return [];
};
