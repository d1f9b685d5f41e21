import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decideFindings } from '../../activities/decide-findings.js';
import { createRefineBronzeActivities } from '../../activities/refine-bronze.js';
import { suggestTeams } from '../../adapters/postgres/identity/suggestions.js';
import type { Row } from '../../adapters/postgres/row.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { footballData } from '../../adapters/providers/football_data/football-data.js';
import { aRow, fileText, writeEdition, type Cells } from '../support/football-data-files.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { asActivity, openHouse, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { decide, findingsOf } from '../support/review.js';
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

const query = async (text: string, values: unknown[] = []): Promise<unknown[]> =>
  (await house.pool.query<Record<string, unknown>>(text, values)).rows;

let runs = 0;
async function bring(rows: readonly Cells[], modifiedAt: string, uri = '2122/E0.csv'): Promise<void> {
  await writeEdition(folder.path, uri, fileText(rows), modifiedAt);
  await house.collect(folder.path, `review/${runs++}`);
  await house.refine();
}

const only = async (type: string): Promise<number> => {
  const ids = await findingsOf(house.pool, type);
  expect(ids).toHaveLength(1);
  return ids[0] ?? 0;
};
const scores = () =>
  query('select home_score as home, away_score as away, source_present as present from matches order by id');
const transitions = (id: number) =>
  query(
    `select action, from_status, to_status, by, why from review_transitions where finding_id = $1 order by id`,
    [id],
  );
const stateOf = async (id: number) =>
  (
    await query(
      `select status, released, handled_by, resolution_notes, handled_at is not null as dated
       from data_quality_logs where id = $1`,
      [id],
    )
  )[0];

/** Silver derived from nothing, with the decisions kept, is the silver that grew. */
async function expectRebuildEqual(): Promise<void> {
  const grown = await readTables(house.pool);
  await house.rebuild();
  expect(firstDifference(grown, await readTables(house.pool))).toBeUndefined();
}

/** The stated result says home, the score says away. */
const contradicting = aRow({ FTHG: 0, FTAG: 1 });
const suspiciousPrice = { B365H: '1.5', B365D: '2.5', B365A: '2.6' };

describe('a decision', () => {
  it('is recorded with who, when and why, and each transition stays', async () => {
    await bring([contradicting], '2021-08-20T00:00:00Z');
    const id = await only('held');
    await decide(house.pool, 'take', [id], { by: 'ada', why: 'Looking at it' });
    await decide(house.pool, 'ignore', [id], { by: 'ada', why: 'A friendly' });
    await decide(house.pool, 'reopen', [id], { by: 'bob', why: 'It was no friendly' });
    await decide(house.pool, 'resolve', [id], { by: 'bob', why: 'Told the provider' });
    expect(await transitions(id)).toEqual([
      { action: 'take', from_status: 'logged', to_status: 'in_review', by: 'ada', why: 'Looking at it' },
      { action: 'ignore', from_status: 'in_review', to_status: 'ignored', by: 'ada', why: 'A friendly' },
      { action: 'reopen', from_status: 'ignored', to_status: 'logged', by: 'bob', why: 'It was no friendly' },
      {
        action: 'resolve',
        from_status: 'logged',
        to_status: 'resolved',
        by: 'bob',
        why: 'Told the provider',
      },
    ]);
    expect(await stateOf(id)).toEqual({
      status: 'resolved',
      released: false,
      handled_by: 'bob',
      resolution_notes: 'Told the provider',
      dated: true,
    });
    await expect(query('delete from review_transitions')).rejects.toThrow(/append-only: delete refused/);
    await expect(query(`update review_transitions set by = 'eve'`)).rejects.toThrow(/update refused/);
  });

  it('given twice changes nothing the second time', async () => {
    await bring([contradicting], '2021-08-20T00:00:00Z');
    const id = await only('held');
    expect(await decide(house.pool, 'release', [id])).toMatchObject({ pending: 1, stands: [] });
    expect(await decide(house.pool, 'release', [id])).toMatchObject({ pending: 0, moves: [], stands: [id] });
    expect(await transitions(id)).toHaveLength(1);
  });

  it('of two people at once about one finding is the decision of the first; the second is told so', async () => {
    await bring([contradicting], '2021-08-20T00:00:00Z');
    const id = await only('held');
    const ended = await Promise.allSettled([
      decide(house.pool, 'release', [id], { by: 'ada' }),
      decide(house.pool, 'ignore', [id], { by: 'bob' }),
    ]);
    const refusals = ended.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatch(/Finding \d+ stays as it is: it is (resolved|ignored) since (ada|bob) at/);
    expect(await transitions(id)).toHaveLength(1);
  });

  it('about several findings is made about all of them or none', async () => {
    await bring(
      [contradicting, aRow({ AwayTeam: 'Leeds', ...suspiciousPrice, B365H: '1.01' })],
      '2021-08-20T00:00:00Z',
    );
    const held = await only('held');
    const refusedPrice = await only('price_not_above_floor');
    await expect(decide(house.pool, 'release', [held, refusedPrice])).rejects.toThrow(
      'No such price can enter odds',
    );
    expect(await stateOf(held)).toMatchObject({ status: 'logged' });
    await expect(decide(house.pool, 'ignore', [held, 99_999])).rejects.toMatchObject({
      message: 'There is no finding 99999',
    });
    expect(await transitions(held)).toEqual([]);
  });
});

