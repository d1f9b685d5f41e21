import type { CalendarDate } from '../../schemas/values.js';
import type { Pairing } from './match-key.js';

/** A match of a file by its key. */
export interface KeyedMatch extends Pairing {
  readonly key: string;
  readonly date: CalendarDate;
}

/** A key that left a file, and one that came in its place. */
export interface ChangedPairing {
  readonly left: string;
  readonly came: string;
}

/**
 * The matches of a file that may go on under another pairing: of the same league, season and day, with one team or both in common. A team
 * plays once a day, so a club was written otherwise or the sides were changed. Each that came stands for one that left, in the order of
 * the keys.
 */
export function changedPairings(left: readonly KeyedMatch[], came: readonly KeyedMatch[]): ChangedPairing[] {
  const open = came.toSorted(byKey);
  return left.toSorted(byKey).flatMap((match) => {
    const place = open.findIndex((other) => isLike(match, other));
    const [found] = place < 0 ? [] : open.splice(place, 1);
    return found === undefined ? [] : { left: match.key, came: found.key };
  });
}

function isLike(a: KeyedMatch, b: KeyedMatch): boolean {
  if (a.division !== b.division || a.season !== b.season || a.date !== b.date) return false;
  return [b.homeTeam, b.awayTeam].some((team) => team === a.homeTeam || team === a.awayTeam);
}

const byKey = (a: KeyedMatch, b: KeyedMatch): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
