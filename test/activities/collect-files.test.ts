import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redactorOf } from '../../adapters/redaction/redactor.js';
import { describeError } from '../../schemas/errors.js';
import { instantFromIso } from '../../schemas/values.js';
import { serveFootballData } from '../../simulator/football-data-server.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { createLeague } from '../../simulator/league/league.js';
import { aRow, fileText, writeEdition } from '../support/football-data-files.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { firstDifference, readTables } from '../support/silver-snapshot.js';

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

const query = async (text: string, values: readonly string[] = []): Promise<unknown[]> =>
  (await house.pool.query<Record<string, unknown>>(text, [...values])).rows;
const bronze = () =>
  query(
    'select external_match_id as key, raw_data, process_status as status from raw_match_data order by id',
  );
/** How many requests to an address have failed. */
const failedRequests = async (address: string): Promise<number> =>
  (await query("select id from error_logs where context_data ->> 'endpoint' = $1", [address])).length;
const editions = () =>
  query(`select uri, edition_no as no, edition_time as time, edition_time_basis as basis, row_count as rows,
    stored_count as stored, duplicate_count as duplicates, held_count as held from source_editions order by id`);

describe('what cannot be read', () => {
  it('is held with file, line, field, reason and text, and the rest of the file is stored', async () => {
    const lines = fileText([
      aRow({ Date: '31/02/22' }),
      aRow(),
      aRow({ AwayTeam: '' }),
      aRow(),
      aRow({ FTHG: 4, FTAG: 1 }),
    ]);
    await writeEdition(folder.path, '2122/E0.csv', `${lines},,,,,\r\n`);
    expect(await house.collect(folder.path, 'run/1')).toEqual({ rows: 5, stored: 1, duplicates: 1, held: 3 });
    expect(
      await query(`select error_data from data_quality_logs order by error_data ->> 'line'`),
    ).toMatchObject([
      { error_data: { file: '2122/E0.csv', line: 2, field: 'Date', text: lines.split('\r\n')[1] } },
      { error_data: { file: '2122/E0.csv', line: 4, field: 'AwayTeam', reason: 'no team' } },
      {
        error_data: {
          file: '2122/E0.csv',
          line: 6,
          field: 'row',
          reason: 'contradicts row 3, the same match on the same day',
        },
      },
    ]);
    expect(await query('select count(*) as rows from edition_rows')).toEqual([{ rows: 5 }]);
  });

  it('is a duplicate when it comes again, and news when it can be read', async () => {
    await writeEdition(
      folder.path,
      '2122/E0.csv',
      fileText([aRow(), aRow({ HomeTeam: 'Leeds', Date: 'soon' })]),
    );
    expect(await house.collect(folder.path, 'run/1')).toMatchObject({ stored: 1, held: 1 });
    expect(await house.collect(folder.path, 'run/2', 'always')).toMatchObject({ duplicates: 2, held: 0 });
    await writeEdition(
      folder.path,
      '2122/E0.csv',
      fileText([aRow(), aRow({ HomeTeam: 'Leeds' })]),
      '2022-06-02T00:00:00Z',
    );
    expect(await house.collect(folder.path, 'run/3')).toEqual({ rows: 2, stored: 1, duplicates: 1, held: 0 });
  });

  it('keeps its match in the file where it still tells which one it is: held, not missing', async () => {
    const other = aRow({ HomeTeam: 'Leeds', Date: '21/08/2021' });
    const write = (rows: Parameters<typeof fileText>[0], day: number) =>
      writeEdition(folder.path, '2122/E0.csv', fileText(rows), `2022-06-0${day}T00:00:00Z`);
    await write([aRow(), other], 1);
    await house.collect(folder.path, 'run/1');
    await house.refine();
    // A date that cannot be read, and a team that is blank on the day of the match.
    await write([aRow({ Date: '31/02/22' }), { ...other, AwayTeam: '' }], 2);
    expect(await house.collect(folder.path, 'run/2')).toEqual({ rows: 2, stored: 0, duplicates: 0, held: 2 });
    await house.refine();
    const present = () =>
      query('select source_present as present, home_score as home from matches order by match_time');
    expect(await present()).toEqual([
      { present: true, home: 2 },
      { present: true, home: 2 },
    ]);
    expect(
      await query('select error_type as type, count(*) as n from data_quality_logs group by 1 order by 1'),
    ).toEqual([
      { type: 'new_team', n: 3 },
      { type: 'unreadable_row', n: 2 },
    ]);
    // The same again is a duplicate; what can be read again is news; what is gone then is missing.
    await write([aRow({ Date: '31/02/22' }), { ...other, AwayTeam: '' }, aRow({ HomeTeam: 'Fulham' })], 3);
    expect(await house.collect(folder.path, 'run/3')).toEqual({ rows: 3, stored: 1, duplicates: 2, held: 0 });
    await write([aRow({ FTHG: 3 }), aRow({ HomeTeam: 'Fulham' })], 4);
    expect(await house.collect(folder.path, 'run/4')).toEqual({ rows: 2, stored: 1, duplicates: 1, held: 0 });
    await house.refine();
    expect(
      await query('select home_score as home, source_present as present from matches order by match_time, 1'),
    ).toEqual([
      { home: 2, present: true },
      { home: 3, present: true },
      { home: 2, present: false },
    ]);
    const grown = await readTables(house.pool);
    await house.rebuild();
    expect(firstDifference(grown, await readTables(house.pool))).toBeUndefined();
  });

  it('as a whole file fails with its name and what to do, and takes nothing from what is stored', async () => {
    await writeEdition(folder.path, '2122/E0.csv', fileText([aRow()]));
    await house.collect(folder.path, 'run/1');
    const before = [await bronze(), await editions()];
    for (const [content, reason] of [
      [Uint8Array.from([0, 1, 2, 3]), 'binary'],
      ['Div,Date,FTHG\r\nE0,14/08/2021,1\r\n', 'HomeTeam'],
      ['', 'empty'],
    ] as const) {
      await writeEdition(folder.path, '2122/E0.csv', content, '2022-06-02T00:00:00Z');
      const error: unknown = await house.collect(folder.path, 'run/2').catch((failure: unknown) => failure);
      expect(describeError(error)).toContain(reason);
      expect(describeError(error)).toContain('2122/E0.csv');
    }
    expect([await bronze(), await editions()]).toEqual(before);
  });
});

