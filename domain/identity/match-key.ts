import { InvariantBroken } from '../../schemas/errors.js';
import { Season } from '../../schemas/values.js';

/** League, season and teams, as one source names them: what a match shares with its repeats. */
export interface Pairing {
  readonly division: string;
  readonly season: Season;
  readonly homeTeam: string;
  readonly awayTeam: string;
}

/** What stands in a key for a slash of a name: the division slash, which no name is written with. */
const slashInName = '\u2215';
const written = (name: string): string => name.replaceAll('/', slashInName);

/** A name as it stands in a key, as the source writes it. */
export const readNameInKey = (text: string): string => text.replaceAll(slashInName, '/');

/** `division/season/home/away`. */
export const pairingName = ({ division, season, homeTeam, awayTeam }: Pairing): string =>
  [division, season, homeTeam, awayTeam].map(written).join('/');

/** `division/season/home/away/ordinal`, as in `E0/2021-22/Arsenal/Chelsea/1`: bronze's `external_match_id` of files. */
export const matchKey = (pairing: Pairing, ordinal: number): string => `${pairingName(pairing)}/${ordinal}`;

/** The parts of a {@link matchKey}. Throws {@link InvariantBroken} on anything else. */
export function readMatchKey(key: string): Pairing & { readonly ordinal: number } {
  const [division, seasonText, home, away, ordinalText, ...more] = key.split('/');
  const season = Season.safeParse(seasonText);
  const ordinal = Number(ordinalText);
  if (
    division === undefined ||
    home === undefined ||
    away === undefined ||
    !season.success ||
    !(ordinal >= 1) ||
    more.length > 0
  ) {
    throw new InvariantBroken('Bronze holds a key that is none of a match', { object: key });
  }
  return {
    division: readNameInKey(division),
    season: season.data,
    homeTeam: readNameInKey(home),
    awayTeam: readNameInKey(away),
    ordinal,
  };
}
