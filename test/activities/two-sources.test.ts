import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aRow, fileText, writeEdition } from '../support/football-data-files.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { anEntry, jsonText } from '../support/openfootball-files.js';
import { decide, findingsOf } from '../support/review.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { firstDifference, readTables, type TableLines } from '../support/silver-snapshot.js';

type Source = 'football_data' | 'openfootball';

let postgres: TestPostgres;
let house: TestHouse;
let folders: Record<Source, TestFolder>;
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
  await empty();
  folders = { football_data: await makeTestFolder(), openfootball: await makeTestFolder() };
});
afterEach(async () => {
  for (const folder of Object.values(folders)) await folder.remove();
});

const empty = () =>
  house.pool.query('truncate raw_match_data, source_editions, data_quality_logs, leagues, teams cascade');

/** What an edition says of one meeting. */
interface Meeting {
  readonly away: string;
  readonly day: number;
  readonly time: string;
  readonly score: string | null;
}

const textOf = (source: Source, meetings: readonly Meeting[]): string =>
  source === 'football_data'
    ? fileText(
        meetings.map(({ away, day, time, score }) => {
          const [home = '', guests = ''] = score?.split('-') ?? [];
          const result = score === null ? '' : home === guests ? 'D' : home > guests ? 'H' : 'A';
          const played = { FTHG: home, FTAG: guests, FTR: result };
          return aRow({ AwayTeam: away, Date: `${day}/08/2021`, Time: time, ...played });
        }),
      )
    : jsonText(
        meetings.map(({ away, day, time, score }) =>
          anEntry({
            team1: 'Arsenal',
            team2: away,
            date: `2021-08-${day}`,
            time: time === '' ? undefined : time,
            score: score === null ? undefined : { ft: score.split('-').map(Number) },
          }),
        ),
      );

/** Stores the `no`th edition of a source's file, of that many days after the first of September. */
async function collect(source: Source, no: number, meetings: readonly Meeting[]): Promise<void> {
  const folder = folders[source].path;
  const uri = source === 'football_data' ? '2122/E0.csv' : '2021-22/en.1.json';
  const at = new Date(Date.UTC(2021, 8, 1 + no)).toISOString();
  await writeEdition(folder, uri, textOf(source, meetings), at);
  await house.collect(folder, `two-sources/${runs++}`, 'if-changed', source);
}

/** Matches, what was said of them, and the findings about sources that disagree. */
async function told(): Promise<TableLines> {
  const tables = await readTables(house.pool);
  const disagreements = (tables.get('data_quality_logs') ?? []).filter((line) =>
    line.includes('source_conflict'),
  );
  return new Map([
    ['matches', tables.get('matches') ?? []],
    ['match_registry', tables.get('match_registry') ?? []],
    ['fixture_revisions', tables.get('fixture_revisions') ?? []],
    ['data_quality_logs', disagreements],
  ]);
}

const findings = async (): Promise<unknown[]> =>
  (
    await house.pool.query<Record<string, unknown>>(
      `select severity, status, requires_manual_review as review, error_message as message
       from data_quality_logs where error_type = 'source_conflict' order by id`,
    )
  ).rows;

const played = (score: string): Meeting => ({ away: 'Chelsea', day: 14, time: '15:00', score });

describe('a completed match on whose score two sources disagree', () => {
  it('keeps the score of the one that ranks first, has one finding for review, and loses it when they agree', async () => {
    await collect('openfootball', 0, [played('2-2')]);
    await house.refine();
    expect(await findings()).toEqual([]);
    await collect('football_data', 0, [played('2-1')]);
    await house.refine();
    await house.pool.query(`update raw_match_data set process_status = 'pending', processed = false`);
    await house.refine();
    const kept = await house.pool.query('select home_score, away_score from matches');
    expect(kept.rows).toEqual([{ home_score: 2, away_score: 1 }]);
    expect(await findings()).toEqual([
      {
        severity: 'medium',
        status: 'logged',
        review: true,
        message:
          'Sources disagree on the score: football_data says 2-1, openfootball says 2-2. The first is kept.',
      },
    ]);
    await collect('openfootball', 1, [played('2-1')]);
    await house.refine();
    expect(await findings()).toEqual([]);
  });

  it('raises no second finding once someone has handled the first, but one for other scores', async () => {
    await collect('football_data', 0, [played('2-1')]);
    await collect('openfootball', 0, [played('2-2')]);
    await house.refine();
    await house.pool.query(
      `update data_quality_logs set status = 'ignored', handled_by = 'ann', handled_at = now()
       where error_type = 'source_conflict'`,
    );
    await house.rebuild();
    expect(await findings()).toMatchObject([{ status: 'ignored' }]);
    await collect('openfootball', 1, [played('3-2')]);
    await house.refine();
    expect(await findings()).toMatchObject([{ status: 'ignored' }, { status: 'logged' }]);
  });
});

