import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instantFromIso } from '../../schemas/values.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { createLeague } from '../../simulator/league/league.js';
import { upToRow } from '../support/corruptions/corpus.js';
import {
  cellOf,
  dayOf,
  daysAfter,
  readSeason,
  withCells,
  writeText,
  type SeasonText,
} from '../support/corruptions/season-text.js';
import { writeEdition } from '../support/football-data-files.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openTestLake, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { decide, findingsOf } from '../support/review.js';
import { firstDifference, readTables } from '../support/silver-snapshot.js';

let postgres: TestPostgres;
let simulated: TestFolder;
/** A league that never was: a season, and the one before. */
let season: SeasonText;
let before: SeasonText;
beforeAll(async () => {
  postgres = await startTestPostgres();
  simulated = await makeTestFolder();
  const league = createLeague({ seed: 11, now: instantFromIso('2026-08-01T00:00:00Z'), seasons: 2 });
  await writeFootballData({ directory: simulated.path, leagues: [league] });
  season = await readSeason(simulated.path, '2526', 'SIM');
  before = await readSeason(simulated.path, '2425', 'SIM');
});
afterAll(async () => {
  await postgres.stop();
  await simulated.remove();
});

let lake: TestLake;
let folder: TestFolder;
let runs = 0;
async function open(): Promise<void> {
  folder = await makeTestFolder();
  lake = await openTestLake(await postgres.freshDatabase(), folder.path);
}
async function close(): Promise<void> {
  await lake.close();
  await folder.remove();
}
beforeEach(open);
afterEach(close);

const lastDay = (text: SeasonText): string =>
  text.rows
    .map((row) => dayOf(text, row))
    .toSorted()
    .at(-1) ?? '';

/** Fetches a state of the season's file a day after its last match, or on another day, and refines it. */
async function bring(text: SeasonText, day = daysAfter(lastDay(text), 1)): Promise<void> {
  const uri = `${text.folder}/SIM.csv`;
  const directory = path.join(folder.path, 'files');
  await writeEdition(directory, uri, Buffer.from(writeText(text), 'latin1'), `${day}T06:00:00Z`);
  const clock = { startsAt: instantFromIso(`${day}T12:00:00Z`), realStart: Date.now(), speed: 0 };
  for (const file of await lake.house.list(directory)) {
    if (file.uri !== uri) continue;
    await lake.house.collectFile({ file, runId: `run/${runs++}`, reading: 'if-changed', clock });
  }
  await lake.house.refine();
}

const query = async (text: string): Promise<unknown[]> =>
  (await lake.house.pool.query<Record<string, unknown>>(text)).rows;
const played = async (): Promise<number> =>
  (await query('select id from matches where source_present and home_score is not null')).length;

/** The same file with its home and away teams exchanged from a row on. */
const exchanged = (text: SeasonText, from: number): SeasonText => ({
  ...text,
  rows: text.rows.map((row, index) =>
    index < from
      ? row
      : withCells(text, row, {
          HomeTeam: cellOf(text, row, 'AwayTeam'),
          AwayTeam: cellOf(text, row, 'HomeTeam'),
        }),
  ),
});

const rowsOfHalf = 150;

describe('a row that an edition which waits has said before', () => {
  it('waits with the edition that says it once more: it came to silver when all others of it were mended', async () => {
    const standing = upToRow(season, 200);
    await bring(standing);
    const grown = upToRow(season, 240);
    const known = await played();
    // Days that have not come: of a few rows each waits, of four or more the edition.
    const ahead = (from: number): SeasonText => ({
      ...grown,
      rows: grown.rows.map((row, index) =>
        index < from ? row : withCells(grown, row, { Date: '01/05/2026' }),
      ),
    });
    await bring(ahead(grown.rows.length - 5), daysAfter(lastDay(grown), 1));
    await bring(ahead(grown.rows.length - 1), daysAfter(lastDay(grown), 2));
    expect(await played()).toBe(known);
    await bring(grown, daysAfter(lastDay(grown), 3));
    expect(await played()).toBe(grown.rows.length);
  });
});

