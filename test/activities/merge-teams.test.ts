import { beforeEach, describe, expect, it } from 'vitest';
import { quarantineByHand, releaseFromQuarantine } from '../../activities/handle-anomalies.js';
import { mergeTeams } from '../../activities/merge-teams.js';
import { undoMerge } from '../../adapters/postgres/identity/undo-merge.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import type { WatchedTable } from '../../schemas/records/anomaly.js';
import { aRow } from '../support/football-data-files.js';
import { anEntry } from '../support/openfootball-files.js';
import { firstDifference, readTables, type TableLines } from '../support/silver-snapshot.js';
import { useTwoSources } from '../support/two-sources.js';

const sources = useTwoSources();
const { csv, json, query, toldBy, idOf } = sources;
const merge = async (kept: string, merged: string) => {
  const ids = { keptId: await idOf(kept), mergedId: await idOf(merged) };
  return await inTransaction(sources.house.pool, (transaction) =>
    mergeTeams(transaction, { ...ids, by: 'ada', why: 'one club' }),
  );
};
const undo = (mergeId: number) =>
  inTransaction(sources.house.pool, (transaction) =>
    undoMerge(transaction, { mergeId, by: 'ada', why: 'two clubs' }),
  );
const only = async (text: string): Promise<number> =>
  (await sources.house.pool.query<{ id: number }>(text)).rows[0]?.id ?? NaN;
/** Every match that is registered has the same prediction by the same model. */
async function predictAll(): Promise<void> {
  await query(`
    insert into predictions (match_id, model_version, model_name, home_win_probability, draw_probability,
      away_win_probability, predicted_result, confidence_score, features_used, prediction_metadata, created_at)
    select id, '1', 'm', .5, .3, .2, 'home', .5, '{}', '{}', '2021-08-01' from match_registry`);
  await query(`
    insert into prediction_keys (match_id, model_name, model_version, feature_hash, created_at)
    select id, 'm', '1', repeat('a', 64), '2021-08-01' from match_registry`);
  // Their partition is made, and that nobody had prepared it is found.
  await sources.house.prepareSilver();
}

/** Silver, and every row of the tables that a merge changes, ids and all but when they were changed. */
async function everything(): Promise<TableLines> {
  const tables = new Map(await readTables(sources.house.pool));
  for (const [table, columns] of [
    ['team_external_ids', 'data_source, external_id, team_id, created_at, basis, added_by, reason'],
    ['team_aliases', 'id, country, alias, team_id, added_by, reason, created_at'],
    ['match_registry', 'id, league_id, season, home_team_id, away_team_id, ordinal, match_time, created_at'],
    ['match_external_ids', 'data_source, external_id, match_id'],
    ['predictions', 'id, match_id, model_name, model_version, created_at'],
    ['prediction_keys', 'match_id, model_name, model_version, feature_hash, created_at'],
  ] as const) {
    const { rows } = await sources.house.pool.query<{ line: string }>(
      `select t::text as line from (select ${columns} from ${table}) as t order by 1`,
    );
    tables.set(
      `rows of ${table}`,
      rows.map(({ line }) => line),
    );
  }
  return tables;
}

