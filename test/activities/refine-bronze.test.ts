import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aRow, fileText, writeEdition, type Cells } from '../support/football-data-files.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

let house: TestHouse;
let folder: TestFolder;
beforeEach(async () => {
  house = openHouse(await postgres.freshDatabase());
  folder = await makeTestFolder();
});
afterEach(async () => {
  await house.close();
  await folder.remove();
});

const query = async (text: string): Promise<unknown[]> =>
  (await house.pool.query<Record<string, unknown>>(text)).rows;

let runs = 0;
/** Brings one state of a file to silver. */
async function bring(rows: readonly Cells[], modifiedAt: string, uri = '2122/E0.csv'): Promise<string> {
  const runId = `run/${runs++}`;
  await writeEdition(folder.path, uri, fileText(rows), modifiedAt);
  await house.collect(folder.path, runId);
  await house.refine();
  return runId;
}
const revisions = () =>
  query(`select known_at as at, known_at_basis as basis, match_time as kickoff, match_status as status,
    home_score as home, source_present as present from fixture_revisions order by match_id, known_at`);
const odds = () =>
  query(`select bookmaker, quote_kind as kind, price_phase as phase, market_type as market, line_value as line,
    home_odds as home, suspicious_odds as suspicious, collected_at as collected, recorded_at as recorded,
    known_at_basis as basis from odds order by bookmaker, phase, market, recorded`);
const prices = (prefix: string, home: string, draw = '3.40', away = '3.60'): Cells => ({
  [`${prefix}H`]: home,
  [`${prefix}D`]: draw,
  [`${prefix}A`]: away,
});

const later = (iso: string): Date => new Date(iso);

describe('times', () => {
  it('are of Europe/London in the files and UTC in silver, in summer, in winter and beside the change', async () => {
    await bring(
      [
        aRow({ Date: '14/08/2021', Time: '15:00' }),
        aRow({ Date: '18/12/2021', Time: '15:00', AwayTeam: 'Leeds' }),
        aRow({ Date: '30/10/2021', Time: '15:00', AwayTeam: 'Fulham' }),
        aRow({ Date: '31/10/2021', Time: '15:00', AwayTeam: 'Everton' }),
      ],
      '2022-06-01T00:00:00Z',
    );
    expect(
      await query('select match_time as at, kickoff_precision as precision from matches order by match_time'),
    ).toEqual(
      ['2021-08-14T14:00Z', '2021-10-30T14:00Z', '2021-10-31T15:00Z', '2021-12-18T15:00Z'].map((at) => ({
        at: later(at),
        precision: 'minute',
      })),
    );
  });

  it("are a day of the league's zone where the file has none: known at its last instant, priced before its first", async () => {
    await bring(
      [aRow({ Div: 'D1', Time: '', ...prices('B365', '2.1') })],
      '2022-06-01T00:00:00Z',
      '2122/D1.csv',
    );
    expect(await revisions()).toMatchObject([
      { at: later('2021-08-13T16:00Z'), kickoff: later('2021-08-13T22:00Z'), status: 'scheduled' },
      { at: later('2021-08-14T21:59:59.999Z'), kickoff: later('2021-08-13T22:00Z'), status: 'completed' },
    ]);
    expect(await odds()).toMatchObject([{ collected: later('2021-08-13T16:00Z'), basis: 'estimated' }]);
  });

  it('of the first edition are estimated: prices on Friday, closing prices at kick-off, the result two and a half hours later', async () => {
    await bring([aRow({ ...prices('B365', '2.1'), ...prices('B365C', '2.0') })], '2022-06-01T00:00:00Z');
    expect(await revisions()).toMatchObject([
      { at: later('2021-08-13T16:00Z'), basis: 'estimated', status: 'scheduled', home: null },
      { at: later('2021-08-14T16:30Z'), basis: 'estimated', status: 'completed', home: 2 },
    ]);
    expect(await odds()).toMatchObject([
      { phase: 'closing', collected: later('2021-08-14T14:00Z'), recorded: later('2021-08-14T14:00Z') },
      { phase: 'prematch', collected: later('2021-08-13T16:00Z'), recorded: later('2021-08-13T16:00Z') },
    ]);
  });
});