describe('a column that no rule knows', () => {
  it('is told once for each edition that has values in it, and kept in bronze', async () => {
    const rows = (price: string) => [
      aRow({ NEWH: price, Referee: 'M Dean', XYZ: '' }),
      aRow({ HomeTeam: 'Leeds', NEWH: price }),
    ];
    for (const [day, price] of ['2.1', '2.1', '2.2'].entries()) {
      await writeEdition(folder.path, '2122/E0.csv', fileText(rows(price)), `2022-06-0${day + 1}T00:00:00Z`);
      await house.collect(folder.path, `run/${day}`, 'always');
    }
    expect(
      await query(`select field, severity, requires_manual_review as review, error_data as data from data_quality_logs
        where error_type = 'unknown_column' order by id`),
    ).toEqual(
      [1, 2].map((edition) => ({
        field: 'NEWH',
        severity: 'low',
        review: false,
        data: { data_source: 'football_data', file: '2122/E0.csv', edition, column: 'NEWH', values: 2 },
      })),
    );
    expect(await bronze()).toMatchObject([
      { raw_data: { NEWH: '2.1' } },
      { raw_data: { NEWH: '2.1' } },
      { raw_data: { NEWH: '2.2' } },
      { raw_data: { NEWH: '2.2' } },
    ]);
  });

  it('and whose name has no end is told by its beginning, whole in the details', async () => {
    const column = 'N'.repeat(500);
    await writeEdition(folder.path, '2122/E0.csv', fileText([aRow({ [column]: '2.1' })]));
    expect(await house.collect(folder.path, 'run/1')).toMatchObject({ stored: 1, held: 0 });
    expect(
      await query(`select field, error_data ->> 'column' as name from data_quality_logs
        where error_type = 'unknown_column'`),
    ).toEqual([{ field: 'N'.repeat(300), name: column }]);
  });
});

