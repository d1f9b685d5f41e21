import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Computed, Row } from '../../adapters/postgres/row.js';
import { foldTeamName } from '../../domain/identity/team-names.js';
import { aRow, fileText, writeEdition } from '../support/football-data-files.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { answer, openSuggestions } from '../support/suggestions.js';

let postgres: TestPostgres;
let house: TestHouse;
let folder: TestFolder;
let runs = 0;
beforeAll(async () => {
  postgres = await startTestPostgres();
  house = openHouse(postgres.url);
});
afterAll(async () => {
  await house.close();
  await postgres.stop();
});
beforeEach(async () => {
  folder = await makeTestFolder();
});
afterEach(() => folder.remove());

/**
 * Clubs with the forms in which a source writes each. A source that writes "AFC", "FC" or a year at one time
 * and not at another tells two clubs apart.
 */
const clubs: readonly (readonly string[])[] = [
  ['Wimbledon', 'WIMBLEDON'],
  ['AFC Wimbledon', 'Afc Wimbledon'],
  ["M'gladbach", "M'Gladbach", 'mgladbach'],
  ['Mgladbach 1900'],
  ['Hull'],
  ['FC Hull'],
];
const clubOf = (name: string): number => clubs.findIndex((forms) => forms.includes(name));

/** The names that play in a season, each against Chelsea. */
type SeasonNames = readonly string[];

async function collect(season: number, names: SeasonNames): Promise<void> {
  const year = 2010 + season;
  const uri = `${year % 100}${(year + 1) % 100}/E0.csv`;
  const rows = names.map((HomeTeam, index) => aRow({ HomeTeam, Date: `${10 + index}/09/${year}` }));
  const root = `${folder.path}/${runs++}`;
  await writeEdition(root, uri, fileText(rows), `${year + 1}-06-01T00:00:00Z`);
  await house.collect(root, root);
}

/** Says of each name in question which club it is, until nothing is asked. */
async function answerAll(): Promise<void> {
  for (const { id, name } of await openSuggestions(house)) {
    const { rows } = await house.pool.query<
      Row<{ name: Computed<string>; teamId: 'team_external_ids.team_id' }>
    >(`select split_part(external_id, '/', 2) as name, team_id as "teamId" from team_external_ids`);
    const known = rows.find((row) => clubOf(row.name) === clubOf(name));
    await answer(house, id, known ? { kind: 'same-team', teamId: known.teamId } : { kind: 'new-team' });
  }
  await house.refine();
}

/** Imports seasons in parts, each refined and answered before the next. What each team is called in the end, and what was asked. */
async function importInParts(seasons: readonly SeasonNames[], cuts: readonly number[]) {
  await house.pool.query(
    'truncate raw_match_data, source_editions, data_quality_logs, leagues, teams cascade',
  );
  for (const [season, names] of seasons.entries()) {
    await collect(season, names);
    if (!cuts.includes(season) && season < seasons.length - 1) continue;
    await house.refine();
    await answerAll();
  }
  const teams = await house.pool.query<{ names: string[] }>(
    `select array_agg(split_part(external_id, '/', 2) order by external_id) as names
     from team_external_ids group by team_id order by 1`,
  );
  const asked = await house.pool.query<{ name: string }>(
    `select error_data ->> 'name' as name from data_quality_logs where error_type = 'identity_suggestion'`,
  );
  const held = await house.pool.query(`select from raw_match_data where process_status <> 'done'`);
  return {
    teams: teams.rows.map(({ names }) => names),
    asked: [...new Set(asked.rows.map(({ name }) => foldTeamName(name)))].sort(),
    held: held.rowCount,
  };
}

describe('names of one source that arrive together', () => {
  it('are not asked about where a later season has two of them, one a spelling of a team and one told apart from it', async () => {
    const seasons = [['Wimbledon'], ['WIMBLEDON'], ['WIMBLEDON', 'AFC Wimbledon']];
    const teams = [['AFC Wimbledon'], ['Chelsea'], ['WIMBLEDON', 'Wimbledon']];
    for (const cuts of [[], [0], [1], [0, 1]]) {
      expect(await importInParts(seasons, cuts)).toMatchObject({ teams, asked: [], held: 0 });
    }
  });

  it('are compared with each other: spellings are one team, and what a club form tells apart are two', async () => {
    const once = await importInParts([["M'Gladbach", 'Wimbledon'], ["M'gladbach"], ['AFC Wimbledon']], []);
    expect(once).toEqual({
      teams: [['AFC Wimbledon'], ['Chelsea'], ["M'Gladbach", "M'gladbach"], ['Wimbledon']],
      asked: [],
      held: 0,
    });
  });
});

it('however the seasons of a source are cut into imports, the teams are the same and the same names are asked about', async () => {
  const season = fc
    .tuple(...clubs.map((forms) => fc.option(fc.constantFrom(...forms), { freq: 2 })))
    .map((names) => names.filter((name) => name !== null))
    .filter(({ length }) => length > 0);
  await fc.assert(
    fc.asyncProperty(
      fc.array(season, { minLength: 2, maxLength: 3 }),
      fc.subarray([0, 1]),
      async (seasons, cuts) => {
        const inOne = await importInParts(seasons, []);
        const played = new Set(seasons.flat());
        const truth = clubs.map((forms) => forms.filter((name) => played.has(name)).sort());
        const sorted = (teams: readonly (readonly string[])[]) =>
          teams.map((names) => [...names].sort()).sort();
        expect(sorted(inOne.teams)).toEqual(
          sorted([...truth.filter(({ length }) => length > 0), ['Chelsea']]),
        );
        const inParts = await importInParts(seasons, cuts);
        expect(sorted(inParts.teams)).toEqual(sorted(inOne.teams));
        expect(inParts).toMatchObject({ asked: inOne.asked, held: 0 });
      },
    ),
    { numRuns: 4 },
  );
});
