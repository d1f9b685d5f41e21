import { z } from 'zod';
import { quoteIdentifier } from './sql-text.js';

/** A month of UTC: `2021-08`. */
export const Month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
  .brand<'Month'>();
export type Month = z.infer<typeof Month>;

/** The month under which a small table that is published whole is marked. */
export const wholeTableMonth = Month.parse('1970-01');

const following = (month: Month): Month => {
  const year = Number(month.slice(0, 4));
  const number = Number(month.slice(5));
  return Month.parse(
    number === 12
      ? `${String(year + 1).padStart(4, '0')}-01`
      : `${month.slice(0, 5)}${String(number + 1).padStart(2, '0')}`,
  );
};

/** Seconds and zone are spelt out: Postgres takes the filter as it stands, whatever its session's zone. */
export const startOf = (month: Month): string => `timestamptz '${month}-01 00:00:00+00'`;

/**
 * A condition that holds for the instants in the given months and no others, in the SQL of DuckDB and of Postgres.
 * Neighbouring months become one range. `instant` is an SQL expression.
 */
export function inMonths(instant: string, months: readonly Month[]): string {
  const ranges: { from: Month; before: Month }[] = [];
  for (const month of [...months].sort()) {
    const last = ranges.at(-1);
    if (last?.before === month) last.before = following(month);
    else ranges.push({ from: month, before: following(month) });
  }
  return `(${ranges
    .map(({ from, before }) => `${instant} >= ${startOf(from)} and ${instant} < ${startOf(before)}`)
    .join(' or ')})`;
}

/** {@link inMonths} for a column of the lake. */
export const columnInMonths = (column: string, months: readonly Month[]): string =>
  inMonths(quoteIdentifier(column), months);

/** Sorted months in groups of at most `size`, so that one statement holds a bounded number of open partitions. */
export function monthGroups(months: readonly Month[], size: number): Month[][] {
  const sorted = [...months].sort();
  return Array.from({ length: Math.ceil(sorted.length / size) }, (_, group) =>
    sorted.slice(group * size, (group + 1) * size),
  );
}
