import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { quarantineByHand, releaseFromQuarantine } from '../../activities/handle-anomalies.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import type { WatchedTable } from '../../schemas/records/anomaly.js';
import { copyDatabase } from '../support/copy-database.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openHouse } from '../support/house.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
let files: TestFolder;
let filled: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  files = await makeTestFolder();
  filled = await postgres.freshDatabase();
  const house = openHouse(filled);
  await importToSilver(house, files.path, testLeague(), 'import/1');
  await house.close();
});
afterAll(async () => {
  await postgres.stop();
  await files.remove();
});

let folder: TestFolder;
let lake: TestLake;
let databases = 0;
beforeEach(async () => {
  databases += 1;
  folder = await makeTestFolder();
  lake = await openTestLake(await copyDatabase(filled, `quarantine_${databases}`), folder.path);
  await toGold();
});
afterEach(async () => {
  await lake.close();
  await folder.remove();
});

let runs = 0;
async function toGold(): Promise<void> {
  runs += 1;
  await lake.publish(`publish/${runs}`);
  await lake.buildGold(`gold/${runs}`);
}
const ada = { by: 'ada', why: 'She looked at it' };
const quarantine = (table: WatchedTable, id: number): Promise<number> =>
  inTransaction(lake.house.pools.admin.pool, (transaction) =>
    quarantineByHand(transaction, { table, id, ...ada }),
  );
const release = (id: number): Promise<number> =>
  inTransaction(lake.house.pools.admin.pool, (transaction) => releaseFromQuarantine(transaction, [id], ada));
const idOf = async (text: string, values: unknown[] = []): Promise<number> =>
  (await lake.house.pool.query<{ id: number }>(text, values)).rows[0]?.id ?? NaN;

/** Everything that features, results and market prices say, but when each was computed. */
const gold = async () => ({
  features: await lake.lake.query('select * from gold.match_features order by all'),
  results: await lake.lake.query('select * from gold.match_results order by all'),
  prices: await lake.lake.query('select * from gold.market_prices order by all'),
});

describe('a price in quarantine', () => {
  it('leaves features and market prices until it is released, and stands in silver as it was', async () => {
    const match = await idOf(
      `select id from matches where match_status = 'completed' order by match_time desc limit 1`,
    );
    const price = await idOf(
      `select id from odds where match_id = $1 and bookmaker = 'bet365' and market_type = '1x2' and price_phase = 'prematch'`,
      [match],
    );
    const books = async () =>
      (
        await lake.lake.query(
          `select bookmaker_count as books from gold.odds_features where match_id = ${match}`,
        )
      )[0]?.['books'];
    const judgedBy = () =>
      lake.lake.query(
        `select source, phase from gold.market_prices where match_id = ${match} and source = 'bet365' and phase = 'prematch'`,
      );
    const inSilver = () => lake.lake.query(`select * from silver.odds where id = ${price}`);
    const [before, silver, booksBefore] = [await gold(), await inSilver(), await books()];
    expect(await judgedBy()).toHaveLength(1);

    const id = await quarantine('odds', price);
    await toGold();
    expect(await books()).toBe(Number(booksBefore) - 1);
    expect(await judgedBy()).toEqual([]);
    expect(await inSilver()).toEqual(silver);

    await release(id);
    await toGold();
    expect(await gold()).toEqual(before);
  });

  it('stays there through a rebuild, which gives it another id', async () => {
    const price = await idOf(
      `select id from odds where market_type = '1x2' and price_phase = 'prematch' order by id limit 1`,
    );
    const named = `select o.id from odds o join quarantined_rows q
      using (match_id, data_source, bookmaker, market_type, collected_at, recorded_at) where o.line_value is not distinct from q.line_value`;
    await quarantine('odds', price);
    expect(await idOf(named)).toBe(price);
    await lake.house.rebuild();
    const again = await idOf(named);
    expect(again).toBeGreaterThan(price);
  });
});

describe('a match in quarantine', () => {
  it('counts in no feature of another match and is no result to learn from, until it is released', async () => {
    const match = await idOf(
      `select id from matches where match_status = 'completed' order by match_time limit 1`,
    );
    const before = await gold();
    const resultsOf = async (of: number) =>
      (await lake.lake.query(`select match_id from gold.match_results where match_id = ${of}`)).length;
    expect(await resultsOf(match)).toBe(1);

    const id = await quarantine('matches', match);
    await toGold();
    expect(await resultsOf(match)).toBe(0);
    const without = await gold();
    expect(without.results).toHaveLength(before.results.length - 1);
    expect(without.features).toHaveLength(before.features.length);
    expect(without.features).not.toEqual(before.features);

    await release(id);
    await toGold();
    expect(await gold()).toEqual(before);
  });
});