describe('an edition that lost half of its matches', () => {
  it('is stored and held with one question that says so, and silver and the lake stay as they were', async () => {
    const whole = upToRow(season, 2 * rowsOfHalf);
    await bring(whole);
    const published = (await lake.publish('publish/1')).snapshot;
    const silver = await readTables(lake.house.pool);
    const known = await played();
    await bring({ ...whole, rows: whole.rows.slice(0, rowsOfHalf) }, daysAfter(lastDay(whole), 2));

    const [finding] = await query(
      `select error_message as says, severity, requires_manual_review as review from data_quality_logs where error_type = 'doubted_edition'`,
    );
    expect(finding).toMatchObject({
      says: `2526/SIM.csv: ${whole.rows.length - rowsOfHalf} of the ${whole.rows.length} matches that the file had are not in it any more`,
      severity: 'high',
      review: true,
    });
    expect(await played()).toBe(known);
    expect((await query('select id from source_editions')).length).toBe(2);
    for (const table of ['matches', 'fixture_revisions', 'odds', 'match_statistics']) {
      expect((await readTables(lake.house.pool)).get(table)).toEqual(silver.get(table));
    }
    expect(await lake.publish('publish/2')).toMatchObject({ snapshot: null });
    expect((await lake.jobSnapshots()).at(-1)?.id).toBe(published);
  });

  it('is held against the one that stands, also where one came in between that does not', async () => {
    const whole = upToRow(season, 2 * rowsOfHalf);
    await bring(whole);
    const known = await played();
    await bring(exchanged(whole, 0), daysAfter(lastDay(whole), 2));
    const half = { ...whole, rows: whole.rows.slice(0, rowsOfHalf) };
    await bring(half, daysAfter(lastDay(whole), 3));
    expect(
      await query(
        `select error_data -> 'doubts' -> 0 ->> 'rule' as rule from data_quality_logs
         where error_type = 'doubted_edition' and requires_manual_review order by id desc limit 1`,
      ),
    ).toEqual([{ rule: 'matches_lost' }]);
    expect(await played()).toBe(known);

    // Each match was in the one in between too, with other scores.
    const told = {
      ...whole,
      rows: whole.rows.map((row) => withCells(whole, row, { FTHG: '4', FTAG: '0', FTR: 'H' })),
    };
    await bring(told, daysAfter(lastDay(whole), 4));
    await bring(half, daysAfter(lastDay(whole), 5));
    expect(await played()).toBe(known);
  });

  it('is believed once a person releases it, and not any more once that is taken back', async () => {
    const whole = upToRow(season, 2 * rowsOfHalf);
    await bring(whole);
    const silver = await readTables(lake.house.pool);
    const known = await played();
    await bring({ ...whole, rows: whole.rows.slice(0, rowsOfHalf) }, daysAfter(lastDay(whole), 2));
    const ids = await findingsOf(lake.house.pool, 'doubted_edition');
    await decide(lake.house.pool, 'release', ids);
    await lake.house.refine();
    expect(await played()).toBe(rowsOfHalf);
    await decide(lake.house.pool, 'reopen', ids);
    await lake.house.refine();
    expect(await played()).toBe(known);
    for (const table of ['matches', 'fixture_revisions', 'odds']) {
      expect((await readTables(lake.house.pool)).get(table)).toEqual(silver.get(table));
    }
  });

  it('does not stand in the way of the next one, and a rebuild makes the same silver', async () => {
    await bring(upToRow(season, rowsOfHalf));
    const whole = upToRow(season, 2 * rowsOfHalf);
    await bring(exchanged(whole, rowsOfHalf), daysAfter(lastDay(whole), 1));
    expect(await findingsOf(lake.house.pool, 'doubted_edition')).toHaveLength(1);
    await bring(whole, daysAfter(lastDay(whole), 2));
    expect(await played()).toBe(whole.rows.length);
    // Nobody has to decide about an edition that another has followed.
    expect(
      await query(`select status, handled_by, released, (select count(*)::integer from review_transitions t where t.finding_id = f.id) as moves
        from data_quality_logs f where error_type = 'doubted_edition'`),
    ).toEqual([{ status: 'resolved', handled_by: 'collect', released: false, moves: 1 }]);
    const grown = await readTables(lake.house.pool);
    await lake.house.rebuild();
    expect(firstDifference(grown, await readTables(lake.house.pool))).toBeUndefined();
  });
});

