import type { CalendarDate } from '../../schemas/values.js';

interface Dated {
  readonly date: CalendarDate;
}

const day = 86_400_000;

/** Days between two dates, never negative. */
export const daysApart = (a: Dated, b: Dated): number =>
  Math.abs(Date.parse(a.date) - Date.parse(b.date)) / day;

/** How many rows found a key, and how far they lie from it in all. */
interface Matching<Key> {
  readonly found: number;
  readonly days: number;
  readonly keys: readonly (Key | undefined)[];
}

/**
 * The matching of rows to keys, both sorted by date, that serves the most rows and of those the one with the least total distance. On a
 * line the best matching crosses nowhere, so it grows from the ends of both lists. One entry for each row: its key, or undefined.
 */
export function leastDistance<Row extends Dated, Key extends Dated>(
  rows: readonly Row[],
  keys: readonly Key[],
  mayTake: (row: Row, key: Key) => boolean,
): readonly (Key | undefined)[] {
  const nothing: Matching<Key> = { found: 0, days: 0, keys: [] };
  let previous: Matching<Key>[] = keys.map(() => nothing);
  previous.push(nothing);
  for (const row of rows) {
    const current: Matching<Key>[] = [];
    for (let used = 0; used <= keys.length; used++) {
      const without = previous[used] ?? nothing;
      let best: Matching<Key> = { ...without, keys: [...without.keys, undefined] };
      const key = keys[used - 1];
      const before = previous[used - 1];
      if (key !== undefined && before !== undefined && mayTake(row, key)) {
        best = betterOf(best, {
          found: before.found + 1,
          days: before.days + daysApart(row, key),
          keys: [...before.keys, key],
        });
      }
      // The same row with fewer keys at hand: earlier keys are preferred where the distances are equal.
      const fewer = current[used - 1];
      current.push(fewer === undefined ? best : betterOf(fewer, best));
    }
    previous = current;
  }
  return previous.at(-1)?.keys ?? [];
}

const betterOf = <Key>(a: Matching<Key>, b: Matching<Key>): Matching<Key> =>
  b.found > a.found || (b.found === a.found && b.days < a.days) ? b : a;
