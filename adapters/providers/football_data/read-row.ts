import type { ReadOutcome } from '../../../schemas/records/collected-match.js';
import type { CalendarDate, Season, TimeOfDay } from '../../../schemas/values.js';

/** What the file's name says of its rows; null for files that carry several divisions or seasons (`fixtures.csv`). */
export interface RowContext {
  readonly division: string | null;
  readonly season: Season | null;
}

/** The part of a row that says which match it is. */
export interface RowIdentity {
  readonly kind: 'identified';
  readonly division: string;
  readonly season: Season;
  readonly date: CalendarDate;
  readonly time: TimeOfDay | null;
  readonly homeTeam: string;
  readonly awayTeam: string;
}

export type Unreadable = Extract<ReadOutcome, { kind: 'unreadable' }>;

/** Which match a row speaks of. Cheap: for collection, which needs keys and no prices. */
export function identifyRow(
  _raw: Readonly<Record<string, unknown>>,
  _context: RowContext,
): RowIdentity | Unreadable {
  throw new Error('not built yet');
}

/**
 * Everything a row says, from the cells of {@link FileRow.raw} (whatever the order of its keys). Cells that cannot be read become problems;
 * a row is unreadable exactly when {@link identifyRow} says so.
 */
export function readRow(_raw: Readonly<Record<string, unknown>>, _context: RowContext): ReadOutcome {
  throw new Error('not built yet');
}

/** Whether the row carries a full-time score, readable or not. */
export function statesScore(_raw: Readonly<Record<string, unknown>>): boolean {
  throw new Error('not built yet');
}