it('what is new in a doubted edition and stays in the next one comes to silver with that', async () => {
  const first = upToRow(season, rowsOfHalf);
  await bring(first);
  const whole = upToRow(season, 2 * rowsOfHalf);
  await bring({ ...whole, rows: whole.rows.slice(rowsOfHalf) }, daysAfter(lastDay(whole), 1));
  expect(await played()).toBe(first.rows.length);
  await bring(whole, daysAfter(lastDay(whole), 2));
  expect(await played()).toBe(whole.rows.length);
  expect(await query(`select id from raw_match_data where process_status <> 'done'`)).toEqual([]);
});

it('a row that does not go with the rest of its file waits alone, and comes once it is released', async () => {
  await bring(before, '2025-08-01');
  const whole = upToRow(season, 2 * rowsOfHalf);
  const [first] = whole.rows;
  if (first === undefined) throw new Error('The season has no match.');
  // The pairing of the first row once more, in place of a later match of its home team.
  const place = whole.rows.findIndex(
    (row, index) => index > rowsOfHalf && cellOf(whole, row, 'HomeTeam') === cellOf(whole, first, 'HomeTeam'),
  );
  const rows = whole.rows.map((row, index) =>
    index === place ? withCells(whole, row, { AwayTeam: cellOf(whole, first, 'AwayTeam') }) : row,
  );
  await bring(upToRow(season, rowsOfHalf));
  const known = await played();
  await bring({ ...whole, rows });
  expect(await findingsOf(lake.house.pool, 'doubted_edition')).toEqual([]);
  const ids = await findingsOf(lake.house.pool, 'doubted_row');
  expect(ids).toHaveLength(1);
  expect(await played()).toBe(known + whole.rows.length - upToRow(season, rowsOfHalf).rows.length - 1);
  await decide(lake.house.pool, 'release', ids);
  await lake.house.refine();
  expect(await played()).toBe(known + whole.rows.length - upToRow(season, rowsOfHalf).rows.length);
});

it('a file that stands still while rounds were played a year before is asked about once, changed or not', async () => {
  await bring(before, '2025-08-01');
  const part = upToRow(season, rowsOfHalf);
  await bring(part);
  await bring(part, daysAfter(lastDay(part), 10));
  expect(await findingsOf(lake.house.pool, 'stale_file')).toEqual([]);
  await bring(part, daysAfter(lastDay(part), 45));
  await bring(part, daysAfter(lastDay(part), 46));
  expect(await findingsOf(lake.house.pool, 'stale_file')).toHaveLength(1);
});

it('a released doubt of a season is not asked again as its file grows, and is where later matches are otherwise wrong', async () => {
  const hoursLater = (text: SeasonText, from: number): SeasonText => ({
    ...text,
    rows: text.rows.map((row, index) => {
      const [hours = '', minutes = ''] = cellOf(text, row, 'Time').split(':');
      return withCells(text, row, { Time: `${String(Number(hours) + (index < from ? 1 : 2))}:${minutes}` });
    }),
  });
  await bring(before, '2025-08-01');
  await bring(hoursLater(upToRow(season, rowsOfHalf), rowsOfHalf));
  const first = await findingsOf(lake.house.pool, 'doubted_edition');
  expect(first).toHaveLength(1);
  await decide(lake.house.pool, 'release', first);
  await bring(hoursLater(upToRow(season, rowsOfHalf + 30), 380));
  await bring(hoursLater(upToRow(season, rowsOfHalf + 60), 380));
  expect(await findingsOf(lake.house.pool, 'doubted_edition')).toEqual(first);
  await bring(hoursLater(upToRow(season, rowsOfHalf + 120), rowsOfHalf + 60));
  expect(
    await query(
      `select f.field, f.status from source_editions e join data_quality_logs f on f.id = e.doubt_finding_id order by e.id`,
    ),
  ).toEqual([
    { field: 'kickoffs_off_by_hours', status: 'resolved' },
    { field: 'kickoffs_off_by_hours', status: 'logged' },
  ]);
});

