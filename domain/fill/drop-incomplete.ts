/** What is handed on, and what was left out. */
export interface CompleteRows<T> {
  readonly kept: readonly T[];
  /** How many rows were dropped: kept and dropped are all. */
  readonly dropped: number;
  /** In how many rows each critical column had no value. */
  readonly missing: Readonly<Record<string, number>>;
}

const hasValue = (value: unknown): boolean =>
  value !== null && value !== undefined && !(typeof value === 'number' && Number.isNaN(value));

/** CLN-11: leaves out the rows that lack a critical column. The rows themselves, and bronze, stay as they are. */
export function dropIncomplete<T extends object>(
  rows: readonly T[],
  critical: readonly (keyof T & string)[],
): CompleteRows<T> {
  const missing = new Map<string, number>(critical.map((column) => [column, 0]));
  const kept = rows.filter((row) => {
    const lacking = critical.filter((column) => !hasValue(row[column]));
    for (const column of lacking) missing.set(column, (missing.get(column) ?? 0) + 1);
    return lacking.length === 0;
  });
  return { kept, dropped: rows.length - kept.length, missing: Object.fromEntries(missing) };
}
