import { CalendarDate } from '../../../schemas/values.js';
import { remembering, type Reading } from '../read-values.js';

const fullYear = (digits: string): number => {
  const year = Number(digits);
  if (digits.length === 4) return year;
  // The files begin in 1993.
  return year >= 93 ? 1900 + year : 2000 + year;
};

/** `13/08/21`, `13/08/2021`, or `2021-08-13` as some mirrors have it. */
export const readDate: (text: string) => Reading<CalendarDate> = remembering((text) => {
  const british = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4})$/.exec(text);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const [day, month, year] = british ? british.slice(1) : iso ? iso.slice(1).reverse() : [];
  if (day === undefined || month === undefined || year === undefined) {
    return { reason: 'is not a date of the form dd/mm/yy or dd/mm/yyyy' };
  }
  const written = `${fullYear(year)}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const parsed = CalendarDate.safeParse(written);
  return parsed.success ? { value: parsed.data } : { reason: 'is not a day of the calendar' };
});

/** A count of goals, shots, cards: a whole number below 1000; `2.0` counts as 2. */
export function readCount(text: string): Reading<number> {
  return /^\d{1,3}(\.0+)?$/.test(text)
    ? { value: Number(text) }
    : { reason: 'is not a whole number below 1000' };
}

const plainDecimal = /^\d*\.?\d+$/;

/** A decimal price to three places, or 0 where the text is not one (a price of nothing is none). */
export function readPrice(text: string): number {
  if (!plainDecimal.test(text)) return 0;
  const price = Math.round(Number(text) * 1000) / 1000;
  return price < 1_000_000 ? price : 0;
}

/** An Asian handicap in goals for the home side, to two places. */
export function readLine(text: string): Reading<number> {
  if (!/^[+-]?\d*\.?\d+$/.test(text)) return { reason: 'is not a handicap' };
  const line = Math.round(Number(text) * 100) / 100;
  // -0 and 0 are one line.
  return Math.abs(line) <= 20 ? { value: line + 0 } : { reason: 'is not a handicap: more than 20 goals' };
}
