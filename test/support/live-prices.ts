import { storeTold } from '../../activities/store-told.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { odds } from '../../adapters/providers/api_football/odds.js';
import { quoteRow } from '../../domain/collect/told-row.js';
import { instant, instantFromIso } from '../../schemas/values.js';
import { anAnswer } from './api-football-payloads.js';
import type { TestHouse } from './house.js';

/** A 1x2 price of a bookmaker; Bet365's at 2.10, 3.40 and 3.60 where nothing else is said. */
export interface TestPrice {
  readonly bookmaker?: string;
  readonly home?: string;
  readonly draw?: string;
  readonly away?: string;
}

/** What API-Football lists of a match's prices. */
const entryOf = (fixture: number, prices: readonly TestPrice[]) => ({
  league: { id: 39, name: 'Premier League', country: 'England', season: 2024 },
  fixture: { id: fixture, timezone: 'UTC', date: '2024-08-20T19:00:00+00:00', timestamp: 1_724_180_400 },
  update: '2024-08-20T10:00:00+00:00',
  bookmakers: prices.map(({ bookmaker = 'Bet365', home = '2.10', draw = '3.40', away = '3.60' }) => ({
    id: 8,
    name: bookmaker,
    bets: [
      {
        id: 1,
        name: 'Match Winner',
        values: [
          { value: 'Home', odd: home },
          { value: 'Draw', odd: draw },
          { value: 'Away', odd: away },
        ],
      },
    ],
  })),
});

/** Stores what API-Football says of a match's prices at an instant (ISO), as the collector does. */
export async function tellPrices(
  house: TestHouse,
  { fixture = 1, at }: { readonly fixture?: number; readonly at: string },
  ...prices: readonly TestPrice[]
): Promise<void> {
  const now = instantFromIso(at);
  const { told } = odds.read(
    anAnswer([entryOf(fixture, prices)]),
    { path: '/odds', parameters: {}, cost: 1 },
    now,
  );
  await inTransaction(house.pool, (transaction) =>
    storeTold(transaction, {
      kind: 'odds',
      dataSource: 'api_football',
      at: instant(now),
      rows: told.map(({ record, raw }) => quoteRow(record, raw)),
    }),
  );
}
