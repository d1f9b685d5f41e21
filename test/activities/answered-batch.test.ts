import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRefineBronzeActivities } from '../../activities/refine-bronze.js';
import { createRefinePricesActivities } from '../../activities/refine-prices.js';
import { providersOf } from '../../adapters/providers/registry.js';
import { instant } from '../../schemas/values.js';
import { aRow, fileText, writeEdition } from '../support/football-data-files.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { asAttempt, openHouse, type TestHouse } from '../support/house.js';
import { tellPrices } from '../support/live-prices.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
let house: TestHouse;
let folder: TestFolder;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  house = openHouse(await postgres.freshDatabase());
  folder = await makeTestFolder();
});
afterEach(async () => {
  await house.close();
  await folder.remove();
});

const noAccess = { url: undefined, key: undefined };
const refining = () => {
  const { pool } = house.pools.writer;
  const providers = providersOf({ apiFootball: noAccess, oddsApi: noAccess, scoresApi: noAccess }, () =>
    instant(Date.now()),
  );
  return {
    ...createRefineBronzeActivities({ pool, adminPool: house.pools.admin.pool, providers }),
    ...createRefinePricesActivities({ pool }),
  };
};

describe('an attempt after one whose worker was killed between its commit and its answer', () => {
  it('says of matches what that one came to, and leaves the next payloads to the next batch', async () => {
    const pairs = [
      { HomeTeam: 'Arsenal', AwayTeam: 'Chelsea' },
      { HomeTeam: 'Leeds', AwayTeam: 'Everton' },
      { HomeTeam: 'Fulham', AwayTeam: 'Burnley' },
      { HomeTeam: 'Wolves', AwayTeam: 'Brighton' },
      { HomeTeam: 'Watford', AwayTeam: 'Norwich' },
    ];
    await writeEdition(folder.path, '2122/E0.csv', fileText(pairs.map(aRow)));
    await house.collect(folder.path, 'answers/1');
    await house.prepareSilver();
    const batch = (activityId: string, attempt: number) =>
      asAttempt(activityId, attempt, () => refining().refineBatch({ limit: 2 }));
    // What the first attempt answers, nobody hears.
    const first = await batch('5', 1);
    expect(first).toEqual({ claimed: 2, done: 2, held: 0 });
    expect(await batch('5', 2)).toEqual(first);
    expect(await batch('6', 1)).toEqual({ claimed: 2, done: 2, held: 0 });
    // One that was killed before its commit came to nothing: the next attempt claims.
    expect(await batch('7', 2)).toEqual({ claimed: 1, done: 1, held: 0 });
    const { rows } = await house.pool.query('select count(*)::integer as matches from matches');
    expect(rows).toEqual([{ matches: 5 }]);
  });

  it('says of prices what that one came to', async () => {
    await tellPrices(house, { at: '2024-08-20T10:00:00Z' }, {}, { bookmaker: 'Pinnacle' });
    const batch = (activityId: string, attempt: number) =>
      asAttempt(activityId, attempt, () => refining().refinePrices({ limit: 500 }));
    const first = await batch('5', 1);
    expect(first).toEqual({ claimed: 2, done: 0, held: 2, matches: 0 });
    expect(await batch('5', 2)).toEqual(first);
    expect(await batch('6', 1)).toEqual({ claimed: 0, done: 0, held: 0, matches: 0 });
  });
});
