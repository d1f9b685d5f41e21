import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { landMessages, type LandableMessage } from '../../activities/land-messages.js';
import { readMessage } from '../../activities/read-messages.js';
import { ensurePartitions } from '../../adapters/postgres/partitions.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { instant } from '../../schemas/values.js';
import { randomStream } from '../../simulator/random.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { aMatch, aPrice, otherSource } from '../support/streams.js';

let postgres: TestPostgres;
let house: TestHouse;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
beforeEach(async () => {
  house = openHouse(await postgres.freshDatabase());
  await ensurePartitions(house.pools.admin.pool, new Date());
});
afterEach(() => house.close());
afterAll(() => postgres.stop());

type Message = ReturnType<typeof aPrice>;

/** Brings messages to bronze, as a reader does with a batch. */
async function land(messages: readonly Message[]): Promise<void> {
  const read = messages.map(({ topic, key, value }): LandableMessage => {
    const message = { offset: 0, key: Buffer.from(key), value: Buffer.from(value), headers: {} };
    const one = readMessage(
      topic,
      { ...message, timestamp: Date.now() },
      { own: new Set(), others: new Set([otherSource]) },
    );
    if (one.kind === 'unreadable' || one.kind === 'own') throw new Error(`Not to be landed: ${value}`);
    return one;
  });
  await inTransaction(house.pools.writer.pool, (transaction) =>
    landMessages(transaction, read, { runId: 'test', now: instant(Date.now()) }),
  );
}

/** All that silver says of prices, by what tells of it and not by when it was written. */
async function silver(): Promise<unknown> {
  const all = await Promise.all(
    [
      `select match_id, data_source, bookmaker, market_type, line_value, price_phase, home_odds, draw_odds, away_odds, over_odds, under_odds,
         suspicious_odds, collected_at, recorded_at, raw_id, raw_odds_id from odds order by 1, 2, 3, 4, 5, 13, 14`,
      `select match_id, data_source, bookmaker, market_type, line_value, price_phase, last_seen_at from odds_last_seen order by 1, 2, 3, 4, 5, 6`,
      `select id, process_status, process_error from raw_odds_data order by id`,
      `select record_id, error_type, field, error_message from data_quality_logs
       where table_name = 'raw_odds_data' and handled_at is null order by 1, 2, 3`,
    ].map((text) => house.pool.query(text)),
  );
  return all.map(({ rows }) => rows as unknown);
}

const start = Date.UTC(2024, 7, 10);
const hour = 3_600_000;
const kickoff = '2024-08-24T14:00:00Z';
const names = ['m-1', 'm-2'] as const;
const teams = { 'm-1': ['Arsenal', 'Chelsea'], 'm-2': ['Everton', 'Fulham'] } as const;

/** A price as streams bring it: most go on from the last, some repeat it, come late, in another spelling, cannot stand, or take it back. */
function anyPrice(random: ReturnType<typeof randomStream>, step: number): Message {
  const match = names[random.below(2)] ?? 'm-1';
  const bookmaker = ['Bet365', 'Pinnacle', 'bet365'][random.below(8) === 0 ? 2 : random.below(2)] ?? 'Bet365';
  const late = random.below(6) === 0 ? random.below(40) * hour : 0;
  const at = new Date(start + step * hour - late).toISOString();
  const price = aPrice({ match, bookmaker, at, home: 1.8 + random.below(4) / 10 });
  const odd = random.below(20);
  if (odd > 1) return price;
  // Every leg null takes the price back; below 1 none can stand.
  const legs = odd === 0 ? 'null' : '0.5';
  return { ...price, value: price.value.replace(/"(home|draw|away)_odds":[\d.]+/g, `"$1_odds":${legs}`) };
}

it.each([1, 2, 3])(
  'prices that are told as they come make the silver that telling them all at once makes (seed %i)',
  async (seed) => {
    const random = randomStream(seed, 'prices in parts');
    await land(
      names.map((match) => aMatch({ match, kickoff, home: teams[match][0], away: teams[match][1] })),
    );
    await house.refine();
    let step = 0;
    for (let part = 0; part < 25; part += 1) {
      const messages: Message[] = [];
      const size = 1 + random.below(8);
      for (let nth = 0; nth < size; nth += 1, step += random.below(3)) messages.push(anyPrice(random, step));
      await land(messages);
      // A kick-off that moves before what was told makes some of it too late, and back.
      if (part === 12 || part === 18) {
        const moved = part === 12 ? new Date(start + (step - 20) * hour).toISOString() : kickoff;
        const at = new Date(start + part * hour).toISOString();
        const [home, away] = teams['m-1'];
        await land([aMatch({ match: 'm-1', kickoff: moved, home, away, at })]);
      }
      await house.refine();
    }
    const told = await silver();
    await house.rebuild();
    expect(told).toEqual(await silver());
    const { rows } = await house.pool.query<{ n: number }>('select count(*) as n from odds');
    expect(rows[0]?.n).toBeGreaterThan(20);
  },
);
