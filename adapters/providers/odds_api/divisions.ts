import { league, type LeagueCode } from '../leagues.js';
import type { DeclaredDivision } from '../provider.js';

const leagueOf: Readonly<Record<string, LeagueCode>> = {
  soccer_epl: 'E0',
  soccer_efl_champ: 'E1',
  soccer_england_league1: 'E2',
  soccer_england_league2: 'E3',
  soccer_spl: 'SC0',
  soccer_germany_bundesliga: 'D1',
  soccer_germany_bundesliga2: 'D2',
  soccer_germany_liga3: 'D3',
  soccer_italy_serie_a: 'I1',
  soccer_italy_serie_b: 'I2',
  soccer_spain_la_liga: 'SP1',
  soccer_spain_segunda_division: 'SP2',
  soccer_france_ligue_one: 'F1',
  soccer_france_ligue_two: 'F2',
  soccer_netherlands_eredivisie: 'N1',
  soccer_belgium_first_div: 'B1',
  soccer_portugal_primeira_liga: 'P1',
  soccer_turkey_super_league: 'T1',
  soccer_greece_super_league: 'G1',
  soccer_austria_bundesliga: 'AT1',
  soccer_switzerland_superleague: 'CH1',
  soccer_mexico_ligamx: 'MX1',
  soccer_russia_premier_league: 'RU1',
  soccer_simulated_league: 'SIM',
};

/** The leagues of ours by The Odds API's key of the sport, and the simulator's. */
export const divisions: readonly DeclaredDivision[] = Object.entries(leagueOf).map(([externalId, code]) => ({
  externalId,
  league: league(code),
}));