/** Until so many sessions wait for a lock. */
const waiting = async (sessions: number): Promise<void> => {
  const locks = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while (((await house.pool.query(locks)).rowCount ?? 0) < sessions);
};

it('two batches that hold the same match at once, each by its own source, end with what both have said', async () => {
  const announced: Meeting = { away: 'Chelsea', day: 14, time: '15:00', score: null };
  await collect('football_data', 0, [announced]);
  await collect('openfootball', 0, [announced]);
  await house.refine();
  await collect('football_data', 1, [played('2-1')]);
  await collect('openfootball', 1, [played('2-2')]);

  const gate = await house.pool.connect();
  await gate.query('begin; lock table lake_dirty_partitions in exclusive mode');
  const first = house.refineBatch(1);
  // It has written everything and waits to mark its months, the last thing before its commit.
  await waiting(1);
  const second = house.refineBatch(1);
  await waiting(2);
  await gate.query('commit');
  gate.release();
  expect([(await first).done, (await second).done]).toEqual([1, 1]);
  const kept = await house.pool.query('select match_status, home_score, away_score from matches');
  expect(kept.rows).toEqual([{ match_status: 'completed', home_score: 2, away_score: 1 }]);
});

it('a batch that takes back all that one source said of a match waits for what another batch is saying of it', async () => {
  const announced: Meeting = { away: 'Chelsea', day: 14, time: '15:00', score: null };
  await collect('openfootball', 0, [announced]);
  const contradicting = aRow({ Date: '14/08/2021', FTHG: 2, FTAG: 1, FTR: 'A' });
  await writeEdition(
    folders.football_data.path,
    '2122/E0.csv',
    fileText([contradicting]),
    '2021-09-01T00:00:00Z',
  );
  await house.collect(folders.football_data.path, `two-sources/${runs++}`);
  await house.refine();
  const held = await findingsOf(house.pool, 'held');
  await decide(house.pool, 'release', held);
  await house.refine();

  await collect('openfootball', 1, [played('2-2')]);
  const gate = await house.pool.connect();
  await gate.query('begin; lock table lake_dirty_partitions in exclusive mode');
  const saying = house.refineBatch(1);
  await waiting(1);
  await decide(house.pool, 'reopen', held);
  const takingBack = house.refineBatch(1);
  await waiting(2);
  await gate.query('commit');
  gate.release();
  expect([(await saying).done, (await takingBack).held]).toEqual([1, 1]);
  const kept = await house.pool.query('select match_status, home_score, away_score from matches');
  expect(kept.rows).toEqual([{ match_status: 'completed', home_score: 2, away_score: 2 }]);
});

const meeting = (away: string): fc.Arbitrary<Meeting | null> =>
  fc.option(
    fc.record({
      away: fc.constant(away),
      day: fc.integer({ min: 13, max: 16 }),
      time: fc.constantFrom('15:00', '17:30', ''),
      score: fc.constantFrom('2-1', '0-0', '1-3', null),
    }),
    { freq: 6 },
  );

const edition = fc.record({
  source: fc.constantFrom<Source>('football_data', 'openfootball'),
  meetings: fc
    .tuple(meeting('Chelsea'), meeting('Leeds'), meeting('Everton'))
    .map((all) => all.filter((one) => one !== null)),
});

