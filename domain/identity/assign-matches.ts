import type { CalendarDate } from '../../schemas/values.js';
import { daysApart, leastDistance } from './least-distance.js';

/** A key of one source that no match of the registry bears yet. */
export interface UnmappedKey {
  readonly dataSource: string;
  /** Which meeting of the pairing it is in the source's own count, from 1. */
  readonly ordinal: number;
  readonly date: CalendarDate;
}

/** A match of the registry with the same league, season and teams. */
export interface RegisteredMatch {
  readonly id: number;
  readonly ordinal: number;
  readonly date: CalendarDate;
  /** The sources of which some key bears it already. */
  readonly dataSources: readonly string[];
}

/** Keys of several sources may have one new ordinal: they are the same new match. */
export type MatchAssignment =
  { readonly kind: 'registered'; readonly id: number } | { readonly kind: 'new'; readonly ordinal: number };

/** Where a pairing meets more than once, dates further apart than this are two meetings. */
export const sameMeetingWithin = 45;

interface Meeting {
  readonly date: CalendarDate;
  readonly assignment: MatchAssignment;
  readonly dataSources: Set<string>;
}

/**
 * Gives each unmapped key of one pairing its match. A pairing that every source knows once is one match, however far it was moved. Repeats
 * go, one source after the other, to the matches that no key of this source bears, by the least total distance of dates; what is left
 * over is a new match with its own ordinal, or the next free one. One entry for each key, in their order. The answer rests on all keys of
 * the pairing: with those of one batch alone it would depend on where batches end.
 */
export function assignMatches(
  keys: readonly UnmappedKey[],
  registered: readonly RegisteredMatch[],
): readonly MatchAssignment[] {
  const sources = [...new Set(keys.map(({ dataSource }) => dataSource))].sort();
  const meetings: Meeting[] = registered.map(({ id, date, dataSources }) => ({
    date,
    assignment: { kind: 'registered', id },
    dataSources: new Set(dataSources),
  }));
  const isKnownOnce =
    registered.length <= 1 &&
    keys.length === sources.length &&
    keys.every(({ dataSource, ordinal }) => ordinal === 1 && !meetings[0]?.dataSources.has(dataSource));
  const ordinals = new Set(registered.map(({ ordinal }) => ordinal));
  const assignments: MatchAssignment[] = keys.map(({ ordinal }) => ({ kind: 'new', ordinal }));
  for (const source of sources) {
    const own = keys
      .map((key, index) => ({ ...key, index }))
      .filter(({ dataSource }) => dataSource === source)
      .sort((a, b) => byDate(a, b) || a.ordinal - b.ordinal);
    const free = meetings.filter(({ dataSources }) => !dataSources.has(source)).sort(byDate);
    const matched = leastDistance(
      own,
      free,
      (key, meeting) => isKnownOnce || daysApart(key, meeting) <= sameMeetingWithin,
    );
    for (const [place, { index, date, ordinal }] of own.entries()) {
      const meeting = matched[place] ?? newMeeting(date, ordinal, ordinals);
      if (matched[place] === undefined) meetings.push(meeting);
      meeting.dataSources.add(source);
      assignments[index] = meeting.assignment;
    }
  }
  return assignments;
}

/** With the ordinal that its source gives it, or the next that no other match has. */
function newMeeting(date: CalendarDate, wanted: number, taken: Set<number>): Meeting {
  let ordinal = wanted;
  while (taken.has(ordinal)) ordinal += 1;
  taken.add(ordinal);
  return { date, assignment: { kind: 'new', ordinal }, dataSources: new Set() };
}

const byDate = (a: { readonly date: CalendarDate }, b: { readonly date: CalendarDate }): number =>
  a.date < b.date ? -1 : a.date > b.date ? 1 : 0;
