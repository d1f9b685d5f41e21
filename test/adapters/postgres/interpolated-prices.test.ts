import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quarantineByHand, releaseFromQuarantine } from '../../../activities/handle-anomalies.js';
import { inTransaction } from '../../../adapters/postgres/transaction.js';
import { interpolate } from '../../../domain/fill/interpolate.js';
import { instant, instantFromIso } from '../../../schemas/values.js';
import { openHouse, type TestHouse } from '../../support/house.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { quoteMatches, watchedLeague } from '../../support/watched-tables.js';

let postgres: TestPostgres;
let house: TestHouse;
beforeAll(async () => {
  postgres = await startTestPostgres();
  house = openHouse(await postgres.freshDatabase());
});
afterAll(async () => {
  await house.close();
  await postgres.stop();
});

const hour = 3_600_000;
const now = instantFromIso('2026-11-26T12:00:00Z');
const ago = (milliseconds: number) => instant(now - milliseconds);
const ada = { by: 'ada', why: 'She looked at it' };
const query = async (text: string): Promise<unknown[]> =>
  (await house.pool.query<Record<string, unknown>>(text)).rows;

describe('prices in quarantine, for curves over time', () => {
  it('lie on the line between what their bookmaker told before and after, and on none where it told nothing on one side', async () => {
    const league = await watchedLeague(house.pool);
    const [match = NaN] = await league.matches(1, instant(now + 24 * hour));
    const told = [5, 4, 2, 1].map((hours) => ago(hours * hour));
    for (const [seed, at] of told.entries()) await quoteMatches(house.pool, [match], { at, seed });
    const { rows } = await house.pool.query<{ id: number; home: number }>(
      `select id, home_odds::double precision as home from odds where bookmaker = 'bwin' order by collected_at`,
    );
    for (const place of [1, 2, 3])
      await inTransaction(house.pool, (transaction) =>
        quarantineByHand(transaction, { table: 'odds', id: rows[place]?.id ?? NaN, ...ada }),
      );
    expect(await query('select odds_id from v_interpolated_prices')).toEqual([]);

    const { rows: last } = await house.pool.query<{ id: number }>('select max(id) as id from quarantines');
    await inTransaction(house.pool, (transaction) =>
      releaseFromQuarantine(transaction, [last[0]?.id ?? NaN], ada),
    );
    const series = rows.map(({ home }, place) => ({
      at: told[place] ?? now,
      knownAt: told[place] ?? now,
      value: place === 1 || place === 2 ? null : home,
    }));
    const onTheLine = interpolate(series, now).flatMap(({ value, imputed }) =>
      imputed === 'interpolation' ? [Number(value.toFixed(3))] : [],
    );
    expect(onTheLine).toHaveLength(2);
    expect(
      await query(
        'select home_odds::double precision as home, imputed from v_interpolated_prices order by collected_at',
      ),
    ).toEqual(onTheLine.map((home) => ({ home, imputed: 'interpolation' })));
  });
});
