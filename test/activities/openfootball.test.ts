import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeError } from '../../schemas/errors.js';
import { aRow, fileText, writeEdition } from '../support/football-data-files.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { anEntry, jsonText } from '../support/openfootball-files.js';
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
const write = (matches: readonly unknown[], modifiedAt?: string, uri = '2021-22/en.1.json') =>
  writeEdition(folder.path, uri, jsonText(matches), modifiedAt);
const collect = (runId: string, reading?: 'if-changed' | 'always', location = folder.path) =>
  house.collect(location, runId, reading, 'openfootball');

describe('the matches of a file', () => {
  it('are stored under league, season, teams and ordinal, whole; what names no match is held with its place', async () => {
    const playoff = anEntry({ round: undefined, stage: 'Playoffs', date: '2022-05-16' });
    await write([anEntry(), 'soon', anEntry({ team2: '' }), playoff, anEntry(), anEntry({ time: '16:00' })]);
    expect(await collect('run/1')).toEqual({ rows: 6, stored: 2, duplicates: 1, held: 3 });
    expect(
      await query(`select external_match_id as key, external_league_id as league, raw_data from raw_match_data
        where external_match_id is not null order by id`),
    ).toEqual([
      { key: 'en.1/2021-22/Arsenal FC/Chelsea FC/1', league: 'en.1', raw_data: anEntry() },
      {
        key: 'en.1/2021-22/Arsenal FC/Chelsea FC/2',
        league: 'en.1',
        raw_data: { ...anEntry(), round: undefined, stage: 'Playoffs', date: '2022-05-16' },
      },
    ]);
    expect(
      await query(`select error_data from data_quality_logs order by error_data ->> 'match'`),
    ).toMatchObject([
      { error_data: { file: '2021-22/en.1.json', match: 2, field: 'match', text: '"soon"' } },
      { error_data: { file: '2021-22/en.1.json', match: 3, field: 'team2', reason: 'no team' } },
      {
        error_data: {
          file: '2021-22/en.1.json',
          match: 6,
          reason: 'contradicts row 1, the same match on the same day',
        },
      },
    ]);
    expect(await query('select header, encoding, row_count from source_editions')).toEqual([
      { header: { name: 'English Premier League 2021/22' }, encoding: 'utf-8', row_count: 6 },
    ]);
  });

  it('are news only where they say something else, whatever the order of their properties', async () => {
    await write([anEntry()], '2021-09-01T08:00:00Z');
    await collect('run/1');
    await write([
      Object.fromEntries(Object.entries(anEntry({ score: { ft: [2, 1], ht: [1, 0] } })).reverse()),
    ]);
    expect(await collect('run/2')).toEqual({ rows: 1, stored: 0, duplicates: 1, held: 0 });
    await write([anEntry({ score: { ft: [2, 2], ht: [1, 0] } })]);
    expect(await collect('run/3')).toMatchObject({ stored: 1, duplicates: 0 });
    expect(await collect('run/4', 'always')).toMatchObject({ stored: 0, duplicates: 1 });
  });

  it('are stored although the file holds characters that Postgres does not keep', async () => {
    await writeEdition(
      folder.path,
      '2021-22/en.1.json',
      jsonText([anEntry({ round: 'Matchday \0 \ud800' }), { note: '\0' }]),
    );
    expect(await collect('run/1')).toMatchObject({ stored: 1, held: 1 });
  });

  it('that were not refined before a version that cannot be read came count by the one before, their names too', async () => {
    await write([anEntry()], '2021-09-01T08:00:00Z');
    await collect('run/1');
    await write([{ ...anEntry(), date: 'soon' }]);
    expect(await collect('run/2')).toMatchObject({ held: 1 });
    expect(await house.refine()).toEqual({ claimed: 1, done: 1, held: 0 });
  });

  it('of a file that is no JSON are refused with its name and place, and nothing is taken from what is stored', async () => {
    await write([anEntry()]);
    await collect('run/1');
    await writeEdition(
      folder.path,
      '2021-22/en.1.json',
      '{"matches": [\n{"date": }]}',
      '2022-06-02T00:00:00Z',
    );
    const message = describeError(await collect('run/2').catch((error: unknown) => error));
    expect(message).toContain('line 2, column 10');
    expect(message).toContain('2021-22/en.1.json');
    expect(await query('select count(*) as editions from source_editions')).toEqual([{ editions: 1 }]);
  });
});

