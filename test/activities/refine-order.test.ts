import { rm } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeSilver } from '../../adapters/postgres/silver-gate.js';
import { instantFromIso } from '../../schemas/values.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { createLeague } from '../../simulator/league/league.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { aRow, fileText, writeEdition } from '../support/football-data-files.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { refineInOwnProcess } from '../support/refine-process.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { firstDifference, readTables, type TableLines } from '../support/silver-snapshot.js';

describe('an import of two editions of a league', () => {
  let postgres: TestPostgres;
  let autumn: TestFolder;
  let spring: TestFolder;
  let reference: TableLines;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    [autumn, spring] = [await makeTestFolder(), await makeTestFolder()];
    for (const [folder, now] of [
      [autumn, '2023-10-20T00:00:00Z'],
      [spring, '2024-03-01T00:00:00Z'],
    ] as const) {
      const league = createLeague({ seed: 11, now: instantFromIso(now), seasons: 1 });
      await writeFootballData({ directory: folder.path, leagues: [league] });
    }
    const house = await freshHouse();
    for (const folder of [autumn, spring]) {
      await house.collect(folder.path, folder.path);
      await house.refine();
    }
    reference = await readTables(house.pool);
    await house.close();
  });
  afterAll(async () => {
    await postgres.stop();
    await autumn.remove();
    await spring.remove();
  });

  const freshHouse = async (): Promise<TestHouse> => openHouse(await postgres.freshDatabase());
  const expectReference = async (house: TestHouse): Promise<void> => {
    expect(firstDifference(reference, await readTables(house.pool))).toBeUndefined();
  };

  it('has something of everything to compare', () => {
    for (const table of ['matches', 'fixture_revisions', 'match_statistics', 'odds', 'odds_last_seen']) {
      expect(reference.get(table)?.length, table).toBeGreaterThan(100);
    }
  });

  it('makes the same silver in batches of any size, side by side, refined once or after each edition', async () => {
    for (const { limit, sideBySide, refinesBetween } of [
      { limit: 37, sideBySide: 3, refinesBetween: true },
      { limit: 500, sideBySide: 2, refinesBetween: false },
    ]) {
      const house = await freshHouse();
      for (const folder of [autumn, spring]) {
        await house.collect(folder.path, folder.path);
        if (refinesBetween) await house.refine({ limit, sideBySide });
      }
      await house.refine({ limit, sideBySide });
      await expectReference(house);
      await house.close();
    }
  });

  const pendingPayloads = async (house: TestHouse): Promise<number> =>
    (await house.pool.query(`select from raw_match_data where process_status = 'pending'`)).rowCount ?? 0;

  it('takes no payload twice in batches side by side', async () => {
    const house = await freshHouse();
    for (const folder of [autumn, spring]) await house.collect(folder.path, folder.path);
    const pending = await pendingPayloads(house);
    expect(pending).toBeGreaterThan(300);
    expect(await house.refine({ limit: 20, sideBySide: 4 })).toEqual({
      claimed: pending,
      done: pending,
      held: 0,
    });
    await house.close();
  });

  it('takes no payload twice in two processes at once, and makes the same silver', async () => {
    const url = await postgres.freshDatabase();
    const house = openHouse(url);
    for (const folder of [autumn, spring]) await house.collect(folder.path, folder.path);
    const pending = await pendingPayloads(house);
    await house.prepareSilver();
    // Both stand at the gate before either claims anything.
    const gate = await house.pool.connect();
    await gate.query('begin');
    await closeSilver(gate);
    const processes = [refineInOwnProcess(url, 20), refineInOwnProcess(url, 20)];
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`;
    while (((await house.pool.query(waiting)).rowCount ?? 0) < processes.length);
    await gate.query('commit');
    gate.release();
    const claimed = await Promise.all(processes);
    for (const share of claimed) expect(share).toBeGreaterThan(0);
    expect(claimed.reduce((sum, share) => sum + share, 0)).toBe(pending);
    await expectReference(house);
    await house.close();
  });

  it('changes nothing when all of it is done again, and again after every row was set to pending', async () => {
    const house = await freshHouse();
    for (const folder of [autumn, spring]) {
      await house.collect(folder.path, folder.path);
      await house.refine();
    }
    await house.collect(spring.path, 'again', 'always');
    expect(await house.refine()).toEqual({ claimed: 0, done: 0, held: 0 });
    await house.pool.query(`update raw_match_data set process_status = 'pending', processed = false`);
    await house.pool.query('delete from lake_dirty_partitions');
    await house.refine({ limit: 100, sideBySide: 2 });
    await expectReference(house);
    expect((await house.pool.query('select * from lake_dirty_partitions')).rows).toEqual([]);
    await house.close();
  });

  it('is the same after its connections were cut in the middle of transactions, and every cut asks for a retry', async () => {
    const url = await postgres.freshDatabase();
    const house = openHouse(url);
    const cutter = new pg.Client({ connectionString: url });
    await cutter.connect();
    let cuts = 0;

    /** Tries as Temporal would, and cuts each of the first attempts inside a transaction that has written. */
    const tried = async (work: () => Promise<unknown>, attemptsToCut: number): Promise<void> => {
      for (let attempt = 0; ; attempt++) {
        const running = new AbortController();
        const outcome = work().then(
          () => undefined,
          (error: unknown) => ({ error }),
        );
        const ended = outcome.finally(() => {
          running.abort();
        });
        while (!running.signal.aborted && attempt < attemptsToCut) {
          const { rowCount } = await cutter.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and application_name like '%test-house' and backend_xid is not null`,
          );
          if ((rowCount ?? 0) > 0) cuts++;
        }
        await ended;
        const failed = await outcome;
        if (failed === undefined) return;
        expect(failed.error).toMatchObject({ name: 'DependencyAway' });
      }
    };

    for (const folder of [autumn, spring]) {
      await tried(() => house.collect(folder.path, folder.path), 2);
      await tried(() => house.prepareSilver(), 2);
      await tried(() => house.refine({ limit: 200, sideBySide: 2 }), 4);
    }
    await cutter.end();
    expect(cuts).toBeGreaterThan(3);
    await expectReference(house);
    await house.close();
  });

  it('gives the meetings of a pairing that repeats the matches that another batch registered meanwhile', async () => {
    const folder = await makeTestFolder();
    const row = (date: string, home: string, away: string) =>
      aRow({ Div: 'SC0', Date: date, HomeTeam: home, AwayTeam: away });
    const others = [row('07/08/2021', 'Celtic', 'Hearts'), row('08/08/2021', 'Hearts', 'Rangers')];
    const derbies = [row('29/08/2021', 'Rangers', 'Celtic'), row('03/04/2022', 'Rangers', 'Celtic')];
    const openWith = async (): Promise<TestHouse> => {
      const house = await freshHouse();
      await writeEdition(folder.path, '2122/SC0.csv', fileText(others), '2021-08-20T00:00:00Z');
      await house.collect(folder.path, 'first');
      await house.refine();
      await writeEdition(folder.path, '2122/SC0.csv', fileText([...others, ...derbies]));
      await house.collect(folder.path, 'second');
      return house;
    };
    const undisturbed = await openWith();
    await undisturbed.refine({ limit: 1 });

    const house = await openWith();
    await house.prepareSilver();
    const other = await house.pool.connect();
    await other.query('begin');
    await other.query('lock table match_registry in access exclusive mode');
    await other.query(`
      with registered as (
        insert into match_registry (league_id, season, home_team_id, away_team_id, ordinal, match_time)
        select l.id, '2021-22', h.id, a.id, split_part(r.external_match_id, '/', 5)::smallint, r.match_time
        from raw_match_data r, leagues l, teams h, teams a
        where r.process_status = 'pending' and l.code = 'SC0' and h.name = 'Rangers' and a.name = 'Celtic'
        returning id, ordinal
      )
      insert into match_external_ids (data_source, external_id, match_id)
      select r.data_source, r.external_match_id, g.id
      from raw_match_data r join registered g on g.ordinal = split_part(r.external_match_id, '/', 5)::smallint
      where r.process_status = 'pending'`);
    const refined = house.refineBatch(1);
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while (((await house.pool.query(waiting)).rowCount ?? 0) === 0);
    await other.query('commit');
    other.release();
    expect(await refined).toEqual({ claimed: 1, done: 1, held: 0 });
    await house.refine();
    expect(firstDifference(await readTables(undisturbed.pool), await readTables(house.pool))).toBeUndefined();
    await undisturbed.close();
    await house.close();
    await folder.remove();
  });

  it('waits for no payload of its matches that another batch holds: two that waited for each other would both be undone', async () => {
    const folder = await makeTestFolder();
    const told = async (price: number, uri: string, modifiedAt: string): Promise<void> =>
      writeEdition(folder.path, uri, fileText([aRow({ B365H: price, B365D: 3.4, B365A: 4.1 })]), modifiedAt);
    const openWith = async (): Promise<TestHouse> => {
      const house = await freshHouse();
      await told(2.1, '2122/E0.csv', '2021-08-14T20:00:00Z');
      await house.collect(folder.path, 'first');
      await house.refine();
      await told(2.2, 'fixtures.csv', '2021-08-12T20:00:00Z');
      await told(2.3, '2122/E0.csv', '2021-08-15T20:00:00Z');
      await house.collect(folder.path, 'second');
      await rm(path.join(folder.path, 'fixtures.csv'));
      return house;
    };
    const undisturbed = await openWith();
    await undisturbed.refine();

    const house = await openWith();
    await house.prepareSilver();
    expect(await pendingPayloads(house)).toBe(2);
    const other = await house.pool.connect();
    await other.query('begin');
    await other.query(`select from raw_match_data where process_status = 'pending'
      order by id desc limit 1 for no key update`);
    expect(await house.refineBatch(10)).toEqual({ claimed: 1, done: 1, held: 0 });
    await other.query('rollback');
    other.release();
    expect(await house.refine()).toEqual({ claimed: 1, done: 1, held: 0 });
    expect(firstDifference(await readTables(undisturbed.pool), await readTables(house.pool))).toBeUndefined();
    await undisturbed.close();
    await house.close();
    await folder.remove();
  });
});