it('any order of importing two sources, refined at once or by and by, side by side or not, gives the same matches', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edition, { minLength: 2, maxLength: 5 }), async (editions) => {
      const numbered = editions.map((one, index) => ({
        ...one,
        no: editions.slice(0, index).filter(({ source }) => source === one.source).length,
      }));
      const of = (source: Source) => numbered.filter((one) => one.source === source);
      let first: TableLines | undefined;
      for (const { order, refinesBetween, limit, sideBySide } of [
        { order: numbered, refinesBetween: true, limit: 100, sideBySide: 1 },
        {
          order: [...of('openfootball'), ...of('football_data')],
          refinesBetween: true,
          limit: 2,
          sideBySide: 1,
        },
        {
          order: [...of('football_data'), ...of('openfootball')],
          refinesBetween: false,
          limit: 1,
          sideBySide: 3,
        },
      ]) {
        await empty();
        for (const { source, no, meetings } of order) {
          await collect(source, no, meetings);
          if (refinesBetween) await house.refine({ limit });
        }
        await house.refine({ limit, sideBySide });
        const tables = await told();
        first ??= tables;
        expect(firstDifference(first, tables)).toBeUndefined();
      }
      await house.rebuild({ limit: 2 });
      expect(firstDifference(first ?? new Map(), await told())).toBeUndefined();
    }),
    { numRuns: 5 },
  );
});

/** The days on which Celtic receive Hearts, far enough apart to be told apart. */
const meetingDays = ['2021-08-14', '2021-12-11', '2022-04-09'];
const shifted = (day: string, by: number): string =>
  new Date(Date.parse(day) + by * 86_400_000).toISOString().slice(0, 10);
const british = (day: string): string => day.split('-').reverse().join('/');

/** What one source tells of them: some, each on the day or up to nine days off. */
const toldMeetings = fc
  .tuple(
    ...meetingDays.map((day) => fc.option(fc.integer({ min: -9, max: 9 }).map((by) => shifted(day, by)))),
  )
  .map((days) => days.filter((day) => day !== null))
  .filter(({ length }) => length > 0);

it('a pairing that meets more than once is told by both sources in the same matches, in batches of any size, side by side or not', async () => {
  const inScotland = { Div: 'SC0', HomeTeam: 'Celtic', AwayTeam: 'Hearts' };
  const nearest = (day: string): number =>
    meetingDays.findIndex((base) => Math.abs(Date.parse(base) - Date.parse(day)) <= 9 * 86_400_000);
  await fc.assert(
    fc.asyncProperty(toldMeetings, toldMeetings, fc.boolean(), async (ours, theirs, isOpenfootballFirst) => {
      const isKnownOnce = ours.length === 1 && theirs.length === 1;
      const meetings = isKnownOnce ? 1 : new Set([...ours, ...theirs].map(nearest)).size;
      let first: TableLines | undefined;
      for (const { limit, sideBySide } of [
        { limit: 100, sideBySide: 1 },
        { limit: 1, sideBySide: 1 },
        { limit: 2, sideBySide: 1 },
        { limit: 1, sideBySide: 3 },
      ]) {
        await empty();
        const csv = fileText(ours.map((day) => aRow({ ...inScotland, Date: british(day) })));
        const json = jsonText(theirs.map((date) => anEntry({ team1: 'Celtic', team2: 'Hearts', date })));
        const files = [
          ['football_data', '2122/SC0.csv', csv],
          ['openfootball', '2021-22/sco.1.json', json],
        ] as const;
        for (const [source, uri, text] of isOpenfootballFirst ? files.toReversed() : files) {
          const root = `${folders[source].path}/${runs++}`;
          await writeEdition(root, uri, text);
          await house.collect(root, root, 'if-changed', source);
        }
        await house.refine({ limit, sideBySide });
        const tables = await told();
        expect(tables.get('matches'), `${limit} a batch, ${sideBySide} side by side`).toHaveLength(meetings);
        first ??= tables;
        expect(firstDifference(first, tables)).toBeUndefined();
        const { rows } = await house.pool.query<{ days: string[] }>(
          `select array_agg(to_char(match_time, 'YYYY-MM-DD')) as days from fixture_revisions group by match_id`,
        );
        if (!isKnownOnce) for (const { days } of rows) expect(new Set(days.map(nearest)).size).toBe(1);
      }
    }),
    { numRuns: 6, examples: [[['2022-04-09'], ['2021-08-14', '2022-04-10'], false]] },
  );
});
