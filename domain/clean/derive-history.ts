import type { Appearance, DerivedHistory } from './history.js';

/**
 * Silver from bronze for one match key: what the editions of the files that ever carried the match make of it. The order of `timeline`
 * does not matter. Pure and deterministic: an edition later than all others only adds rows, one that changes nothing adds none.
 * @param leagueZone the IANA zone in which the league plays
 */
export function deriveHistory(_timeline: readonly Appearance[], _leagueZone: string): DerivedHistory {
  throw new Error('not built yet');
}