describe('later editions', () => {
  it('make a revision of a corrected score, observed at their time', async () => {
    await bring([aRow()], '2021-08-20T00:00:00Z');
    const runId = await bring([aRow({ FTHG: 3 })], '2021-08-27T09:30:00Z');
    expect((await revisions()).slice(-1)).toMatchObject([
      { at: later('2021-08-27T09:30Z'), basis: 'observed', status: 'completed', home: 3 },
    ]);
    expect(await query('select home_score as home from matches')).toEqual([{ home: 3 }]);
    expect(await house.outcome(runId)).toEqual({ revisions: 1, heldInSilver: 0, questions: [] });
  });

  it('without a match leave its values, mark it as gone and ask for a review; with it again, bring it back', async () => {
    const other = aRow({ AwayTeam: 'Leeds' });
    await bring([aRow(), other], '2021-08-20T00:00:00Z');
    await bring([other], '2021-08-27T00:00:00Z');
    expect(
      await query('select home_score as home, source_present as present from matches order by present'),
    ).toEqual([
      { home: 2, present: false },
      { home: 2, present: true },
    ]);
    expect(
      await query(
        `select requires_manual_review as review from data_quality_logs where error_type = 'missing_from_edition'`,
      ),
    ).toEqual([{ review: true }]);
    await bring([aRow(), other], '2021-09-03T00:00:00Z');
    expect((await revisions()).filter((row) => JSON.stringify(row).includes('2021-09-03'))).toMatchObject([
      { at: later('2021-09-03T00:00Z'), basis: 'observed', home: 2, present: true },
    ]);
  });

  it('move a match: it keeps its id, and leaves the month where it was', async () => {
    await bring([aRow({ FTHG: '', FTAG: '', FTR: '' })], '2021-08-01T00:00:00Z', 'fixtures.csv');
    const before = await query('select id from matches');
    await bring(
      [aRow({ Date: '15/09/2021', FTHG: '', FTAG: '', FTR: '' })],
      '2021-08-12T00:00:00Z',
      'fixtures.csv',
    );
    expect(await query('select m.id from matches m join match_registry r using (id, match_time)')).toEqual(
      before,
    );
    expect(await query('select tableoid::regclass::text as month, match_time as at from matches')).toEqual([
      { month: 'matches_2021_09', at: later('2021-09-15T14:00Z') },
    ]);
    expect(
      await query(
        `select month from lake_dirty_partitions where table_name = 'matches' and version > 1 order by month`,
      ),
    ).toEqual([{ month: '2021-08-01' }]);
  });

  it('move a match to another month before any of it was refined, and keep the price of the day it was to be played', async () => {
    for (const [Date, modifiedAt] of [
      ['13/12/2021', '2022-01-02T00:00:00Z'],
      ['11/08/2021', '2022-01-03T00:00:00Z'],
    ] as const) {
      await writeEdition(
        folder.path,
        '2122/E0.csv',
        fileText([aRow({ Date, ...prices('B365', '2.1') })]),
        modifiedAt,
      );
      await house.collect(folder.path, `run/${runs++}`);
    }
    await house.refine();
    expect(await query('select match_time as at from matches')).toEqual([{ at: later('2021-08-11T14:00Z') }]);
    expect(await odds()).toMatchObject([{ home: 2.1, collected: later('2021-12-10T17:00Z') }]);
  });

  it('move the last sight of a price that stayed, and record one that changed under its own time', async () => {
    await bring([aRow({ ...prices('B365', '2.1'), ...prices('BW', '2.2') })], '2021-08-20T00:00:00Z');
    await bring([aRow({ ...prices('B365', '2.1'), ...prices('BW', '2.3') })], '2021-08-27T00:00:00Z');
    expect(await odds()).toMatchObject([
      { bookmaker: 'bet365', home: 2.1 },
      {
        bookmaker: 'bwin',
        home: 2.2,
        collected: later('2021-08-13T16:00Z'),
        recorded: later('2021-08-13T16:00Z'),
      },
      {
        bookmaker: 'bwin',
        home: 2.3,
        collected: later('2021-08-13T16:00Z'),
        recorded: later('2021-08-27T00:00Z'),
        basis: 'observed',
      },
    ]);
    expect(await query('select bookmaker, last_seen_at as at from odds_last_seen')).toEqual([
      { bookmaker: 'bet365', at: later('2021-08-27T00:00Z') },
    ]);
  });

  it('give A, B, A three revisions', async () => {
    for (const [day, FTHG] of [
      ['20', 2],
      ['21', 3],
      ['22', 2],
    ] as const) {
      await bring([aRow({ FTHG })], `2021-08-${day}T00:00:00Z`);
    }
    expect((await revisions()).filter((row) => JSON.stringify(row).includes('completed'))).toMatchObject([
      { home: 2, basis: 'estimated' },
      { home: 3, at: later('2021-08-21T00:00Z') },
      { home: 2, at: later('2021-08-22T00:00Z') },
    ]);
  });
});