describe('a finished match that goes back', () => {
  it('is held with its record, keeps its result, and goes back once somebody has released it', async () => {
    const played = [aRow(), aRow({ AwayTeam: 'Leeds' })];
    const blank = { FTHG: '', FTAG: '', FTR: '' };
    await bring(played, '2021-08-20T00:00:00Z');
    await bring([aRow(), aRow({ AwayTeam: 'Leeds', ...blank })], '2021-08-27T00:00:00Z');
    const results = () => query('select match_status as status, home_score as home from matches order by id');
    expect(await results()).toEqual([
      { status: 'completed', home: 2 },
      { status: 'completed', home: 2 },
    ]);
    const id = await only('illegal_status_move');
    expect(await query('select error_data from data_quality_logs where id = $1', [id])).toMatchObject([
      {
        error_data: { uri: '2122/E0.csv', editionNo: 2, record: { HomeTeam: 'Arsenal', AwayTeam: 'Leeds' } },
      },
    ]);
    await expectRebuildEqual();
    await decide(house.pool, 'release', await findingsOf(house.pool, 'illegal_status_move'));
    expect(await house.refine()).toEqual({ claimed: 1, done: 1, held: 0 });
    expect(await results()).toEqual([
      { status: 'completed', home: 2 },
      { status: 'scheduled', home: null },
    ]);
    await expectRebuildEqual();
  });
});

