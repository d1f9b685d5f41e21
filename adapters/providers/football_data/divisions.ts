import type { DeclaredDivision } from '../provider.js';

const played = (
  code: string,
  name: string,
  country: string,
  level: number,
  timeZone: string,
): DeclaredDivision => ({
  code,
  name,
  country,
  level,
  timeZone,
  isSimulated: false,
});

/** Every division of football-data.co.uk's season files, and the league of the simulator. */
export const divisions: readonly DeclaredDivision[] = [
  played('E0', 'Premier League', 'England', 1, 'Europe/London'),
  played('E1', 'Championship', 'England', 2, 'Europe/London'),
  played('E2', 'League One', 'England', 3, 'Europe/London'),
  played('E3', 'League Two', 'England', 4, 'Europe/London'),
  played('EC', 'National League', 'England', 5, 'Europe/London'),
  played('SC0', 'Premiership', 'Scotland', 1, 'Europe/London'),
  played('SC1', 'Championship', 'Scotland', 2, 'Europe/London'),
  played('SC2', 'League One', 'Scotland', 3, 'Europe/London'),
  played('SC3', 'League Two', 'Scotland', 4, 'Europe/London'),
  played('D1', 'Bundesliga', 'Germany', 1, 'Europe/Berlin'),
  played('D2', '2. Bundesliga', 'Germany', 2, 'Europe/Berlin'),
  played('I1', 'Serie A', 'Italy', 1, 'Europe/Rome'),
  played('I2', 'Serie B', 'Italy', 2, 'Europe/Rome'),
  played('SP1', 'La Liga', 'Spain', 1, 'Europe/Madrid'),
  played('SP2', 'Segunda División', 'Spain', 2, 'Europe/Madrid'),
  played('F1', 'Ligue 1', 'France', 1, 'Europe/Paris'),
  played('F2', 'Ligue 2', 'France', 2, 'Europe/Paris'),
  played('N1', 'Eredivisie', 'Netherlands', 1, 'Europe/Amsterdam'),
  played('B1', 'Pro League', 'Belgium', 1, 'Europe/Brussels'),
  played('P1', 'Primeira Liga', 'Portugal', 1, 'Europe/Lisbon'),
  played('T1', 'Süper Lig', 'Turkey', 1, 'Europe/Istanbul'),
  played('G1', 'Super League', 'Greece', 1, 'Europe/Athens'),
  {
    code: 'SIM',
    name: 'Simulated League',
    country: 'Simulated',
    level: 1,
    timeZone: 'Europe/London',
    isSimulated: true,
  },
];