describe('a URL tree', () => {
  let server: Server;
  let address: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      readFile(path.join(folder.path, request.url ?? '')).then(
        (bytes) => response.writeHead(200).end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}/`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('has the same files as the folder: what is there is collected once, what is not there is nothing', async () => {
    await write([anEntry(), anEntry({ team2: 'Leeds United' })]);
    expect(await collect('run/1', 'if-changed', address)).toMatchObject({ rows: 2, stored: 2 });
    expect(await collect('run/2')).toMatchObject({ rows: 2, stored: 0, duplicates: 2 });
  });
});

describe('silver', () => {
  const revisions = () =>
    query(`select r.match_time, r.kickoff_precision as precision, r.match_status as status, r.home_score as home, r.away_score as away,
      r.known_at_basis as basis from fixture_revisions r order by r.known_at`);

  it('has a match of either source in one league, which each names in its own words', async () => {
    await write([anEntry()]);
    await collect('run/1');
    await writeEdition(
      folder.path,
      '2122/E0.csv',
      fileText([aRow({ HomeTeam: 'Leeds', AwayTeam: 'Everton' })]),
    );
    await house.collect(folder.path, 'run/2');
    expect(await house.refine()).toMatchObject({ done: 2, held: 0 });
    expect(await query(`select distinct l.code from matches m join leagues l on l.id = m.league_id`)).toEqual(
      [{ code: 'E0' }],
    );
    expect(
      await query(`select e.data_source, e.external_id from league_external_ids e join leagues l on l.id = e.league_id
        where l.code = 'E0' order by 1`),
    ).toEqual([
      { data_source: 'api_football', external_id: '39' },
      // What others publish on the streams is told by our own codes.
      { data_source: 'data_collector', external_id: 'E0' },
      { data_source: 'football_data', external_id: 'E0' },
      { data_source: 'odds_api', external_id: 'soccer_epl' },
      { data_source: 'openfootball', external_id: 'en.1' },
      { data_source: 'scores_api', external_id: 'E0' },
    ]);
  });

  it('has kick-offs in UTC from the time of the league’s country, and the day alone where there is no time', async () => {
    await write([anEntry({ time: '20:30' })], undefined, '2021-22/de.1.json');
    await write(
      [anEntry({ time: undefined, score: undefined, date: '2022-01-15' })],
      undefined,
      '2021-22/at.1.json',
    );
    await collect('run/1');
    expect(await house.refine()).toMatchObject({ done: 2, held: 0 });
    const kickoffs = await query(
      `select l.code, m.match_time, m.kickoff_precision as precision from matches m join leagues l on l.id = m.league_id
       order by m.match_time`,
    );
    expect(kickoffs).toEqual([
      { code: 'D1', match_time: new Date('2021-08-14T18:30:00Z'), precision: 'minute' },
      { code: 'AT1', match_time: new Date('2022-01-14T23:00:00Z'), precision: 'day' },
    ]);
  });

  it('holds the matches of a cup, saying which league nobody knows', async () => {
    await write([anEntry()], undefined, '2021-22/de.cup.json');
    await collect('run/1');
    expect(await house.refine()).toMatchObject({ done: 0, held: 1 });
    const held = await query(
      `select process_error as error from raw_match_data where process_status = 'held'`,
    );
    expect(JSON.stringify(held)).toContain('the league de.cup is not known');
  });

  it('has a revision for each word that a later edition changes: moved, played, corrected, gone', async () => {
    const fixture = anEntry({ score: undefined, date: '2021-08-15', time: '16:30' });
    await write([fixture], '2021-08-01T08:00:00Z');
    await collect('run/1');
    await write([anEntry({ score: undefined })], '2021-08-05T08:00:00Z');
    await collect('run/2');
    await write([anEntry({ score: { ft: [2, 0] } })], '2021-08-16T08:00:00Z');
    await collect('run/3');
    await write([anEntry({ score: { ft: [2, 1] } })], '2021-08-17T08:00:00Z');
    await collect('run/4');
    await write([anEntry({ team1: 'Leeds United' })], '2021-08-18T08:00:00Z');
    await collect('run/5');
    await house.refine();
    const saturday = new Date('2021-08-14T14:00:00Z');
    expect((await revisions()).slice(0, 4)).toMatchObject([
      { match_time: new Date('2021-08-15T15:30:00Z'), status: 'scheduled', home: null },
      { match_time: saturday, status: 'scheduled', home: null, basis: 'observed' },
      { match_time: saturday, status: 'completed', home: 2, away: 0, basis: 'observed' },
      { match_time: saturday, status: 'completed', home: 2, away: 1, basis: 'observed' },
    ]);
    expect(
      await query(`select source_present from fixture_revisions where home_score = 2 and away_score = 1
        and source_present = false`),
    ).toHaveLength(1);
  });
});
