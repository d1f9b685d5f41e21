import type { CollectedMatch } from '../../../schemas/records/collected-match.js';
import { byDay, mean, type EditionRule } from './edition.js';

const hour = 60;
const minutesOfDay = 24 * hour;
/** Kick-offs of this many matches make a league's habits. */
const fewestForHabit = 60;
const fewestJudged = 20;
/** A slot that nobody used before is not impossible: it counts as half a match, and the day as so many more. */
const unseen = 0.5;
const slots = 20;
/**
 * How much likelier the kick-offs of a stretch must be an hour or two away, in natural logarithms a match. Real stretches are likelier where they are, by
 * .2 or more; shifted by an hour they are likelier an hour back, by .3 or more.
 */
const leastLikelier = 0.2;
/** And how many of them: a league that begins to play later does so on some of its days. */
const leastBeside = 0.65;

const minuteOf = ({ time }: CollectedMatch): number | undefined => {
  if (time === null) return undefined;
  const [hours = NaN, minutes = NaN] = time.split(':').map(Number);
  return hours * hour + minutes;
};

const isWeekend = (date: string): boolean => [0, 6].includes(new Date(date).getUTCDay());

/** How likely a league's kick-offs are at each minute of the day, weekends by themselves. */
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
    return ((counts.get(`${weekend} ${minute}`) ?? 0) + unseen) / ((totals.get(weekend) ?? 0) + slots);
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
    if (!judged.some(({ isNew }) => isNew)) continue;
    for (const shift of [-hour, hour, -2 * hour, 2 * hour]) {
      const likelier = judged.map(({ match }) => Math.log(habit(match, shift) / habit(match, 0)));
      const beside = judged.filter((_, place) => (likelier[place] ?? 0) > 0);
      if (mean(likelier) < leastLikelier || beside.length < leastBeside * judged.length) continue;
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
