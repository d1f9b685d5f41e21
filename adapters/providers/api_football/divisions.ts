import { league, type LeagueCode } from '../leagues.js';
import type { DeclaredDivision } from '../provider.js';

const leagueOf: Readonly<Record<number, LeagueCode>> = {
  39: 'E0',
  40: 'E1',
  41: 'E2',
  42: 'E3',
  43: 'EC',
  179: 'SC0',
  180: 'SC1',
  183: 'SC2',
  184: 'SC3',
  78: 'D1',
  79: 'D2',
  80: 'D3',
  135: 'I1',
  136: 'I2',
  140: 'SP1',
  141: 'SP2',
  61: 'F1',
  62: 'F2',
  88: 'N1',
  144: 'B1',
  94: 'P1',
  203: 'T1',
  197: 'G1',
  218: 'AT1',
  219: 'AT2',
  207: 'CH1',
  208: 'CH2',
  345: 'CZ1',
  271: 'HU1',
  262: 'MX1',
  235: 'RU1',
  // The league of the simulator: no real one has this id.
  9001: 'SIM',
};

/** The leagues of ours by API-Football's ids, which stay the same in all seasons. Cups are not among them. */
export const divisions: readonly DeclaredDivision[] = Object.entries(leagueOf).map(([externalId, code]) => ({
  externalId,
  league: league(code),
}));