describe('the editions of a file', () => {
  const aEdition = (rows: Parameters<typeof fileText>[0], modifiedAt: string) =>
    writeEdition(folder.path, '2122/E0.csv', fileText(rows), modifiedAt);

  it('store A, B, A as three versions of the row, and nothing when nothing changed', async () => {
    const day = (no: number) => `2021-09-0${no}T08:00:00Z`;
    for (const [index, FTHG] of [2, 3, 2].entries()) {
      await aEdition([aRow({ FTHG })], day(index + 1));
      expect(await house.collect(folder.path, `run/${index}`)).toMatchObject({ stored: 1 });
      expect(await house.collect(folder.path, `again/${index}`)).toMatchObject({ stored: 0, duplicates: 1 });
      expect(await house.collect(folder.path, `always/${index}`, 'always')).toMatchObject({
        stored: 0,
        duplicates: 1,
      });
    }
    expect(await bronze()).toMatchObject([
      { key: 'E0/2021-22/Arsenal/Chelsea/1', raw_data: { FTHG: '2' } },
      { key: 'E0/2021-22/Arsenal/Chelsea/1', raw_data: { FTHG: '3' } },
      { key: 'E0/2021-22/Arsenal/Chelsea/1', raw_data: { FTHG: '2' } },
    ]);
  });

  it('make no new version for a column that is new and blank, or columns in another order', async () => {
    await aEdition([aRow()], '2021-09-01T08:00:00Z');
    await house.collect(folder.path, 'run/1');
    const { Div, Date, ...others } = aRow();
    await aEdition([{ ...others, B365H: '', Date: Date ?? '', Div: Div ?? '' }], '2021-09-02T08:00:00Z');
    expect(await house.collect(folder.path, 'run/2')).toMatchObject({ stored: 0, duplicates: 1 });
  });

  it('take the time of the file, or of the fetch where that is not later than the edition before', async () => {
    await aEdition([aRow()], '2021-09-02T08:00:00Z');
    await house.collect(folder.path, 'run/1');
    await aEdition([aRow({ FTHG: 3 })], '2021-09-01T08:00:00Z');
    await house.collect(folder.path, 'run/2');
    const [first, second] = await editions();
    expect(first).toMatchObject({ no: 1, time: new Date('2021-09-02T08:00:00Z'), basis: 'file_time' });
    expect(second).toMatchObject({ no: 2, basis: 'fetched' });
  });

  it('give each meeting of a pairing that meets twice its own key, by date, whatever the lines', async () => {
    const meetings = [aRow({ Date: '02/04/2022', FTHG: 0 }), aRow({ Date: '14/08/2021' })];
    await aEdition(meetings, '2022-05-01T08:00:00Z');
    expect(await house.collect(folder.path, 'run/1')).toMatchObject({ stored: 2 });
    await aEdition([...meetings].reverse(), '2022-05-02T08:00:00Z');
    expect(await house.collect(folder.path, 'run/2')).toMatchObject({ stored: 0, duplicates: 2 });
    expect(await bronze()).toMatchObject([
      { key: 'E0/2021-22/Arsenal/Chelsea/2', raw_data: { Date: '02/04/2022' } },
      { key: 'E0/2021-22/Arsenal/Chelsea/1', raw_data: { Date: '14/08/2021' } },
    ]);
  });

  it('keep the key of a match whose date moved', async () => {
    await aEdition([aRow()], '2021-08-01T08:00:00Z');
    await house.collect(folder.path, 'run/1');
    await aEdition([aRow({ Date: '20/12/2021' })], '2021-08-10T08:00:00Z');
    await house.collect(folder.path, 'run/2');
    expect(
      new Set(
        (await query('select external_match_id as key from raw_match_data')).map((row) =>
          JSON.stringify(row),
        ),
      ),
    ).toEqual(new Set(['{"key":"E0/2021-22/Arsenal/Chelsea/1"}']));
  });

  it('are stored once by a run, however often it tries', async () => {
    await aEdition([aRow()], '2021-09-01T08:00:00Z');
    const first = await house.collect(folder.path, 'run/1');
    expect(await house.collect(folder.path, 'run/1')).toEqual(first);
    const [file] = await house.list(folder.path);
    if (file === undefined) throw new Error('No file was listed');
    await aEdition([aRow({ FTHG: 3 })], '2021-09-02T08:00:00Z');
    const attempts = [1, 2, 3].map(() => house.collectFile({ file, runId: 'run/2', reading: 'if-changed' }));
    expect(await Promise.all(attempts)).toEqual(
      [1, 2, 3].map(() => ({ rows: 1, stored: 1, duplicates: 0, held: 0 })),
    );
    expect(await editions()).toHaveLength(2);
  });
});

