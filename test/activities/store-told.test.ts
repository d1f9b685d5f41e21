import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { storeTold, type StoredTold } from '../../activities/store-told.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { quoteRow } from '../../domain/collect/told-row.js';
import type { ToldQuote } from '../../schemas/records/live.js';
import { instant, instantFromIso, type Instant } from '../../schemas/values.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

const noon = instantFromIso('2026-09-12T12:00:00Z');
const after = (minutes: number): Instant => instant(noon + minutes * 60_000);

const aQuote = (home: number, rest: Partial<ToldQuote> = {}): ToldQuote => ({
  externalId: '1035037',
  bookmaker: 'Bet365',
  kind: 'book',
  phase: 'prematch',
  market: '1x2',
  line: null,
  home,
  draw: 3.4,
  away: 4,
  over: null,
  under: null,
  providerUpdatedAt: noon,
  ...rest,
});

let postgres: TestPostgres;
let database: OpenDatabase;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
beforeEach(async () => {
  database = openDatabase(await postgres.freshDatabase(), { applicationName: 'test', max: 4 });
});
afterAll(async () => {
  await postgres.stop();
});

const tell = (at: Instant, ...quotes: readonly ToldQuote[]): Promise<StoredTold> =>
  inTransaction(database.pool, (transaction) =>
    storeTold(transaction, {
      kind: 'odds',
      dataSource: 'api_football',
      at,
      rows: quotes.map((quote) => quoteRow(quote, quote)),
    }),
  );

async function stored(): Promise<string[]> {
  const { rows } = await database.pool.query<{ at: Date; seen: Date; home: string }>(
    `select collected_at as at, last_seen_at as seen, raw_data ->> 'home' as home from raw_odds_data
     where record_key = 'Bet365|1x2|' order by collected_at, id`,
  );
  await database.db.destroy();
  return rows.map(
    ({ at, seen, home }) =>
      `${home} from ${at.toISOString().slice(11, 16)} to ${seen.toISOString().slice(11, 16)}`,
  );
}

describe('a price that is told', () => {
  it('is stored once while it stays, with the last time it was seen, whatever else the provider changes beside it', async () => {
    expect(await tell(noon, aQuote(2.1))).toMatchObject({ told: 1, stored: 1, changedMatches: ['1035037'] });
    expect(await tell(after(5), aQuote(2.1, { providerUpdatedAt: after(4) }))).toMatchObject({
      stored: 0,
      unchanged: 1,
      changedMatches: [],
    });
    expect(await stored()).toEqual(['2.1 from 12:00 to 12:05']);
  });

  it('is a row at each change, also back to what it was', async () => {
    await tell(noon, aQuote(2.1));
    await tell(after(5), aQuote(2.2));
    await tell(after(10), aQuote(2.1));
    expect(await stored()).toEqual([
      '2.1 from 12:00 to 12:00',
      '2.2 from 12:05 to 12:05',
      '2.1 from 12:10 to 12:10',
    ]);
  });

  it('is a row at each change also where all come at one instant', async () => {
    await tell(noon, aQuote(2.1));
    await tell(noon, aQuote(2.2));
    await tell(noon, aQuote(2.1));
    await tell(noon, aQuote(2.1));
    expect(await stored()).toEqual(['2.1', '2.2', '2.1'].map((home) => `${home} from 12:00 to 12:00`));
  });

  it('is its own record for each bookmaker, market and line', async () => {
    const total = {
      market: 'over_under',
      home: null,
      draw: null,
      away: null,
      over: 1.9,
      under: 1.9,
    } as const;
    const counts = await tell(
      noon,
      aQuote(2.1),
      aQuote(2.1, { bookmaker: 'Bwin' }),
      aQuote(2.1, { ...total, line: 2.5 }),
      aQuote(2.1, { ...total, line: 3.5 }),
    );
    expect(counts).toMatchObject({ told: 4, stored: 4 });
    const { rows } = await database.pool.query(
      'select bookmaker, market_type, line_value::float8 as line from raw_odds_data order by id',
    );
    expect(rows).toEqual([
      { bookmaker: 'Bet365', market_type: '1x2', line: null },
      { bookmaker: 'Bwin', market_type: '1x2', line: null },
      { bookmaker: 'Bet365', market_type: 'over_under', line: 2.5 },
      { bookmaker: 'Bet365', market_type: 'over_under', line: 3.5 },
    ]);
    await database.db.destroy();
  });

  it('loses nothing to an answer that comes late', async () => {
    await tell(noon, aQuote(2.1));
    await tell(after(10), aQuote(2.1));
    await tell(after(5), aQuote(2.2));
    expect(await stored()).toEqual([
      '2.1 from 12:00 to 12:10',
      '2.2 from 12:05 to 12:05',
      '2.1 from 12:10 to 12:10',
    ]);
  });

  it('is stored once where the same answer is stored again, side by side or after the other', async () => {
    await Promise.all([tell(noon, aQuote(2.1)), tell(noon, aQuote(2.1)), tell(noon, aQuote(2.1))]);
    await tell(noon, aQuote(2.1));
    expect(await stored()).toEqual(['2.1 from 12:00 to 12:00']);
  });
});
