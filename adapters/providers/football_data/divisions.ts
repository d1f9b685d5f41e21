import { league, type LeagueCode } from '../leagues.js';
import type { DeclaredDivision } from '../provider.js';

const codes: readonly LeagueCode[] = [
  ...(['E0', 'E1', 'E2', 'E3', 'EC'] as const),
  ...(['SC0', 'SC1', 'SC2', 'SC3'] as const),
  ...(['D1', 'D2', 'I1', 'I2', 'SP1', 'SP2', 'F1', 'F2'] as const),
  ...(['N1', 'B1', 'P1', 'T1', 'G1'] as const),
  'SIM',
];

/** Every division of football-data.co.uk's season files, and the league of the simulator: our codes are the site's. */
export const divisions: readonly DeclaredDivision[] = codes.map((code) => ({
  externalId: code,
  league: league(code),
}));
