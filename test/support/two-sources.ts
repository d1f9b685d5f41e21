import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Row } from '../../adapters/postgres/row.js';
import { fileText, writeEdition, type Cells } from './football-data-files.js';
import { makeTestFolder, type TestFolder } from './folder.js';
import { openHouse, type TestHouse } from './house.js';
import { jsonText, type MatchEntry } from './openfootball-files.js';
import { startTestPostgres, type TestPostgres } from './postgres.js';

/** A house of its own for each test of the file, and the words to collect what two sources tell and to ask what came of it. */
export function useTwoSources() {
  let postgres: TestPostgres;
  let house: TestHouse;
  let folder: TestFolder;
  let runs = 0;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    house = openHouse(await postgres.freshDatabase());
    folder = await makeTestFolder();
  });
  afterEach(async () => {
    await house.close();
    await folder.remove();
  });

  const query = async (text: string, values: unknown[] = []): Promise<unknown[]> =>
    (await house.pool.query<Record<string, unknown>>(text, values)).rows;
  return {
    /** The house of the test that runs. */
    get house(): TestHouse {
      return house;
    },
    /** Puts an empty house in its place. */
    moveHouse: async (): Promise<void> => {
      const before = house;
      house = openHouse(await postgres.freshDatabase());
      await before.close();
    },
    /** Collects an edition of a file of football-data.co.uk. */
    csv: async (rows: readonly Cells[], uri = '2122/E0.csv', modifiedAt?: string): Promise<void> => {
      await writeEdition(folder.path, `csv/${uri}`, fileText(rows), modifiedAt);
      await house.collect(`${folder.path}/csv`, `run/${runs++}`);
    },
    /** Collects an edition of a file of openfootball. */
    json: async (matches: readonly MatchEntry[], uri = '2021-22/en.1.json'): Promise<void> => {
      await writeEdition(folder.path, `json/${uri}`, jsonText(matches));
      await house.collect(`${folder.path}/json`, `run/${runs++}`, 'if-changed', 'openfootball');
    },
    query,
    /** The id of the team of this name; 0 where there is none. */
    idOf: async (name: string): Promise<number> => {
      const { rows } = await house.pool.query<Row<{ id: 'teams.id' }>>(
        'select id from teams where name = $1',
        [name],
      );
      return rows[0]?.id ?? 0;
    },
    /** Every match that somebody tells, by its teams, with the sources that tell it. */
    toldBy: () =>
      query(`select h.name as home, a.name as away, string_agg(x.data_source, ' ' order by x.data_source) as sources
        from match_registry r join teams h on h.id = r.home_team_id join teams a on a.id = r.away_team_id
        join match_external_ids x on x.match_id = r.id group by r.id, h.name, a.name order by 1, 2`),
  };
}