describe('a row that contradicts itself', () => {
  it('carries its record, comes to silver by refine when it is released, and stays after a rebuild', async () => {
    await bring([contradicting], '2021-08-20T00:00:00Z');
    expect(await scores()).toEqual([]);
    const id = await only('held');
    expect(await query('select error_data from data_quality_logs where id = $1', [id])).toMatchObject([
      { error_data: { record: { HomeTeam: 'Arsenal', FTHG: '0', FTR: 'H' } } },
    ]);
    expect(await decide(house.pool, 'release', [id])).toMatchObject({ pending: 1 });
    expect(await house.refine()).toEqual({ claimed: 1, done: 1, held: 0 });
    expect(await scores()).toEqual([{ home: 0, away: 1, present: true }]);
    expect(await stateOf(id)).toMatchObject({ status: 'resolved', released: true });
    await expectRebuildEqual();
  });

  it('and that its source has mended is asked about no more', async () => {
    await bring([contradicting], '2021-08-20T00:00:00Z');
    const id = await only('held');
    await bring([aRow({ FTHG: 0, FTAG: 1, FTR: 'A' })], '2021-08-27T00:00:00Z');
    expect(await stateOf(id)).toMatchObject({ status: 'resolved', released: false, handled_by: 'collect' });
    expect(await transitions(id)).toMatchObject([
      { action: 'resolve', by: 'collect', why: 'Edition 2 of the file says it no more' },
    ]);
    expect(await scores()).toEqual([{ home: 0, away: 1, present: true }]);
    await expectRebuildEqual();
  });

  it('between two good versions gets its revisions, and what it makes untrue is withdrawn', async () => {
    await bring([aRow()], '2021-08-20T00:00:00Z');
    await bring([contradicting], '2021-08-27T00:00:00Z');
    await bring([aRow({ FTHG: 0, FTAG: 1, FTR: 'A' })], '2021-09-03T00:00:00Z');
    const observed = () =>
      query(
        `select known_at as at, home_score as home from fixture_revisions where known_at_basis = 'observed'`,
      );
    expect(await observed()).toEqual([{ at: new Date('2021-09-03T00:00Z'), home: 0 }]);
    const id = await only('held');
    await decide(house.pool, 'reopen', [id]);
    await decide(house.pool, 'release', [id]);
    await house.refine();
    expect(await observed()).toEqual([{ at: new Date('2021-08-27T00:00Z'), home: 0 }]);
    await expectRebuildEqual();
  });

  it('whose release is taken back leaves silver again, with its months marked', async () => {
    await bring([contradicting], '2021-08-20T00:00:00Z');
    const id = await only('held');
    const before = await readTables(house.pool);
    await decide(house.pool, 'release', [id]);
    await house.refine();
    await query('delete from lake_dirty_partitions');
    await decide(house.pool, 'reopen', [id]);
    expect(await house.refine()).toEqual({ claimed: 1, done: 0, held: 1 });
    const after = await readTables(house.pool);
    for (const table of [
      'matches',
      'fixture_revisions',
      'odds',
      'match_statistics',
      'data_quality_logs',
    ] as const) {
      const ofTable = (tables: typeof after) =>
        (tables.get(table) ?? []).filter((line) => !line.includes('new_team'));
      expect([table, ofTable(after)]).toEqual([table, ofTable(before)]);
    }
    expect(await query('select table_name from lake_dirty_partitions order by 1')).toEqual([
      { table_name: 'fixture_revisions' },
      { table_name: 'matches' },
    ]);
    await expectRebuildEqual();
  });

  it('of which a value cannot be stored is held again by the same finding, which is open again', async () => {
    await bring([aRow({ FTHG: 'x' })], '2021-08-20T00:00:00Z');
    const id = await only('held');
    await decide(house.pool, 'release', [id]);
    expect(await house.refine()).toEqual({ claimed: 1, done: 0, held: 1 });
    expect(await only('held')).toBe(id);
    expect(await stateOf(id)).toMatchObject({ status: 'logged', released: false });
    expect(await transitions(id)).toMatchObject([
      { action: 'release', by: 'ada' },
      { action: 'hold', from_status: 'resolved', to_status: 'logged', by: 'refine' },
    ]);
    await expectRebuildEqual();
  });
});

describe('a suspicious quote', () => {
  const flags = () =>
    query('select id, suspicious_odds as suspicious, recorded_at as at from odds order by id');

  it('that is released is the same row with its flag down, its month is marked, and a rebuild says the same', async () => {
    await bring([aRow(suspiciousPrice)], '2021-08-20T00:00:00Z');
    const [before] = await flags();
    expect(before).toMatchObject({ suspicious: true });
    await query('delete from lake_dirty_partitions');
    await decide(house.pool, 'release', [await only('implied_total_out_of_bounds')]);
    await house.refine();
    expect(await flags()).toEqual([{ ...Object(before), suspicious: false }]);
    expect(await query('select table_name, month from lake_dirty_partitions')).toEqual([
      { table_name: 'odds', month: '2021-08-01' },
    ]);
    await expectRebuildEqual();
  });

  it('given again by a later version is one quote: releasing either version clears it', async () => {
    await bring([aRow(suspiciousPrice)], '2021-08-20T00:00:00Z');
    await bring([aRow({ ...suspiciousPrice, Referee: 'M Dean' })], '2021-08-27T00:00:00Z');
    const findings = await findingsOf(house.pool, 'implied_total_out_of_bounds');
    expect(findings).toHaveLength(2);
    await decide(house.pool, 'release', findings.slice(1));
    await house.refine();
    expect(await flags()).toMatchObject([{ suspicious: false }]);
    await expectRebuildEqual();
    await decide(house.pool, 'reopen', findings.slice(1));
    await house.refine();
    expect(await flags()).toMatchObject([{ suspicious: true }]);
    await expectRebuildEqual();
  });
});

