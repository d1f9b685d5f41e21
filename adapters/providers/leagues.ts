import type { DeclaredLeague } from './provider.js';

const played = (
  name: string,
  country: string,
  level: number,
  timeZone: string,
): Omit<DeclaredLeague, 'code'> => ({ name, country, level, timeZone, isSimulated: false });

/** Every league that a source speaks of, once, under our code: football-data.co.uk's where it has one. */
const byCode = {
  E0: played('Premier League', 'England', 1, 'Europe/London'),
  E1: played('Championship', 'England', 2, 'Europe/London'),
  E2: played('League One', 'England', 3, 'Europe/London'),
  E3: played('League Two', 'England', 4, 'Europe/London'),
  EC: played('National League', 'England', 5, 'Europe/London'),
  SC0: played('Premiership', 'Scotland', 1, 'Europe/London'),
  SC1: played('Championship', 'Scotland', 2, 'Europe/London'),
  SC2: played('League One', 'Scotland', 3, 'Europe/London'),
  SC3: played('League Two', 'Scotland', 4, 'Europe/London'),
  D1: played('Bundesliga', 'Germany', 1, 'Europe/Berlin'),
  D2: played('2. Bundesliga', 'Germany', 2, 'Europe/Berlin'),
  D3: played('3. Liga', 'Germany', 3, 'Europe/Berlin'),
  I1: played('Serie A', 'Italy', 1, 'Europe/Rome'),
  I2: played('Serie B', 'Italy', 2, 'Europe/Rome'),
  SP1: played('La Liga', 'Spain', 1, 'Europe/Madrid'),
  SP2: played('Segunda División', 'Spain', 2, 'Europe/Madrid'),
  F1: played('Ligue 1', 'France', 1, 'Europe/Paris'),
  F2: played('Ligue 2', 'France', 2, 'Europe/Paris'),
  N1: played('Eredivisie', 'Netherlands', 1, 'Europe/Amsterdam'),
  B1: played('Pro League', 'Belgium', 1, 'Europe/Brussels'),
  P1: played('Primeira Liga', 'Portugal', 1, 'Europe/Lisbon'),
  T1: played('Süper Lig', 'Turkey', 1, 'Europe/Istanbul'),
  G1: played('Super League', 'Greece', 1, 'Europe/Athens'),
  AT1: played('Bundesliga', 'Austria', 1, 'Europe/Vienna'),
  AT2: played('2. Liga', 'Austria', 2, 'Europe/Vienna'),
  CH1: played('Super League', 'Switzerland', 1, 'Europe/Zurich'),
  CH2: played('Challenge League', 'Switzerland', 2, 'Europe/Zurich'),
  CZ1: played('First League', 'Czech Republic', 1, 'Europe/Prague'),
  HU1: played('Nemzeti Bajnokság I', 'Hungary', 1, 'Europe/Budapest'),
  MX1: played('Liga MX', 'Mexico', 1, 'America/Mexico_City'),
  RU1: played('Premier League', 'Russia', 1, 'Europe/Moscow'),
  SIM: {
    name: 'Simulated League',
    country: 'Simulated',
    level: 1,
    timeZone: 'Europe/London',
    isSimulated: true,
  },
} as const satisfies Record<string, Omit<DeclaredLeague, 'code'>>;

export type LeagueCode = keyof typeof byCode;

/** The league of a code. */
export const league = (code: LeagueCode): DeclaredLeague => ({ code, ...byCode[code] });

const codes = Object.keys(byCode).filter((code): code is LeagueCode => code in byCode);

/** Every league. */
export const leagues: readonly DeclaredLeague[] = codes.map(league);

/** The code of every league. */
export const leagueCodes: readonly string[] = codes;