describe('a file that is fetched from a folder and from a site', () => {
  const now = instantFromIso('2024-03-01T00:00:00Z');

  it('is one line of editions; its bytes come once from the site, and 304 after that', async () => {
    const league = createLeague({ seed: 7, now, seasons: 2 });
    await writeFootballData({ directory: folder.path, leagues: [league] });
    const server = await serveFootballData({ league });
    const fromSite = async () =>
      (await house.list(folder.path)).map((file) => ({
        ...file,
        location: `${server.url}/${file.kind === 'season' ? 'mmz4281/' : ''}${file.uri}`,
      }));
    const collect = async (
      files: readonly Parameters<TestHouse['collectFile']>[0]['file'][],
      runId: string,
    ) => {
      let stored = 0;
      for (const file of files)
        stored += (await house.collectFile({ file, runId, reading: 'if-changed' })).stored;
      return stored;
    };
    try {
      const first = await collect(await fromSite(), 'run/1');
      expect(first).toBeGreaterThan(300);
      expect(await collect(await fromSite(), 'run/2')).toBe(0);
      expect(await collect(await house.list(folder.path), 'run/3')).toBe(0);
      expect(await editions()).toHaveLength(3);
      expect(await query('select count(*) as tagged from source_editions where etag is not null')).toEqual([
        { tagged: 3 },
      ]);
    } finally {
      await server.close();
    }
  });

  it('has no rows where the site has no such file', async () => {
    const league = createLeague({ seed: 7, now, seasons: 1 });
    const server = await serveFootballData({ league });
    try {
      const file = (await house.list(server.url)).find(({ uri }) => uri === '9394/E0.csv');
      if (file === undefined) throw new Error('The site offers no 9394/E0.csv');
      expect(await house.collectFile({ file, runId: 'run/1', reading: 'if-changed' })).toEqual({
        rows: 0,
        stored: 0,
        duplicates: 0,
        held: 0,
      });
    } finally {
      await server.close();
    }
  });

  it('fails, after asking again, while the site is away, and leaves what is stored', async () => {
    await writeEdition(folder.path, '2122/E0.csv', fileText([aRow()]));
    await house.collect(folder.path, 'run/1');
    const [file] = await house.list(folder.path);
    if (file === undefined) throw new Error('No file was listed');
    const site = await serveFootballData({ league: createLeague({ seed: 7, now, seasons: 1 }) });
    await site.close();
    const away = { ...file, location: `${site.url}/mmz4281/2122/E0.csv` };
    await expect(
      house.collectFile({ file: away, runId: 'run/2', reading: 'if-changed' }),
    ).rejects.toMatchObject({
      name: 'ProviderAway',
    });
    expect(await bronze()).toHaveLength(1);
    expect(await failedRequests(away.location)).toBe(4);
    // Temporal makes four attempts of it.
    await expect(
      house.collectFile({ file: away, runId: 'run/3', reading: 'if-changed', collectionType: 'fixtures' }),
    ).rejects.toMatchObject({ name: 'DependencyAway' });
    expect(await failedRequests(away.location)).toBe(5);
  });

  it('keeps no secret of the configuration from the address of a request that failed', async () => {
    const secret = 'q7Xv-hidden';
    const knowing = openHouse(await postgres.freshDatabase(), redactorOf([secret]));
    const site = await serveFootballData({ league: createLeague({ seed: 7, now, seasons: 1 }) });
    await site.close();
    await writeEdition(folder.path, '2122/E0.csv', fileText([aRow()]));
    const [listed] = await knowing.list(folder.path);
    if (listed === undefined) throw new Error('No file was listed');
    const file = { ...listed, location: `${site.url}/${secret}/2122/E0.csv` };
    try {
      await expect(knowing.collectFile({ file, runId: 'run/1', reading: 'if-changed' })).rejects.toThrow();
      const { rows: lines } = await knowing.pool.query('select * from error_logs');
      expect(lines).toHaveLength(4);
      expect(lines[0]).toMatchObject({ context_data: { endpoint: `${site.url}/***/2122/E0.csv` } });
      expect(JSON.stringify(lines)).not.toContain(secret);
    } finally {
      await knowing.close();
    }
  });
});