describe('an edition of the season before that a person has refused', () => {
  const bringRefused = async (text: SeasonText): Promise<void> => {
    // It has results of days that had not come.
    await bring(text, '2025-03-01');
    const ids = await findingsOf(lake.house.pool, 'doubted_edition');
    expect(ids).toHaveLength(1);
    await decide(lake.house.pool, 'ignore', ids);
  };

  it('says nothing of which teams are in the league', async () => {
    await bringRefused({
      ...before,
      rows: before.rows.map((row) =>
        withCells(before, row, {
          HomeTeam: `${cellOf(before, row, 'HomeTeam')} Reserves`,
          AwayTeam: `${cellOf(before, row, 'AwayTeam')} Reserves`,
        }),
      ),
    });
    await bring(upToRow(season, rowsOfHalf));
    expect(await findingsOf(lake.house.pool, 'doubted_edition')).toHaveLength(1);
  });

  it('says nothing of which rounds a file should have by now', async () => {
    await bringRefused(before);
    const part = upToRow(season, rowsOfHalf);
    await bring(part);
    await bring(part, daysAfter(lastDay(part), 45));
    expect(await findingsOf(lake.house.pool, 'stale_file')).toEqual([]);
  });
});

it('a season that grows by a few rounds at a time raises no question', async () => {
  await bring(before, '2025-08-01');
  for (let rows = 60; rows <= season.rows.length; rows += 60) await bring(upToRow(season, rows));
  await bring(season, '2026-08-20');
  expect(
    await query(`select error_type, error_message from data_quality_logs where requires_manual_review`),
  ).toEqual([]);
});

describe('a file whose first edition is doubted', () => {
  const times = () =>
    query(
      `select m.id, f.known_at, f.known_at_basis from fixture_revisions f join matches m on m.id = f.match_id order by m.match_time, m.id, f.known_at`,
    );
  const withoutIds = (rows: readonly unknown[]): readonly unknown[] =>
    rows.map((row) => JSON.stringify(row, (key, value: unknown) => (key === 'id' ? undefined : value)));

  it('is known by the next one as it would be by itself: nobody learnt of its matches only then', async () => {
    const whole = upToRow(season, 2 * rowsOfHalf);
    await bring(before, '2025-08-01');
    await bring(exchanged(whole, 0), daysAfter(lastDay(whole), 1));
    expect(await findingsOf(lake.house.pool, 'doubted_edition')).toHaveLength(1);
    await bring(whole, daysAfter(lastDay(whole), 2));
    const mended = await times();
    const prices = await query("select count(*)::integer as n from odds where known_at_basis = 'observed'");

    await close();
    await open();
    await bring(before, '2025-08-01');
    await bring(whole, daysAfter(lastDay(whole), 2));
    expect(withoutIds(mended)).toEqual(withoutIds(await times()));
    expect(prices).toEqual([{ n: 0 }]);
  });

  it('has what is new in the next one observed with that, once a person has released the first', async () => {
    const whole = upToRow(season, 2 * rowsOfHalf);
    await bring(before, '2025-08-01');
    await bring(exchanged(whole, 0), daysAfter(lastDay(whole), 1));
    await bring(whole, daysAfter(lastDay(whole), 2));
    const ids = await findingsOf(lake.house.pool, 'doubted_edition');
    await decide(lake.house.pool, 'reopen', ids);
    await decide(lake.house.pool, 'release', ids);
    await lake.house.refine();
    expect(
      await query(`select count(*)::integer as n from fixture_revisions where known_at_basis = 'observed'`),
    ).not.toEqual([{ n: 0 }]);
    const grown = await readTables(lake.house.pool);
    await lake.house.rebuild();
    expect(firstDifference(grown, await readTables(lake.house.pool))).toBeUndefined();
  });
});