describe('prices', () => {
  it('of 1.01 or less stand in data_quality_logs alone, with the whole quote', async () => {
    await bring(
      [aRow({ ...prices('B365', '1.01', '15', '40'), ...prices('BW', '1.02', '15', '60') })],
      '2022-06-01T00:00:00Z',
    );
    expect(await odds()).toMatchObject([{ bookmaker: 'bwin', home: 1.02, suspicious: false }]);
    expect(
      await query(`select error_data from data_quality_logs where error_type = 'price_not_above_floor'`),
    ).toMatchObject([{ error_data: { bookmaker: 'bet365', home: 1.01, draw: 15, away: 40 } }]);
  });

  it('outside the overround rule or above a thousand are stored and marked; those of market maxima are not judged', async () => {
    await bring(
      [
        aRow({
          ...prices('B365', '1.5', '2.5', '2.6'),
          ...prices('BW', '1.1', '11', '1001'),
          ...prices('Max', '2.6', '4.1', '4.4'),
          ...prices('Avg', '2.6', '4.1', '4.4'),
          ...prices('IW', '2.1'),
        }),
      ],
      '2022-06-01T00:00:00Z',
    );
    expect((await odds()).map((row) => row)).toMatchObject([
      { bookmaker: 'bet365', suspicious: true },
      { bookmaker: 'bwin', suspicious: true },
      { bookmaker: 'interwetten', suspicious: false },
      { bookmaker: 'market_average', suspicious: true },
      { bookmaker: 'market_maximum', suspicious: false },
    ]);
  });

  it('of aggregates and of an exchange are no book', async () => {
    await bring(
      [
        aRow({
          ...prices('B365', '2.1'),
          ...prices('BFE', '2.15'),
          ...prices('Max', '2.2'),
          ...prices('Avg', '2.05'),
          ...prices('BbMx', ''),
          ...prices('PSC', '2.0'),
        }),
      ],
      '2022-06-01T00:00:00Z',
    );
    expect(
      await query(
        'select quote_kind as kind, array_agg(bookmaker::text order by bookmaker) as names from odds group by 1 order by 1',
      ),
    ).toEqual([
      { kind: 'aggregate', names: ['market_average', 'market_maximum'] },
      { kind: 'book', names: ['bet365', 'pinnacle'] },
      { kind: 'exchange', names: ['betfair_exchange'] },
    ]);
  });
});

describe('a row that contradicts itself', () => {
  it('is held with a reason, counts in the outcome of the run, and leaves the match as it was', async () => {
    await bring([aRow()], '2021-08-20T00:00:00Z');
    const runId = await bring([aRow({ FTHG: 0 })], '2021-08-27T00:00:00Z');
    expect(await house.outcome(runId)).toEqual({ revisions: 0, heldInSilver: 1, questions: [] });
    expect(await query('select home_score as home from matches')).toEqual([{ home: 2 }]);
    expect(
      await query(
        `select process_status as status, process_error as error from raw_match_data order by id desc limit 1`,
      ),
    ).toEqual([
      { status: 'held', error: 'statedResult: The stated result H contradicts the score 0-1, which is A' },
    ]);
  });

  it('is held where its division is unknown, and nothing else is', async () => {
    await bring([aRow({ Div: 'XX' })], '2021-08-20T00:00:00Z', '2122/XX.csv');
    expect(
      await query('select process_status as status, process_error as error from raw_match_data'),
    ).toEqual([{ status: 'held', error: 'division: the league XX is not known' }]);
  });
});
