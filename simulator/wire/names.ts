import { createHash } from 'node:crypto';
import type { Bookmaker } from '../market/bookmakers.js';
import type { Club } from '../season/competition.js';
import type { MatchLife } from '../season/match-life.js';

/** How the providers number and call what the simulator tells of. */

/** API-Football's id of the league. */
export const leagueId = 9001;
export const leagueName = 'Simulated League';
export const leagueCountry = 'Simulated';
/** The Odds API's key of the league. */
export const sportKey = 'soccer_simulated_league';

/** API-Football's id of a club. */
export const teamId = ({ index }: Club): number => 9100 + index + 1;

/** The Odds API's id of a match: 32 digits of hexadecimal. */
export const oddsApiId = ({ seed, match }: MatchLife): string =>
  createHash('md5').update(`${seed} ${match.season} ${match.home} ${match.away}`).digest('hex');

/** A bookmaker as API-Football and The Odds API have it. */
export interface NamedBookmaker {
  readonly id: number;
  readonly key: string;
  readonly name: string;
}

const byPrefix: Readonly<Record<string, NamedBookmaker>> = {
  B365: { id: 8, key: 'bet365', name: 'Bet365' },
  BW: { id: 6, key: 'bwin', name: 'Bwin' },
  IW: { id: 15, key: 'interwetten', name: 'Interwetten' },
  PS: { id: 4, key: 'pinnacle', name: 'Pinnacle' },
  WH: { id: 7, key: 'williamhill', name: 'William Hill' },
  VC: { id: 26, key: 'vcbet', name: 'VC Bet' },
};

/** Throws a RangeError for a bookmaker of another market. */
export function namedBookmaker({ prefix }: Bookmaker): NamedBookmaker {
  const named = byPrefix[prefix];
  if (named === undefined) throw new RangeError(`No provider knows the bookmaker ${prefix}.`);
  return named;
}