describe('a row that could not be read', () => {
  const unreadable = aRow({ Date: '2021?08?14' });
  const rows = () =>
    query('select process_status as status, external_match_id as key from raw_match_data order by id');

  it('is read again when it is released, and held again by the same finding where that is as before', async () => {
    await bring([unreadable], '2021-08-20T00:00:00Z');
    const id = await only('unreadable_row');
    await decide(house.pool, 'release', [id]);
    expect(await rows()).toEqual([{ status: 'pending', key: null }]);
    await house.refine();
    expect(await rows()).toEqual([{ status: 'held', key: null }]);
    expect(await stateOf(id)).toMatchObject({ status: 'logged', released: false, handled_by: 'refine' });
    expect(await transitions(id)).toMatchObject([{ action: 'release' }, { action: 'hold' }]);
    await expectRebuildEqual();
  });

  it('in place of its match is read again as well when it is released, and the match stays as it was', async () => {
    await bring([aRow({ Time: '' })], '2021-08-20T00:00:00Z');
    await bring([unreadable], '2021-08-27T00:00:00Z');
    const key = 'E0/2021-22/Arsenal/Chelsea/1';
    expect(await rows()).toEqual([
      { status: 'done', key },
      { status: 'held', key },
    ]);
    const id = await only('unreadable_row');
    await decide(house.pool, 'release', [id]);
    await house.refine();
    expect((await rows()).slice(1)).toEqual([{ status: 'held', key }]);
    expect(await stateOf(id)).toMatchObject({ status: 'logged', released: false, handled_by: 'refine' });
    expect(await scores()).toEqual([{ home: 2, away: 1, present: true }]);
    await expectRebuildEqual();
  });

  it('comes to silver where the reader has learnt to read it since', async () => {
    await bring([unreadable, aRow({ AwayTeam: 'Leeds' })], '2021-08-20T00:00:00Z');
    await decide(house.pool, 'release', [await only('unreadable_row')]);
    const better = (raw: Readonly<Record<string, unknown>>) => ({
      ...raw,
      Date: String(raw['Date']).replace('2021?08?14', '14/08/2021'),
    });
    const refining = createRefineBronzeActivities({
      pool: house.pools.writer.pool,
      adminPool: house.pools.admin.pool,
      providers: {
        football_data: {
          ...footballData,
          identifyRow: (raw, file) => footballData.identifyRow(better(raw), file),
          readRow: (raw, file) => footballData.readRow(better(raw), file),
        },
      },
    });
    await asActivity(() => refining.prepareSilver({}));
    await asActivity(() => refining.refineBatch({ limit: 10 }));
    expect(await rows()).toEqual([
      { status: 'done', key: 'E0/2021-22/Arsenal/Chelsea/1' },
      { status: 'done', key: 'E0/2021-22/Arsenal/Leeds/1' },
    ]);
    expect(await scores()).toHaveLength(2);
  });

  it('that contradicts another line about the same match is held again', async () => {
    await bring([aRow(), aRow({ FTHG: 3 })], '2021-08-20T00:00:00Z');
    const id = await only('unreadable_row');
    await decide(house.pool, 'release', [id]);
    await house.refine();
    expect(await stateOf(id)).toMatchObject({
      status: 'logged',
      resolution_notes: 'row: another line of its file is about the same match',
    });
    expect(await scores()).toHaveLength(1);
  });
});

