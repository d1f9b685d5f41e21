import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import {
  findPriceNews,
  notePriceNews,
  settlePriceNews,
} from '../../../adapters/postgres/streams/price-news.js';
import { inTransaction } from '../../../adapters/postgres/transaction.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import {
  insertRow,
  matchRow,
  quoteRow,
  seedMatch,
  type Columns,
  type SeededMatch,
} from '../../support/silver-rows.js';

let postgres: TestPostgres;
let database: OpenDatabase;
beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase((await postgres.roleUrls()).writer, { applicationName: 'test', max: 2 });
});
afterAll(async () => {
  await database.db.destroy();
  await postgres.stop();
});

const minute = 60_000;
const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * minute).toISOString();

/** A match that begins in so many minutes. */
async function matchIn(minutes: number): Promise<SeededMatch> {
  const match = await seedMatch(database.pool, inMinutes(minutes));
  await insertRow(database.pool, 'matches', {
    ...matchRow(match),
    ...{ match_status: 'scheduled', home_score: null, away_score: null },
  });
  return match;
}

/** Stores a price of now, and marks its match, as a batch of refine does. */
async function tell(match: SeededMatch, columns: Columns = {}): Promise<void> {
  const at = inMinutes(0);
  await inTransaction(database.pool, async ({ client }) => {
    await insertRow(client, 'odds', { ...quoteRow(match), collected_at: at, recorded_at: at, ...columns });
    await notePriceNews(client, [match.matchId]);
  });
}

const waiting = async (match: SeededMatch): Promise<number[]> =>
  (await findPriceNews(database.pool, 1_000))
    .filter(({ matchId }) => matchId === match.matchId)
    .map(({ version }) => version);

describe('a match is predicted anew after its prices have changed', () => {
  it('where it begins within six hours and the price is known an hour before', async () => {
    const [soon, tomorrow, atOnce] = [await matchIn(120), await matchIn(1_500), await matchIn(30)];
    for (const match of [soon, tomorrow, atOnce]) await tell(match);
    expect(await waiting(soon)).toEqual([1]);
    expect(await waiting(tomorrow)).toEqual([]);
    // Its cutoff is over: no such price changes what it is predicted by.
    expect(await waiting(atOnce)).toEqual([]);
  });

  it('also by a price that was known by the cutoff and comes to silver after it', async () => {
    const match = await matchIn(50);
    await tell(match, { collected_at: inMinutes(-20), recorded_at: inMinutes(-20) });
    expect(await waiting(match)).toEqual([1]);
  });

  it('not by prices of another market, nor by those of a batch before', async () => {
    const match = await matchIn(120);
    await tell(match, {
      ...{ market_type: 'over_under', line_value: 2.5, over_odds: 1.9, under_odds: 1.9 },
      ...{ home_odds: null, draw_odds: null, away_odds: null },
    });
    expect(await waiting(match)).toEqual([]);
    await insertRow(database.pool, 'odds', {
      ...quoteRow(match),
      collected_at: inMinutes(-1),
      recorded_at: inMinutes(-1),
    });
    await inTransaction(database.pool, ({ client }) => notePriceNews(client, [match.matchId]));
    expect(await waiting(match)).toEqual([]);
  });

  it('once more where they change while it is predicted', async () => {
    const match = await matchIn(120);
    await tell(match);
    const [version = 0] = await waiting(match);
    await tell(match, { home_odds: 2.2 });
    await settlePriceNews(database.pool, [{ matchId: match.matchId, version }]);
    expect(await waiting(match)).toEqual([version + 1]);
    await settlePriceNews(database.pool, [{ matchId: match.matchId, version: version + 1 }]);
    // An answer that comes late takes nothing back.
    await settlePriceNews(database.pool, [{ matchId: match.matchId, version }]);
    expect(await waiting(match)).toEqual([]);
  });
});
