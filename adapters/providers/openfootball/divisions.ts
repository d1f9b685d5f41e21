import { league, type LeagueCode } from '../leagues.js';
import type { DeclaredDivision } from '../provider.js';

const leagueOf: Readonly<Record<string, LeagueCode>> = {
  'en.1': 'E0',
  'en.2': 'E1',
  'en.3': 'E2',
  'en.4': 'E3',
  'en.5': 'EC',
  'sco.1': 'SC0',
  'de.1': 'D1',
  'de.2': 'D2',
  'de.3': 'D3',
  'it.1': 'I1',
  'it.2': 'I2',
  'es.1': 'SP1',
  'es.2': 'SP2',
  'fr.1': 'F1',
  'fr.2': 'F2',
  'nl.1': 'N1',
  'be.1': 'B1',
  'pt.1': 'P1',
  'tr.1': 'T1',
  'gr.1': 'G1',
  'at.1': 'AT1',
  'at.2': 'AT2',
  'ch.1': 'CH1',
  'ch.2': 'CH2',
  'cz.1': 'CZ1',
  'hu.1': 'HU1',
  'mx.1': 'MX1',
  'ru.1': 'RU1',
};

/** The leagues of openfootball that we know. Cups are not among them: their rows are held as of an unknown league. */
export const divisions: readonly DeclaredDivision[] = Object.entries(leagueOf).map(([externalId, code]) => ({
  externalId,
  league: league(code),
}));

const countryOf = (division: string): string => division.slice(0, division.indexOf('.') + 1);

/**
 * The zone in which a division's times are written: that of its league. Of a cup it is that of its country's leagues
 * (`de.cup`), and UTC where the file speaks of no country that we know.
 */
export function zoneOf(division: string): string {
  const country = countryOf(division);
  const known =
    divisions.find(({ externalId }) => externalId === division) ??
    divisions.find(({ externalId }) => country !== '' && externalId.startsWith(country));
  return known?.league.timeZone ?? 'UTC';
}
