import { dateIn } from '../../domain/clock/zones.js';
import { instant, type Instant } from '../../schemas/values.js';
import { randomStream } from '../../simulator/random.js';
import { fileText, writeEdition, type Cells } from '../../test/support/football-data-files.js';

/** The main leagues of football-data.co.uk. */
const divisions = [
  ...['E0', 'E1', 'E2', 'E3', 'EC', 'SC0', 'SC1', 'SC2', 'SC3', 'D1', 'D2'],
  ...['I1', 'I2', 'SP1', 'SP2', 'F1', 'F2', 'N1', 'B1', 'P1', 'T1', 'G1'],
];
export const manyDivisions: readonly string[] = divisions;
const clubsInEach = 46;
/** Each pairs all clubs of a league once. */
const roundsInEach = 20;
const day = 86_400_000;

const syllables = Array.from('bdfgklmnprstvz', (consonant) =>
  ['a', 'e', 'i', 'o', 'u'].map((vowel) => consonant + vowel),
).flat();

/** A name of its own for each club: numbers and the like would not tell two clubs apart. */
function club(division: string, number: number): string {
  const index = divisions.indexOf(division) * clubsInEach + number;
  const [first = '', second = ''] = [index % syllables.length, Math.floor(index / syllables.length)].map(
    (place) => syllables[place],
  );
  return `${first.charAt(0).toUpperCase()}${first.slice(1)}${second}ria`;
}

/** The pairings of a round: one club stays, the others go round it. */
function pairings(round: number): readonly (readonly [number, number])[] {
  const turning = clubsInEach - 1;
  const at = (place: number): number => ((place + round) % turning) + 1;
  return Array.from({ length: clubsInEach / 2 }, (_, pair) =>
    pair === 0 ? [0, at(0)] : [at(pair), at(turning - pair)],
  );
}

const cellsOf = (kickoff: Instant): Cells => {
  const [year = '', month = '', date = ''] = dateIn('Europe/London', kickoff).split('-');
  return { Date: `${date}/${month}/${year}`, Time: new Date(kickoff).toISOString().slice(11, 16) };
};

/** Writes seasons of 22 leagues of 46 clubs, results drawn by a seed, as football-data.co.uk lays them out. In winter, when London keeps UTC. */
export async function writeHistory(
  folder: string,
  startYears: readonly number[],
  seed: number,
): Promise<void> {
  for (const year of startYears) {
    for (const division of divisions) {
      const draws = randomStream(seed, division, year);
      const rows = Array.from({ length: roundsInEach }, (_, round) =>
        pairings(round).map(([home, away]): Cells => {
          const goals = { FTHG: draws.poisson(1.6), FTAG: draws.poisson(1.2) };
          const shots = {
            HC: draws.poisson(5),
            AC: draws.poisson(4),
            HS: draws.poisson(13),
            AS: draws.poisson(11),
            HST: draws.poisson(5),
            AST: draws.poisson(4),
          };
          const kickoff = instant(Date.UTC(year, 10, 1, 15) + round * 7 * day);
          return {
            Div: division,
            ...cellsOf(kickoff),
            HomeTeam: club(division, home),
            AwayTeam: club(division, away),
            ...goals,
            ...shots,
          };
        }),
      ).flat();
      const name = `${year % 100}${(year + 1) % 100}`;
      await writeEdition(folder, `${name}/${division}.csv`, fileText(rows), `${year + 1}-06-01T00:00:00Z`);
    }
  }
}

/** A match that lies ahead. */
export interface MatchToCome {
  readonly division: string;
  readonly home: string;
  readonly away: string;
  readonly kickoff: Instant;
}

/** So many matches, each league's of one round, that begin at the given instants. */
export function matchesToCome(kickoffs: readonly Instant[]): readonly MatchToCome[] {
  const inEach = clubsInEach / 2;
  return kickoffs.map((kickoff, index) => {
    const [home, away] = pairings(Math.floor(index / (inEach * divisions.length)))[index % inEach] ?? [0, 1];
    const division = divisions[Math.floor(index / inEach) % divisions.length] ?? 'E0';
    return { division, home: club(division, home), away: club(division, away), kickoff };
  });
}

/** Writes `fixtures.csv`, one state of it. */
export async function writeFixtures(
  folder: string,
  matches: readonly MatchToCome[],
  modified: string,
): Promise<void> {
  const rows = matches.map(({ division, home, away, kickoff }): Cells => ({
    Div: division,
    ...cellsOf(kickoff),
    HomeTeam: home,
    AwayTeam: away,
  }));
  await writeEdition(folder, 'fixtures.csv', fileText(rows), modified);
}
