import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileText, writeEdition, type Cells } from '../support/football-data-files.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { firstDifference, readTables } from '../support/silver-snapshot.js';

const pairings = [
  ['Arsenal', 'Chelsea'],
  ['Chelsea', 'Arsenal'],
  ['Leeds', 'Fulham'],
] as const;

/** What one edition says of one meeting. */
const meeting = fc.record({
  pairing: fc.constantFrom(...pairings),
  day: fc.integer({ min: 10, max: 13 }),
  month: fc.constantFrom('08', '12'),
  time: fc.constantFrom('15:00', '20:30', ''),
  score: fc.constantFrom('2-1', '0-0', '3-1', 'x-1', undefined),
  statedResult: fc.constantFrom('right', 'wrong', 'right', 'right'),
  shots: fc.constantFrom('', '7', '9'),
  price: fc.constantFrom('2.10', '2.25', '', '0', '1.01'),
  closing: fc.constantFrom('2.05', '2.40', ''),
  line: fc.constantFrom('-0.25', '0.5', ''),
});
type Meeting = typeof meeting extends fc.Arbitrary<infer T> ? T : never;

const edition = fc.record({
  file: fc.constantFrom('2122/E0.csv', '2122/E0.csv', 'fixtures.csv'),
  meetings: fc.array(meeting, { maxLength: 5 }),
  at: fc.date({
    min: new Date('2021-08-01T00:00:00Z'),
    max: new Date('2022-01-31T00:00:00Z'),
    noInvalidDate: true,
  }),
  refinedAfter: fc.boolean(),
  limit: fc.integer({ min: 1, max: 4 }),
});

function cellsOf(of: Meeting, isFixture: boolean): Cells {
  const [home, away] = of.score?.split('-') ?? ['', ''];
  const right = home === away ? 'D' : (home ?? '') > (away ?? '') ? 'H' : 'A';
  const played = {
    FTHG: home ?? '',
    FTAG: away ?? '',
    FTR: of.score === undefined ? '' : of.statedResult === 'right' ? right : 'X',
    HS: of.shots,
    B365CH: of.closing,
    B365CD: of.closing === '' ? '' : '3.30',
    B365CA: of.closing === '' ? '' : '3.60',
  };
  return {
    Div: 'E0',
    Date: `${of.day}/${of.month}/2021`,
    Time: of.time,
    HomeTeam: of.pairing[0],
    AwayTeam: of.pairing[1],
    B365H: of.price,
    B365D: '3.40',
    B365A: '3.50',
    AHh: of.line,
    B365AHH: '1.90',
    B365AHA: '1.95',
    ...(isFixture ? {} : played),
  };
}

describe('silver grown from any sequence of editions', () => {
  let postgres: TestPostgres;
  let house: TestHouse;
  let folder: TestFolder;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    house = openHouse(postgres.url);
    folder = await makeTestFolder();
  });
  afterAll(async () => {
    await house.close();
    await postgres.stop();
    await folder.remove();
  });

  it('equals, row for row, silver rebuilt from bronze at the end', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(edition, { minLength: 2, maxLength: 6 }), async (editions) => {
        await house.pool.query(
          'truncate raw_match_data, source_editions, data_quality_logs, leagues, teams cascade',
        );
        for (const { file, meetings, at, refinedAfter, limit } of editions) {
          const rows = meetings.map((one) => cellsOf(one, file === 'fixtures.csv'));
          await writeEdition(folder.path, file, fileText(rows), at.toISOString());
          const listed = (await house.list(folder.path)).filter(({ uri }) => uri === file);
          for (const one of listed) {
            await house.collectFile({ file: one, runId: `property/${runs++}`, reading: 'if-changed' });
          }
          if (refinedAfter) await house.refine({ limit });
        }
        await house.refine();
        const grown = await readTables(house.pool);
        await house.rebuild({ limit: 3 });
        expect(firstDifference(grown, await readTables(house.pool))).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });
});
