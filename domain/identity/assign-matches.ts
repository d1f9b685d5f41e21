import type { CalendarDate } from '../../schemas/values.js';
import { daysApart, leastDistance } from './least-distance.js';

/** A key of one source that no match of the registry bears yet. */
export interface UnmappedKey {
  /** Which meeting of the pairing it is in the source's own count, from 1. */
  readonly ordinal: number;
  readonly date: CalendarDate;
}

/** A match of the registry with the same league, season and teams. */
export interface RegisteredMatch {
  readonly id: number;
  readonly ordinal: number;
  readonly date: CalendarDate;
  /** A key of this source bears it already. */
  readonly isMapped: boolean;
}

export type MatchAssignment =
  { readonly kind: 'registered'; readonly id: number } | { readonly kind: 'new'; readonly ordinal: number };

/** Where a pairing meets more than once, dates further apart than this are two meetings. */
const sameMeetingWithin = 45;

/**
 * Gives each unmapped key of one source and one pairing its match. A pairing that both sides know once is one match, however far it
 * was moved. Repeats go to the matches that no key of this source bears, by the least total distance of dates; what is left over gets
 * its own ordinal, or the next free one. One entry for each key, in their order.
 */
export function assignMatches(
  keys: readonly UnmappedKey[],
  registered: readonly RegisteredMatch[],
): readonly MatchAssignment[] {
  const free = registered.filter(({ isMapped }) => !isMapped).toSorted(byDate);
  const [onlyKey, ...otherKeys] = keys;
  const [onlyMatch, ...otherMatches] = registered;
  if (
    onlyKey?.ordinal === 1 &&
    otherKeys.length + otherMatches.length === 0 &&
    onlyMatch?.isMapped === false
  ) {
    return [{ kind: 'registered', id: onlyMatch.id }];
  }
  const inOrder = keys
    .map((key, index) => ({ ...key, index }))
    .toSorted((a, b) => byDate(a, b) || a.ordinal - b.ordinal);
  const matched = leastDistance(inOrder, free, (key, match) => daysApart(key, match) <= sameMeetingWithin);
  const ordinals = new Set(registered.map(({ ordinal }) => ordinal));
  const assignments: MatchAssignment[] = keys.map(({ ordinal }) => ({ kind: 'new', ordinal }));
  for (const [place, { index, ordinal }] of inOrder.entries()) {
    const match = matched[place];
    if (match !== undefined) {
      assignments[index] = { kind: 'registered', id: match.id };
      continue;
    }
    let next = ordinal;
    while (ordinals.has(next)) next += 1;
    ordinals.add(next);
    assignments[index] = { kind: 'new', ordinal: next };
  }
  return assignments;
}

const byDate = (a: { readonly date: CalendarDate }, b: { readonly date: CalendarDate }): number =>
  a.date < b.date ? -1 : a.date > b.date ? 1 : 0;