describe('two teams that are one', () => {
  /** Both sources tell Rovers against Chelsea; one of them has a match more. */
  beforeEach(async () => {
    await csv([
      aRow({ HomeTeam: 'Rovers', AwayTeam: 'Chelsea', B365H: '2.1', B365D: '3.4', B365A: '3.6' }),
      aRow({ HomeTeam: 'Leeds', AwayTeam: 'Rovers', Date: '21/08/2021' }),
    ]);
    await sources.house.refine();
    await json([
      anEntry({ team1: 'Blue Harbour', team2: 'Chelsea FC', date: '2021-10-01' }),
      anEntry({ team1: 'Chelsea FC', team2: 'Blue Harbour', date: '2022-02-05' }),
    ]);
    await sources.house.refine();
    await predictAll();
  });

  it('become one: names, aliases, matches and predictions follow, and what both had is one match', async () => {
    expect(await toldBy()).toHaveLength(4);
    expect(await merge('Rovers', 'Blue Harbour')).toMatchObject({ moved: 1, folded: 1, payloads: 1 });
    await sources.house.refine();
    expect(await toldBy()).toEqual([
      { home: 'Chelsea', away: 'Rovers', sources: 'openfootball' },
      { home: 'Leeds', away: 'Rovers', sources: 'football_data' },
      { home: 'Rovers', away: 'Chelsea', sources: 'football_data openfootball' },
    ]);
    expect(await query('select count(*) as n from matches')).toEqual([{ n: 3 }]);
    expect(
      await query('select count(*) as n from predictions group by match_id order by 1 desc limit 1'),
    ).toEqual([{ n: 2 }]);
    expect(await query('select count(*) as n from prediction_keys')).toEqual([{ n: 3 }]);
    expect(await query('select alias from team_aliases')).toEqual([{ alias: 'Blue Harbour' }]);
    const grown = await readTables(sources.house.pool);
    await sources.house.rebuild();
    expect(
      firstDifference(grown, await readTables(sources.house.pool)),
      'a rebuild keeps the merge',
    ).toBeUndefined();
  });

  it('are two again once the merge is undone: every row is as it was', async () => {
    await query(
      `insert into team_aliases (country, alias, team_id, added_by, reason)
       select 'England', alias, id, 'bob', 'known' from teams
       join (values ('Rovers', 'Blue Harbour'), ('Rovers', 'The Blues'), ('Blue Harbour', 'The Blues'), ('Blue Harbour', 'BHFC'))
         as a (name, alias) using (name)`,
    );
    const before = await everything();
    const { mergeId } = await merge('Rovers', 'Blue Harbour');
    await sources.house.refine();
    expect(firstDifference(before, await everything())).toBeDefined();
    await undo(mergeId);
    await sources.house.refine();
    expect(firstDifference(before, await everything())).toBeUndefined();
    await expect(undo(mergeId)).rejects.toThrow(/undone already/);
  });

  it('keep in quarantine what was there, wherever its match goes by the merge and its undoing', async () => {
    const price = async (): Promise<number> => await only(`select id from odds where bookmaker = 'bet365'`);
    const match = async (): Promise<number> =>
      await only(
        `select match_id as id from match_external_ids where data_source = 'football_data' and external_id like '%Chelsea%'`,
      );
    const quarantine = async (table: WatchedTable, id: number): Promise<void> => {
      await inTransaction(sources.house.pool, (transaction) =>
        quarantineByHand(transaction, { table, id, by: 'ada', why: 'odd' }),
      );
    };
    /** Which rows the quarantines that stand name. */
    const held = () =>
      query(`select k.table_name as table, coalesce(o.match_id, m.id, p.match_id) as match
        from quarantined_rows k
        left join odds o on k.table_name = 'odds' and k.line_value is not distinct from o.line_value
          and (o.match_id, o.data_source, o.bookmaker, o.market_type, o.collected_at, o.recorded_at)
            = (k.match_id, k.data_source, k.bookmaker, k.market_type, k.collected_at, k.recorded_at)
        left join matches m on k.table_name = 'matches' and m.id = k.match_id
        left join predictions p on k.table_name = 'predictions' and p.id = k.prediction_id and p.match_id = k.match_id
        order by 1`);
    const heldOf = (of: number) => ['matches', 'odds', 'predictions'].map((table) => ({ table, match: of }));

    const before = await match();
    await quarantine('matches', before);
    await quarantine('odds', await price());
    await quarantine('predictions', await only(`select id from predictions where match_id = ${before}`));
    const { mergeId } = await merge('Blue Harbour', 'Rovers');
    await sources.house.refine();
    const merged = await match();
    expect(merged).not.toBe(before);
    expect(await held()).toEqual(heldOf(merged));
    expect(
      await query(`select month::text from lake_dirty_partitions where table_name = 'quarantined_rows'`),
    ).toEqual([{ month: '1970-01-01' }]);

    // A price that is released and quarantined again meanwhile goes back too.
    await inTransaction(sources.house.pool, async (transaction) =>
      releaseFromQuarantine(
        transaction,
        [await only(`select id from quarantined_rows where table_name = 'odds'`)],
        { by: 'ada', why: 'right' },
      ),
    );
    await quarantine('odds', await price());
    await undo(mergeId);
    await sources.house.refine();
    expect(await match()).toBe(before);
    expect(await held()).toEqual(heldOf(before));
    expect(await query(`select distinct match_id from quarantines`)).toEqual([{ match_id: before }]);
  });

  it('are two again with what came after the merge: it is told of the team that its name means', async () => {
    const before = await readTables(sources.house.pool);
    const { mergeId } = await merge('Rovers', 'Blue Harbour');
    await sources.house.refine();
    await json(
      [anEntry({ team1: 'Blue Harbour', team2: 'Chelsea FC', date: '2022-08-10' })],
      '2022-23/en.1.json',
    );
    await sources.house.refine();
    await undo(mergeId);
    await sources.house.refine();
    expect(
      await query(`select t.name from match_registry r join teams t on t.id = r.home_team_id where r.season = '2022-23'
        and exists (select from matches m where m.id = r.id)`),
    ).toEqual([{ name: 'Blue Harbour' }]);
    await query(`delete from matches where season = '2022-23'`);
    const after = await readTables(sources.house.pool);
    for (const table of ['matches', 'fixture_revisions', 'odds', 'match_external_ids'] as const) {
      const ofBefore = (after.get(table) ?? []).filter((line) => !line.includes('2022-23'));
      expect(ofBefore, table).toEqual(before.get(table));
    }
  });

  it('stay one until a later merge that changed the same matches is undone', async () => {
    await csv([aRow({ HomeTeam: 'The Pensioners', AwayTeam: 'Leeds', Date: '13/08/2022' })], '2223/E0.csv');
    await sources.house.refine();
    const before = await everything();
    const first = await merge('Rovers', 'Blue Harbour');
    const second = await merge('The Pensioners', 'Chelsea');
    await sources.house.refine();
    await expect(undo(first.mergeId)).rejects.toThrow(
      new RegExp(`Merge ${second.mergeId} came after merge ${first.mergeId}`),
    );
    await undo(second.mergeId);
    await undo(first.mergeId);
    await sources.house.refine();
    expect(firstDifference(before, await everything())).toBeUndefined();
  });

  it('are refused where they are one already, have met, or are not there', async () => {
    await expect(merge('Rovers', 'Rovers')).rejects.toThrow(/with itself/);
    await expect(merge('Rovers', 'Chelsea')).rejects.toThrow(/played each other/);
    await expect(merge('Rovers', 'Nobody')).rejects.toThrow(/no team 0/);
    await merge('Rovers', 'Blue Harbour');
    await expect(merge('Leeds', 'Blue Harbour')).rejects.toThrow(/was merged into/);
  });
});

