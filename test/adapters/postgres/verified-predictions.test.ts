import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import { storePredictions, type NewPrediction } from '../../../adapters/postgres/store-predictions.js';
import { readVerified } from '../../../adapters/postgres/verified-predictions.js';
import { instant } from '../../../schemas/values.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { insertRow, quoteRow, seedMatch } from '../../support/silver-rows.js';

const minute = 60_000;
let postgres: TestPostgres;
let database: OpenDatabase;
let seeded: Awaited<ReturnType<typeof seedMatch>>;
let kickOff: number;
beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(postgres.url, { applicationName: 'test', max: 2 });
  seeded = await seedMatch(database.pool);
  const { rows } = await database.pool.query<{ id: number; at: Date }>(
    'select id, match_time as at from match_registry',
  );
  kickOff = rows[0]?.at.getTime() ?? Number.NaN;
});
afterAll(async () => {
  await database.db.destroy();
  await postgres.stop();
});

const matchId = async (): Promise<number> =>
  (await database.pool.query<{ id: number }>('select id from match_registry')).rows[0]?.id ?? 0;
const judged = () => readVerified(database.pool, { after: instant(0), until: instant(kickOff) });

it('of two that were told in turn the one told last is judged, and each stands once', async () => {
  const one = async (features: 'a' | 'b', minutesBefore: number): Promise<NewPrediction> => ({
    ...{ matchId: await matchId(), modelName: 'm', modelVersion: '1', featureHash: features.repeat(64) },
    chances: features === 'a' ? [0.2, 0.3, 0.5] : [0.5, 0.3, 0.2],
    predicted: features === 'a' ? 'home' : 'away',
    ...{ featuresUsed: '{}', metadata: {}, createdAt: instant(kickOff - minutesBefore * minute) },
  });
  const stored = [];
  for (const [features, before] of [
    ['a', 180],
    ['b', 60],
    ['a', 30],
  ] as const)
    stored.push(await storePredictions(database.pool, [await one(features, before)]));
  expect(stored).toEqual([1, 1, 0]);
  await database.pool.query(
    `update predictions set actual_result = 'home', is_correct = predicted_result = 'home', verified_at = now()`,
  );
  expect(await judged()).toMatchObject([{ predicted: 'home' }]);
  // Written down late, as behind an answer: the order of the clock counts.
  await storePredictions(database.pool, [await one('b', 40)]);
  expect(await judged()).toMatchObject([{ predicted: 'home' }]);
  await storePredictions(database.pool, [await one('b', 20), await one('b', 10)]);
  expect(await judged()).toMatchObject([{ predicted: 'away' }]);
  // Told after the kick-off as it is known now, which had been later then: it counts as it was told before.
  await storePredictions(database.pool, [await one('b', -5)]);
  expect(await judged()).toMatchObject([{ predicted: 'home' }]);
});

it('a closing price that is in quarantine is none, and is one again once it is released', async () => {
  const close = {
    ...quoteRow(seeded),
    ...{ bookmaker: 'market_average', quote_kind: 'aggregate', price_phase: 'closing' },
  };
  await insertRow(database.pool, 'odds', close);
  expect(await judged()).toMatchObject([{ closing: [3.6, 3.4, 2.1] }]);
  await database.pool.query(
    `insert into quarantines (table_name, match_id, data_source, bookmaker, market_type, line_value, collected_at, recorded_at, quarantined_by, quarantined_why)
     select 'odds', match_id, data_source, bookmaker, market_type, line_value, collected_at, recorded_at, 'ada', 'A test' from odds where price_phase = 'closing'`,
  );
  expect(await judged()).toMatchObject([{ closing: null }]);
  await database.pool.query(
    `update quarantines set released_by = 'ada', released_why = 'It was right', released_at = now()`,
  );
  expect(await judged()).toMatchObject([{ closing: [3.6, 3.4, 2.1] }]);
});
