import type { CalendarDate } from '../../schemas/values.js';
import { sameMeetingWithin } from './assign-matches.js';
import { daysApart, leastDistance } from './least-distance.js';

/** A registered match of one of two teams that become one. */
export interface Meeting {
  readonly id: number;
  readonly ordinal: number;
  readonly date: CalendarDate;
}

/** What becomes of a match of the merged team: the kept team's match it is, or a meeting of its own under a free ordinal. */
export type MeetingMerge =
  | { readonly kind: 'folded'; readonly id: number; readonly into: number }
  | { readonly kind: 'moved'; readonly id: number; readonly ordinal: number };

/**
 * Says, for the meetings of one pairing, which of the merged team's are which of the kept team's, by the least total distance of dates:
 * what a source counts as the first meeting another may count as the second. Where both have one, it is one however far it was
 * moved. One entry for each merged meeting, by date.
 */
export function foldMeetings(kept: readonly Meeting[], merged: readonly Meeting[]): readonly MeetingMerge[] {
  const inOrder = merged.toSorted(byDate);
  const isSingle = kept.length === 1 && merged.length === 1;
  const matched = leastDistance(
    inOrder,
    kept.toSorted(byDate),
    (a, b) => isSingle || daysApart(a, b) <= sameMeetingWithin,
  );
  const taken = new Set(kept.map(({ ordinal }) => ordinal));
  return inOrder.map(({ id, ordinal }, index): MeetingMerge => {
    const into = matched[index];
    if (into !== undefined) return { kind: 'folded', id, into: into.id };
    let free = ordinal;
    while (taken.has(free)) free += 1;
    taken.add(free);
    return { kind: 'moved', id, ordinal: free };
  });
}

const byDate = (a: Meeting, b: Meeting): number =>
  a.date < b.date ? -1 : a.date > b.date ? 1 : a.ordinal - b.ordinal;