describe('matches that a merge makes one', () => {
  it('are refused where one source tells both: its two names are two clubs, until it has one of them no more', async () => {
    const rovers = aRow({ HomeTeam: 'Rovers', AwayTeam: 'Chelsea' });
    await csv([rovers, aRow({ HomeTeam: 'Blue Harbour', AwayTeam: 'Chelsea', Date: '21/08/2021' })]);
    await sources.house.refine();
    const before = await everything();
    await expect(merge('Rovers', 'Blue Harbour')).rejects.toThrow(
      /football_data tells of both .* against Chelsea/,
    );
    expect(firstDifference(before, await everything())).toBeUndefined();
    await csv([rovers], '2122/E0.csv', '2022-07-01T00:00:00Z');
    await sources.house.refine();
    expect(await merge('Rovers', 'Blue Harbour')).toMatchObject({ folded: 1 });
  });

  it('are those of the nearest dates, whichever meeting each source counts as the first', async () => {
    const old = { Div: 'SC0', HomeTeam: 'Celtic', AwayTeam: 'Hearts' };
    await csv([aRow({ ...old, Date: '15/01/2022' }), aRow({ ...old, Date: '16/04/2022' })], '2122/SC0.csv');
    await sources.house.refine();
    const meeting = { team1: 'Green Hoops', team2: 'Hearts' };
    await json(
      [anEntry({ ...meeting, date: '2021-08-14' }), anEntry({ ...meeting, date: '2022-01-16' })],
      '2021-22/sco.1.json',
    );
    await sources.house.refine();
    await predictAll();
    const before = await everything();
    const { mergeId, moved, folded } = await merge('Celtic', 'Green Hoops');
    expect({ moved, folded }).toEqual({ moved: 1, folded: 1 });
    await sources.house.refine();
    expect(
      await query(`select to_char(m.match_time, 'YYYY-MM-DD') as day, r.ordinal, string_agg(x.data_source, ' ') as sources
        from matches m join match_registry r using (id) join match_external_ids x on x.match_id = m.id
        group by m.match_time, r.ordinal order by 1`),
    ).toEqual([
      { day: '2021-08-14', ordinal: 3, sources: 'openfootball' },
      { day: '2022-01-15', ordinal: 1, sources: 'football_data openfootball' },
      { day: '2022-04-16', ordinal: 2, sources: 'football_data' },
    ]);
    await undo(mergeId);
    await sources.house.refine();
    expect(firstDifference(before, await everything())).toBeUndefined();
  });
});