describe('other findings', () => {
  it('a match missing from a later edition counts as present again once that is released', async () => {
    const other = aRow({ AwayTeam: 'Leeds' });
    await bring([aRow(), other], '2021-08-20T00:00:00Z');
    await bring([other], '2021-08-27T00:00:00Z');
    expect(await scores()).toMatchObject([{ present: false }, { present: true }]);
    await decide(house.pool, 'release', [await only('missing_from_edition')]);
    await house.refine();
    expect(await scores()).toMatchObject([{ present: true }, { present: true }]);
    await bring([other, aRow({ AwayTeam: 'Spurs' })], '2021-09-03T00:00:00Z');
    expect(await scores()).toMatchObject([{ present: true }, { present: true }, { present: true }]);
    await expectRebuildEqual();
  });

  it('an unusual score is in silver and asks for a review', async () => {
    await bring([aRow({ FTHG: 10, FTAG: 0 })], '2021-08-20T00:00:00Z');
    expect(await scores()).toMatchObject([{ home: 10, away: 0 }]);
    expect(
      await query(`select requires_manual_review as review, error_data from data_quality_logs
        where error_type = 'unusual_score'`),
    ).toMatchObject([{ review: true, error_data: { homeScore: 10, record: { FTHG: '10' } } }]);
    await expect(decide(house.pool, 'release', [await only('unusual_score')])).rejects.toThrow(
      /The score is in silver already/,
    );
  });

  it('a row of an unknown league is held again while the league is unknown, and comes to silver once it is known', async () => {
    await bring([aRow({ Div: 'XX' })], '2021-08-20T00:00:00Z', '2122/XX.csv');
    const id = await only('unknown_league');
    await decide(house.pool, 'release', [id]);
    expect(await house.refine()).toEqual({ claimed: 1, done: 0, held: 1 });
    expect(await stateOf(id)).toMatchObject({ status: 'logged', released: false, handled_by: 'refine' });

    await query(
      `insert into league_external_ids (data_source, external_id, league_id)
       select 'football_data', 'XX', id from leagues where code = 'E0'`,
    );
    await decide(house.pool, 'release', [id]);
    expect(await house.refine()).toEqual({ claimed: 1, done: 1, held: 0 });
    expect(await scores()).toMatchObject([{ home: 2, away: 1 }]);
    await expectRebuildEqual();
  });

  it('a name that may be a known team is resolved by saying which team it is, and by nothing else', async () => {
    await bring([aRow()], '2021-08-20T00:00:00Z');
    const [arsenal] = (
      await house.pool.query<Row<{ id: 'teams.id' }>>(
        `select id from teams where name = 'Arsenal' and country = 'England'`,
      )
    ).rows;
    const teamId = arsenal?.id ?? 0;
    await inTransaction(house.pool, ({ client }) =>
      suggestTeams(client, [
        {
          dataSource: 'openfootball',
          country: 'England',
          name: 'The Arsenal',
          divisions: ['en.1'],
          seasons: ['2021-22'],
          candidates: [{ teamId, name: 'Arsenal', similarity: 0.8, coinciding: 3 }],
        },
      ]),
    );
    const id = await only('identity_suggestion');
    await expect(decide(house.pool, 'resolve', [id])).rejects.toThrow(/say --team or --new/);
    await expect(decide(house.pool, 'release', [id])).rejects.toThrow(/Say which team it is/);
    await inTransaction(house.pool, (transaction) =>
      decideFindings(transaction, [id], {
        action: 'resolve',
        by: 'ada',
        why: 'The same club',
        answer: { kind: 'same-team', teamId },
      }),
    );
    expect(await stateOf(id)).toMatchObject({ status: 'resolved', released: false, handled_by: 'ada' });
    expect(await query('select details from review_transitions where finding_id = $1', [id])).toEqual([
      { details: { answer: 'same-team', teamId, rows: 0 } },
    ]);
    expect(
      await query(
        `select added_by, reason from team_external_ids where data_source = 'openfootball' and team_id = $1`,
        [teamId],
      ),
    ).toEqual([{ added_by: 'ada', reason: 'The same club' }]);
  });
});
